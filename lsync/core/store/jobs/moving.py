"""Takes a job out of its state: back to pending, or to its end. Decides nothing.

The callers have locked the row and know that the move is allowed; here are its consequences:
unique keys, slots, counts, and the jobs that wait for this one.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam, delete, null, select, update

from lsync.core.domain.job import FINISHED, Job, JobState, move
from lsync.core.store.change import WORK, Change, Dialect
from lsync.core.store.cursor import Cursor, Prepared
from lsync.core.store.jobs.counting import tally
from lsync.core.store.jobs.enqueueing import PARENT_FAILED, parent_failed
from lsync.core.store.jobs.new_job import encode_payload
from lsync.core.store.jobs.rows import among, job_columns, read_job
from lsync.core.store.schema import Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a job goes, and what is kept with it. ``attempts`` and ``crashes`` are new totals."""

    state: JobState
    attempts: int
    available_at: datetime | None = None
    crashes: int = 0
    alone: bool = False
    error: str | None = None
    error_class: str | None = None
    result: dict[str, object] | None = None


def put(cursor: Cursor, job: Job, place: Place, *, now: datetime) -> None:
    """Move ``job``, whose row is locked, to ``place``.

    Raises:
        IllegalJobMoveError: the table of moves has no such edge.
    """
    move(job.state, place.state)
    if place.state is JobState.PENDING:
        _put_back(cursor, job, place, now=now)
    else:
        _end(cursor, job, place, now=now)
    tally(cursor).move_all(job.state, place.state, [job], now=now)
    cursor.emit(Change(kind="job", key=str(job.id)))
    if place.state in FINISHED:
        tell_children(cursor, {job.id: place.state}, now=now)


def end_done(cursor: Cursor, jobs: list[Job], *, now: datetime) -> None:
    """Complete processing ``jobs`` that leave no result: ``put`` for all in few statements."""
    if not jobs:
        return
    statements = _statements(cursor.tables, cursor.dialect)
    ids = sorted(job.id for job in jobs)
    cursor.run(statements.end_done, ids=ids, now=now)
    if any(job.concurrency_key for job in jobs):
        cursor.run(statements.free_slots, ids=ids)
        cursor.emit(WORK)
    tally(cursor).move_all(JobState.PROCESSING, JobState.COMPLETED, jobs, now=now)
    for job in jobs:
        cursor.emit(Change(kind="job", key=str(job.id)))
    tell_children(cursor, dict.fromkeys(ids, JobState.COMPLETED), now=now)


def _put_back(cursor: Cursor, job: Job, place: Place, *, now: datetime) -> None:
    statements = _statements(cursor.tables, cursor.dialect)
    cursor.run(
        statements.put_back,
        job_id=job.id,
        rank=None if job.waiting_for else int(job.priority),
        available_at=place.available_at or now,
        attempts=place.attempts,
        crashes=place.crashes,
        alone=place.alone,
        error=place.error,
        error_class=place.error_class,
    )
    cursor.emit(WORK)
    if job.unique_key is not None:
        cursor.run(statements.hold_pending_key, job_id=job.id)
        cursor.run(statements.hold_active_key, job_id=job.id)
    if job.concurrency_key is not None:
        cursor.run(statements.free_slots, ids=[job.id])


def _end(cursor: Cursor, job: Job, place: Place, *, now: datetime) -> None:
    statements = _statements(cursor.tables, cursor.dialect)
    cursor.run(
        statements.end,
        job_id=job.id,
        status=place.state.value,
        now=now,
        attempts=place.attempts,
        crashes=place.crashes,
        error=place.error,
        error_class=place.error_class,
        result=encode_payload(place.result) if place.result else None,
    )
    if job.concurrency_key is not None:
        cursor.run(statements.free_slots, ids=[job.id])
        cursor.emit(WORK)


def tell_children(cursor: Cursor, ended: dict[int, JobState], *, now: datetime) -> None:
    """Let the jobs that wait for ``ended`` wait for less, or fail with them."""
    statements = _statements(cursor.tables, cursor.dialect)
    links = cursor.run(statements.children, ids=sorted(ended)).rows
    if not links:
        return
    lighter = Counter(child for child, parent in links if ended[parent] is JobState.COMPLETED)
    for child, parents in sorted(lighter.items()):
        cursor.run(statements.wait_less, job_id=child, parents=parents)
        cursor.emit(Change(kind="job", key=str(child)))
    if lighter:
        cursor.run(statements.release, ids=sorted(lighter))
        cursor.emit(WORK)
    causes = {
        child: parent_failed(parent, ended[parent])
        for child, parent in reversed(links)
        if ended[parent] is not JobState.COMPLETED
    }
    for child_id, cause in sorted(causes.items()):
        _fail(cursor, child_id, cause, now=now)


