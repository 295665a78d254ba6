"""The attempts of a job. A completed one is told by the job's own row and costs no second."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam, insert, select

from lsync.core.domain.job import Attempt, Job, JobState
from lsync.core.store.cursor import Cursor, Prepared
from lsync.core.store.schema import Tables
from lsync.core.store.transaction import Transaction

VALUES = (
    "job_id",
    "number",
    "worker_id",
    "started_at",
    "ended_at",
    "outcome",
    "error_class",
    "message",
    "trace",
)


def record(
    cursor: Cursor,
    job: Job,
    *,
    outcome: str,
    now: datetime,
    error_class: str | None = None,
    message: str | None = None,
    trace: str | None = None,
) -> None:
    """Keep how the current run of ``job`` ended."""
    cursor.run(
        _insert(cursor.tables),
        job_id=job.id,
        number=job.attempts + 1,
        worker_id=job.worker_id or "",
        started_at=job.started_at or now,
        ended_at=now,
        outcome=outcome,
        error_class=error_class,
        message=message,
        trace=trace,
    )


async def attempts_of(tx: Transaction, job: Job) -> Sequence[Attempt]:
    """Return every run of ``job`` that ended, oldest first."""
    table = tx.tables.queue_attempts
    found = await tx.execute(select(table).where(table.c.job_id == job.id).order_by(table.c.id))
    attempts = [
        Attempt(
            number=row.number,
            worker_id=row.worker_id,
            started_at=row.started_at,
            ended_at=row.ended_at,
            outcome=row.outcome,
            error_class=row.error_class,
            message=row.message,
            trace=row.trace,
        )
        for row in found
    ]
    return [*attempts, *_completed(job)]


def _completed(job: Job) -> Sequence[Attempt]:
    if job.state is not JobState.COMPLETED or job.started_at is None:
        return ()
    return (
        Attempt(
            number=job.attempts,
            worker_id=job.worker_id or "",
            started_at=job.started_at,
            ended_at=job.completed_at,
            outcome="done",
        ),
    )


@cache
def _insert(tables: Tables) -> Prepared:
    table = tables.queue_attempts
    return Prepared(insert(table).values({name: bindparam(name) for name in VALUES}))
