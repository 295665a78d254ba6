"""What a person does to a job: cancel, retry, discard, correct its payload."""

from datetime import datetime
from functools import cache, partial

from sqlalchemy import bindparam, or_, select, update

from lsync.core.domain.job import Job, JobState
from lsync.core.store.change import WORK, Change
from lsync.core.store.cursor import Cursor, Prepared
from lsync.core.store.jobs.enqueueing import PARENT_FAILED
from lsync.core.store.jobs.errors import (
    Deed,
    ParentUnfinishedError,
    UniqueKeyTakenError,
    UnknownJobError,
    check_state,
)
from lsync.core.store.jobs.moving import Place, lock, put
from lsync.core.store.jobs.new_job import encode_payload
from lsync.core.store.schema import Tables
from lsync.core.store.transaction import Transaction

BY_HAND = "cancelled on request"


async def cancel(tx: Transaction, job_id: int, *, now: datetime, reason: str = BY_HAND) -> Job:
    """Cancel a pending job at once; ask the worker of a running one to stop it.

    The returned job is ``cancelled``, or still ``processing`` with ``cancel_requested``.

    Raises:
        UnknownJobError: there is none.
        JobStateError: it has finished.
    """
    return await tx.call(partial(_cancel, job_id=job_id, reason=reason, now=now))


async def retry(tx: Transaction, job_id: int, *, now: datetime) -> Job:
    """Queue a failed or cancelled job anew with all its attempts; run a resting one now.

    The jobs that failed only because this one did are revived with it.

    Raises:
        UnknownJobError: there is none.
        JobStateError: it runs or is completed.
        UniqueKeyTakenError: another job does the same already.
        ParentUnfinishedError: a job it waits for has itself failed.
    """
    return await tx.call(partial(_retry, job_id=job_id, now=now))


async def discard(tx: Transaction, job_id: int, *, now: datetime, reason: str = "discarded") -> Job:
    """Put a dead letter away: it becomes cancelled.

    Raises:
        UnknownJobError: there is none.
        JobStateError: it has not failed.
    """
    return await tx.call(partial(_discard, job_id=job_id, reason=reason, now=now))


async def replace_payload(tx: Transaction, job_id: int, payload: dict[str, object]) -> Job:
    """Give a job that does not run another payload.

    Raises:
        UnknownJobError: there is none.
        JobStateError: it runs or is completed.
        BadJobError: the payload is not plain JSON.
    """
    return await tx.call(partial(_replace_payload, job_id=job_id, payload=payload))


def _one(cursor: Cursor, job_id: int) -> Job:
    found = lock(cursor, [job_id])
    if not found:
        raise UnknownJobError(job_id)
    return found[0]


def _cancel(cursor: Cursor, *, job_id: int, reason: str, now: datetime) -> Job:
    job = _one(cursor, job_id)
    check_state(job_id, job.state, Deed.CANCEL)
    if job.state is JobState.PROCESSING:
        cursor.run(_statements(cursor.tables).request_cancel, job_id=job_id)
        cursor.emit(Change(kind="job", key=str(job_id)))
    else:
        put(cursor, job, _cancelled(job, reason), now=now)
    return _one(cursor, job_id)


def _discard(cursor: Cursor, *, job_id: int, reason: str, now: datetime) -> Job:
    job = _one(cursor, job_id)
    check_state(job_id, job.state, Deed.DISCARD)
    put(cursor, job, _cancelled(job, reason), now=now)
    return _one(cursor, job_id)


def _cancelled(job: Job, reason: str) -> Place:
    return Place(
        state=JobState.CANCELLED, attempts=job.attempts, error=reason, error_class="Cancelled"
    )