def _fail(cursor: Cursor, job_id: int, cause: str, *, now: datetime) -> None:
    """Let a job fail that waits in vain, unless it failed meanwhile with another parent."""
    for child in lock(cursor, [job_id]):
        if child.state is JobState.PENDING:
            failure = Place(
                state=JobState.FAILED,
                attempts=child.attempts,
                error=cause,
                error_class=PARENT_FAILED,
            )
            put(cursor, child, failure, now=now)


def lock(cursor: Cursor, ids: Iterable[int]) -> list[Job]:
    """Return the jobs with these ids, in their order, and let nobody else change them."""
    wanted = sorted(ids)
    if not wanted:
        return []
    found = cursor.run(_statements(cursor.tables, cursor.dialect).lock, ids=wanted)
    return [read_job(row) for row in found.rows]


class _Statements:
    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        jobs, links = tables.queue_jobs, tables.queue_dependencies
        one = jobs.c.id == bindparam("job_id")
        several = among(jobs.c.id, "ids", dialect)
        ended = {
            "rank": null(),
            "lease_expires_at": null(),
            "completed_at": bindparam("now"),
            "unique_pending": null(),
            "unique_active": null(),
            "alone": False,
            "cancel_requested": False,
        }
        self.lock = Prepared(
            select(*job_columns(tables)).where(several).order_by(jobs.c.id).with_for_update()
        )
        self.put_back = Prepared(
            update(jobs)
            .where(one)
            .values(
                status=JobState.PENDING.value,
                rank=bindparam("rank"),
                worker_id=null(),
                lease_expires_at=null(),
                completed_at=null(),
                available_at=bindparam("available_at"),
                attempts=bindparam("attempts"),
                crashes=bindparam("crashes"),
                alone=bindparam("alone"),
                error=bindparam("error"),
                error_class=bindparam("error_class"),
                cancel_requested=False,
            )
        )
        self.end = Prepared(
            update(jobs)
            .where(one)
            .values(
                **ended,
                status=bindparam("status"),
                attempts=bindparam("attempts"),
                crashes=bindparam("crashes"),
                error=bindparam("error"),
                error_class=bindparam("error_class"),
                result=bindparam("result"),
            )
        )
        self.end_done = Prepared(
            update(jobs)
            .where(several)
            .values(
                **ended,
                status=JobState.COMPLETED.value,
                attempts=jobs.c.attempts + 1,
                crashes=0,
                error=null(),
                error_class=null(),
            )
        )
        # A job that was enqueued meanwhile may hold the key: then this one goes without it.
        self.hold_pending_key, self.hold_active_key = (
            Prepared(
                update(jobs)
                .prefix_with("OR IGNORE", dialect="sqlite")
                .prefix_with("IGNORE", dialect="mysql")
                .where(one, jobs.c.unique_scope == scope, jobs.c[column].is_(None))
                .values({column: jobs.c.unique_key})
            )
            for scope, column in (("pending", "unique_pending"), ("active", "unique_active"))
        )
        self.free_slots = Prepared(
            delete(tables.queue_slots).where(among(tables.queue_slots.c.job_id, "ids", dialect))
        )
        self.children = Prepared(
            select(links.c.job_id, links.c.parent_id)
            .where(among(links.c.parent_id, "ids", dialect))
            .order_by(links.c.parent_id, links.c.job_id)
        )
        self.wait_less = Prepared(
            update(jobs).where(one).values(waiting_for=jobs.c.waiting_for - bindparam("parents"))
        )
        self.release = Prepared(
            update(jobs)
            .where(several, jobs.c.waiting_for == 0, jobs.c.status == JobState.PENDING.value)
            .values(rank=jobs.c.priority)
        )


@cache
def _statements(tables: Tables, dialect: Dialect) -> _Statements:
    return _Statements(tables, dialect)
