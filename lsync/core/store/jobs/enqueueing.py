"""Adds jobs inside the caller's transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import groupby
from typing import Any

from sqlalchemy import Insert, bindparam, insert, select
from sqlalchemy.dialects import mysql, sqlite

from lsync.core.domain.job import JobState, UniqueScope
from lsync.core.store.change import WORK, Change, Dialect
from lsync.core.store.cursor import Cursor, Prepared
from lsync.core.store.database import Database
from lsync.core.store.jobs.counting import tally
from lsync.core.store.jobs.errors import UnknownJobError
from lsync.core.store.jobs.new_job import Enqueued, NewJob, encode_payload
from lsync.core.store.jobs.rows import among
from lsync.core.store.schema import Tables
from lsync.core.store.transaction import Transaction

CHUNK = 500
"""Jobs per step, and per call of ``progress``."""

PARENT_FAILED = "ParentFailed"
"""``error_class`` of a job that failed because one it waits for did."""


async def enqueue(tx: Transaction, job: NewJob, *, now: datetime) -> Enqueued:
    """Add one job; it can be claimed once the transaction has committed.

    Raises:
        BadJobError: it breaks a rule.
        UnknownJobError: a job it shall wait for does not exist.
    """
    (enqueued,) = await enqueue_batch(tx, [job], now=now)
    return enqueued


async def enqueue_batch(
    tx: Transaction,
    jobs: Sequence[NewJob],
    *,
    now: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> list[Enqueued]:
    """Add ``jobs`` in their order, all or none; ``progress`` hears how many are written.

    Raises:
        BadJobError, UnknownJobError: as ``enqueue``; nothing may be kept then.
    """
    done: list[Enqueued] = []
    for start in range(0, len(jobs), CHUNK):
        work = partial(enqueue_step, jobs=jobs[start : start + CHUNK], now=now)
        done += await tx.call(work)
        progress(len(done))
    return done


async def enqueue_alone(database: Database, job: NewJob) -> Enqueued:
    """Add one job in a transaction of its own; callers that come together share a COMMIT.

    Raises:
        BadJobError, UnknownJobError: as ``enqueue``.
        DatabaseUnavailable: it was not kept.
    """

    def work(cursor: Cursor) -> Enqueued:
        return _enqueue(cursor, job, now=cursor.now())

    return await database.call(work)


def enqueue_step(cursor: Cursor, *, jobs: Sequence[NewJob], now: datetime) -> list[Enqueued]:
    """Add ``jobs``, as part of a piece of work that runs as a whole."""
    enqueued: list[Enqueued] = []
    for is_plain, group in groupby(jobs, key=_is_plain):
        if is_plain:
            enqueued += _enqueue_plain(cursor, list(group), now=now)
        else:
            enqueued += [_enqueue(cursor, job, now=now) for job in group]
    return enqueued


def _is_plain(job: NewJob) -> bool:
    """Say whether nothing in the database has to be asked before the job is added."""
    return job.unique_key is None and not job.after


def _enqueue_plain(cursor: Cursor, jobs: list[NewJob], *, now: datetime) -> list[Enqueued]:
    rows = [_values(job, parents=_Parents(), now=now) for job in jobs]
    ids = cursor.insert_many(_statements(cursor.tables, cursor.dialect).insert, rows)
    for job, job_id, values in zip(jobs, ids, rows, strict=True):
        _keep_books(cursor, job, job_id=job_id, values=values)
    return [Enqueued(job_id=job_id, created=True) for job_id in ids]


def _enqueue(cursor: Cursor, job: NewJob, *, now: datetime) -> Enqueued:
    parents = _look_at_parents(cursor, job) if job.after else _Parents()
    values = _values(job, parents=parents, now=now)
    statements = _statements(cursor.tables, cursor.dialect)
    if job.unique_key is None or parents.failure is not None:
        job_id, created = cursor.run(statements.insert, **values).last_id, True
    else:
        column = "unique_pending" if job.unique_scope is UniqueScope.PENDING else "unique_active"
        cursor.run(statements.insert_unique[column], **values)
        found = cursor.run(statements.find_unique[column], key=job.unique_key).rows
        job_id, created = found[0][0], found[0][1] == 0
    if created:
        _keep_books(cursor, job, job_id=job_id, values=values)
    return Enqueued(job_id=job_id, created=created)


def _keep_books(cursor: Cursor, job: NewJob, *, job_id: int, values: dict[str, Any]) -> None:
    if job.after:
        cursor.run_many(
            _statements(cursor.tables, cursor.dialect).depend,
            [{"job_id": job_id, "parent_id": parent} for parent in sorted(set(job.after))],
        )
    tally(cursor).add(JobState(values["status"]), priority=job.priority, kind=job.type)
    cursor.emit(Change(kind="job", key=str(job_id)))
    cursor.emit(WORK)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parents:
    unfinished: int = 0
    failure: str | None = None


def _look_at_parents(cursor: Cursor, job: NewJob) -> _Parents:
    """Lock the parents, so that none can finish unseen before the dependency is written."""
    wanted = sorted(set(job.after))
    found = cursor.run(_statements(cursor.tables, cursor.dialect).parents, ids=wanted).rows
    states = {job_id: JobState(status) for job_id, status in found}
    for parent in wanted:
        if parent not in states:
            raise UnknownJobError(parent)
    return _Parents(
        unfinished=sum(state is not JobState.COMPLETED for state in states.values()),
        failure=next(
            (
                parent_failed(parent, state)
                for parent, state in sorted(states.items())
                if state in (JobState.FAILED, JobState.CANCELLED)
            ),
            None,
        ),
    )


def parent_failed(parent: int, state: JobState) -> str:
    """Say why a job that waits for ``parent`` cannot run."""
    what = "was cancelled" if state is JobState.CANCELLED else "failed"
    return f"Job {parent}, which this one waits for, {what}."


def _values(job: NewJob, *, parents: _Parents, now: datetime) -> dict[str, Any]:
    failed = parents.failure is not None
    claimable = not failed and not parents.unfinished
    key = None if failed else job.unique_key
    return {
        "type": job.type,
        "status": (JobState.FAILED if failed else JobState.PENDING).value,
        "priority": int(job.priority),
        "rank": int(job.priority) if claimable else None,
        "payload": encode_payload(job.payload),
        "max_attempts": job.max_attempts,
        "available_at": job.available_at or now,
        "created_at": now,
        "completed_at": now if failed else None,
        "error": parents.failure,
        "error_class": PARENT_FAILED if failed else None,
        "timeout_seconds": None if job.timeout is None else job.timeout.total_seconds(),
        "unique_key": job.unique_key,
        "unique_scope": job.unique_scope.value if job.unique_key else None,
        "unique_pending": key if job.unique_scope is UniqueScope.PENDING else None,
        "unique_active": key if job.unique_scope is UniqueScope.ACTIVE else None,
        "concurrency_key": job.concurrency_key,
        "concurrency_limit": job.concurrency_limit,
        "waiting_for": parents.unfinished,
    }


VALUES = (
    "type",
    "status",
    "priority",
    "rank",
    "payload",
    "max_attempts",
    "available_at",
    "created_at",
    "completed_at",
    "error",
    "error_class",
    "timeout_seconds",
    "unique_key",
    "unique_scope",
    "unique_pending",
    "unique_active",
    "concurrency_key",
    "concurrency_limit",
    "waiting_for",
)


class _Statements:
    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        jobs = tables.queue_jobs
        columns = ("unique_pending", "unique_active")
        self.insert = Prepared(insert(jobs).values({name: bindparam(name) for name in VALUES}))
        self.insert_unique = {
            column: Prepared(_insert_or_count(tables, dialect, column)) for column in columns
        }
        self.find_unique = {
            column: Prepared(
                select(jobs.c.id, jobs.c.repeats).where(jobs.c[column] == bindparam("key"))
            )
            for column in columns
        }
        self.parents = Prepared(
            select(jobs.c.id, jobs.c.status)
            .where(among(jobs.c.id, "ids", dialect))
            .order_by(jobs.c.id)
            .with_for_update()
        )
        self.depend = Prepared(
            insert(tables.queue_dependencies).values(
                job_id=bindparam("job_id"), parent_id=bindparam("parent_id")
            )
        )


def _insert_or_count(tables: Tables, dialect: Dialect, column: str) -> Insert:
    """Insert the job, or count a repeat on the one that holds the key.

    The write to that row is what makes a claim of it in another transaction (or on another
    Galera node) come wholly before or wholly after this one: a hint is never lost in between.
    """
    jobs = tables.queue_jobs
    values: dict[str, Any] = {name: bindparam(name) for name in VALUES}
    if dialect == "sqlite":
        return (
            sqlite.insert(jobs)
            .values(values)
            .on_conflict_do_update(
                index_elements=[column],
                index_where=jobs.c[column].is_not(None),
                set_={"repeats": jobs.c.repeats + 1},
            )
        )
    return mysql.insert(jobs).values(values).on_duplicate_key_update(repeats=jobs.c.repeats + 1)


@cache
def _statements(tables: Tables, dialect: Dialect) -> _Statements:
    return _Statements(tables, dialect)