def _retry(cursor: Cursor, *, job_id: int, now: datetime) -> Job:
    job = _one(cursor, job_id)
    check_state(job_id, job.state, Deed.RETRY)
    if job.state is JobState.PENDING:
        cursor.run(_statements(cursor.tables).run_now, job_id=job_id, now=now)
        cursor.emit(WORK)
        cursor.emit(Change(kind="job", key=str(job_id)))
        return job._replace(available_at=min(job.available_at, now))
    _refuse_failed_parent(cursor, job)
    _refuse_taken_key(cursor, job)
    put(cursor, job, Place(state=JobState.PENDING, attempts=0, available_at=now), now=now)
    _revive_children(cursor, job_id, now=now)
    return _one(cursor, job_id)


def _refuse_failed_parent(cursor: Cursor, job: Job) -> None:
    parents = cursor.run(_statements(cursor.tables).failed_parents, job_id=job.id).rows
    if parents:
        raise ParentUnfinishedError(job.id, parent=parents[0][0])


def _refuse_taken_key(cursor: Cursor, job: Job) -> None:
    if job.unique_key is None:
        return
    found = cursor.run(
        _statements(cursor.tables).key_holder, key=job.unique_key, job_id=job.id
    ).rows
    if found:
        raise UniqueKeyTakenError(job.id, other=found[0][0])


def _revive_children(cursor: Cursor, job_id: int, *, now: datetime) -> None:
    """Let the jobs wait again that failed because ``job_id`` had; leave the others.

    Each is looked at anew: its elder sibling may have revived it already.
    """
    statements = _statements(cursor.tables)
    found = cursor.run(statements.failed_children, job_id=job_id).rows
    for child in (job for (child_id,) in found for job in lock(cursor, [child_id])):
        is_free = not cursor.run(statements.failed_parents, job_id=child.id).rows
        if child.state is not JobState.FAILED or not is_free:
            continue
        revived = Place(
            state=JobState.PENDING, attempts=child.attempts, available_at=child.available_at
        )
        put(cursor, child, revived, now=now)
        _revive_children(cursor, child.id, now=now)


def _replace_payload(cursor: Cursor, *, job_id: int, payload: dict[str, object]) -> Job:
    job = _one(cursor, job_id)
    check_state(job_id, job.state, Deed.CORRECT)
    cursor.run(
        _statements(cursor.tables).set_payload, job_id=job_id, payload=encode_payload(payload)
    )
    cursor.emit(Change(kind="job", key=str(job_id)))
    return job._replace(payload=payload)


class _Statements:
    def __init__(self, tables: Tables) -> None:
        jobs, links = tables.queue_jobs, tables.queue_dependencies
        one = jobs.c.id == bindparam("job_id")
        self.request_cancel = Prepared(update(jobs).where(one).values(cancel_requested=True))
        self.run_now = Prepared(
            update(jobs)
            .where(one, jobs.c.available_at > bindparam("now"))
            .values(available_at=bindparam("now"))
        )
        self.set_payload = Prepared(update(jobs).where(one).values(payload=bindparam("payload")))
        self.key_holder = Prepared(
            select(jobs.c.id).where(
                or_(
                    jobs.c.unique_pending == bindparam("key"),
                    jobs.c.unique_active == bindparam("key"),
                ),
                jobs.c.id != bindparam("job_id"),
            )
        )
        self.failed_parents = Prepared(
            select(jobs.c.id)
            .join(links, links.c.parent_id == jobs.c.id)
            .where(
                links.c.job_id == bindparam("job_id"),
                or_(
                    jobs.c.status == JobState.FAILED.value,
                    jobs.c.status == JobState.CANCELLED.value,
                ),
            )
            .order_by(jobs.c.id)
        )
        self.failed_children = Prepared(
            select(jobs.c.id)
            .join(links, links.c.job_id == jobs.c.id)
            .where(
                links.c.parent_id == bindparam("job_id"),
                jobs.c.status == JobState.FAILED.value,
                jobs.c.error_class == PARENT_FAILED,
            )
            .order_by(jobs.c.id)
        )


@cache
def _statements(tables: Tables) -> _Statements:
    return _Statements(tables)
