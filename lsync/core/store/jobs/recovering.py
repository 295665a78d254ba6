"""Takes back the jobs of workers that died, and finds the one that kills them.

A crash counts only against a job that ran alone in its worker. The orphans of a shared crash are
innocent until they have crashed alone: they run again one at a time.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial

from sqlalchemy import bindparam, select

from lsync.core.domain.job import Job, JobState
from lsync.core.store.change import Dialect
from lsync.core.store.cursor import Cursor, Prepared
from lsync.core.store.jobs import history
from lsync.core.store.jobs.moving import Place, lock, put
from lsync.core.store.jobs.rows import among
from lsync.core.store.schema import Tables
from lsync.core.store.transaction import Transaction

CRASH_LIMIT = 3
CRASH_REST = timedelta(seconds=30)
"""How long a job that crashed alone makes way for the others."""
LAPSE = timedelta(seconds=45)
"""How long a living worker may leave one of its leases expired: with the time between two looks
every expired lease is taken back within a minute."""

LOST = "WorkerLost"
CRASHED = "Crashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """The jobs that were taken back: to be run again, dead, or cancelled as was asked."""

    pending: tuple[int, ...] = ()
    failed: tuple[int, ...] = ()
    cancelled: tuple[int, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        """All of them."""
        return tuple(sorted(self.pending + self.failed + self.cancelled))


async def recover_expired(
    tx: Transaction, *, now: datetime, except_worker: str | None = None
) -> Recovered:
    """Take back jobs whose lease has expired, but not those of ``except_worker`` (oneself).

    A worker is taken for dead when every lease it holds has expired: then all its jobs come back
    together, and only so is it known whether one of them ran alone. A single job that a living
    worker stopped renewing comes back ``LAPSE`` later and is not charged.
    """
    return await tx.call(partial(_recover_expired, now=now, except_worker=except_worker or ""))


async def recover_own(tx: Transaction, *, worker_id: str, now: datetime) -> Recovered:
    """Take back what an earlier process of the same worker left behind, lease or not.

    Only one process may carry a worker's id at a time; the daemon's lock sees to that.
    """
    return await tx.call(partial(_recover_own, worker_id=worker_id, now=now))


def release_strays_step(
    cursor: Cursor, *, worker_id: str, keep: Collection[int], now: datetime
) -> list[int]:
    """Put back jobs that stand under the worker's name though it does not know them.

    A claim whose COMMIT was lost on the way leaves such jobs. They never ran: nothing is charged.
    """
    strays = [job for job in _lock_held_by(cursor, [worker_id]) if job.id not in keep]
    for job in strays:
        place = Place(
            state=JobState.PENDING,
            attempts=job.attempts,
            available_at=job.available_at,
            crashes=job.crashes,
            alone=job.alone,
            error=job.error,
            error_class=job.error_class,
        )
        put(cursor, job, place, now=now)
    return [job.id for job in strays]


def _recover_expired(cursor: Cursor, *, now: datetime, except_worker: str) -> Recovered:
    statements = _statements(cursor.tables, cursor.dialect)
    found = cursor.run(statements.expired, now=now, except_worker=except_worker).rows
    workers = sorted({worker for (worker,) in found})
    orphans = _lock_held_by(cursor, workers)
    living = {job.worker_id for job in orphans if not _expired(job, before=now)}
    return _recover(
        cursor,
        [
            job
            for job in orphans
            if job.worker_id not in living or _expired(job, before=now - LAPSE)
        ],
        living=living,
        now=now,
    )


def _recover_own(cursor: Cursor, *, worker_id: str, now: datetime) -> Recovered:
    orphans = _lock_held_by(cursor, [worker_id])
    return _recover(cursor, orphans, living=set(), now=now)


def _lock_held_by(cursor: Cursor, workers: list[str]) -> list[Job]:
    """Lock the jobs that these workers hold.

    Another daemon may have taken some of them back between the look and the lock.
    """
    return [
        job
        for job in lock(cursor, _held_by(cursor, workers))
        if job.state is JobState.PROCESSING and job.worker_id in workers
    ]


def _held_by(cursor: Cursor, workers: list[str]) -> list[int]:
    if not workers:
        return []
    statements = _statements(cursor.tables, cursor.dialect)
    return [job_id for (job_id,) in cursor.run(statements.held_by, workers=workers).rows]


def _expired(job: Job, *, before: datetime) -> bool:
    return job.lease_expires_at is None or job.lease_expires_at < before


def _recover(
    cursor: Cursor, orphans: list[Job], *, living: set[str | None], now: datetime
) -> Recovered:
    beside = Counter(job.worker_id for job in orphans)
    places: dict[int, Place] = {}
    for job in orphans:
        was_alone = beside[job.worker_id] == 1 and job.worker_id not in living
        places[job.id] = _place(job, was_alone=was_alone, now=now)
        history.record(
            cursor,
            job,
            outcome="crashed",
            now=now,
            error_class=LOST,
            message="The worker ended while this job ran.",
        )
        put(cursor, job, places[job.id], now=now)
    return Recovered(
        **{
            state.value: tuple(job_id for job_id, place in places.items() if place.state is state)
            for state in (JobState.PENDING, JobState.FAILED, JobState.CANCELLED)
        }
    )


def _place(job: Job, *, was_alone: bool, now: datetime) -> Place:
    """Decide where an orphan goes."""
    crashes = job.crashes + was_alone
    if job.cancel_requested:
        return Place(
            state=JobState.CANCELLED,
            attempts=job.attempts,
            crashes=crashes,
            error="cancelled on request; its worker ended before the handler did",
            error_class="Cancelled",
        )
    if crashes >= CRASH_LIMIT:
        return Place(
            state=JobState.FAILED,
            attempts=job.attempts,
            crashes=crashes,
            error=f"Its worker ended {crashes} times while it ran alone.",
            error_class=CRASHED,
        )
    return Place(
        state=JobState.PENDING,
        attempts=job.attempts,
        available_at=now + CRASH_REST if was_alone else job.available_at,
        crashes=crashes,
        alone=True,
        error="Its worker ended while it ran.",
        error_class=LOST,
    )


class _Statements:
    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        jobs = tables.queue_jobs
        self.expired = Prepared(
            select(jobs.c.worker_id)
            .distinct()
            .where(
                jobs.c.lease_expires_at < bindparam("now"),
                jobs.c.worker_id != bindparam("except_worker"),
            )
        )
        self.held_by = Prepared(
            select(jobs.c.id).where(
                jobs.c.lease_expires_at.is_not(None), among(jobs.c.worker_id, "workers", dialect)
            )
        )


@cache
def _statements(tables: Tables, dialect: Dialect) -> _Statements:
    return _Statements(tables, dialect)
