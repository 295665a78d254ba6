"""Which orders still have work in the queue, and how the work of one ended."""

from collections.abc import Collection

from sqlalchemy import select

from lsync.core.domain.job import Job
from lsync.core.store.jobs.rows import job_columns, read_job
from lsync.core.store.transaction import Transaction


async def waiting_among(tx: Transaction, unique_keys: Collection[str]) -> frozenset[str]:
    """Return those keys under which a job waits."""
    jobs = tx.tables.queue_jobs.c
    found = await tx.execute(
        select(jobs.unique_pending).where(jobs.unique_pending.in_(unique_keys))
    )
    return frozenset(found.scalars())


async def running_keys(tx: Transaction) -> frozenset[str]:
    """Return the concurrency keys of all jobs that a worker holds."""
    jobs = tx.tables.queue_jobs.c
    found = await tx.execute(
        select(jobs.concurrency_key).where(
            jobs.lease_expires_at.is_not(None), jobs.concurrency_key.is_not(None)
        )
    )
    return frozenset(found.scalars())


async def newest(tx: Transaction, *, concurrency_key: str, types: Collection[str]) -> Job | None:
    """Return the newest job of these types under a concurrency key; it is searched for."""
    jobs = tx.tables.queue_jobs.c
    statement = (
        select(*job_columns(tx.tables))
        .where(jobs.type.in_(types), jobs.concurrency_key == concurrency_key)
        .order_by(jobs.id.desc())
        .limit(1)
    )
    row = (await tx.execute(statement)).first()
    return None if row is None else read_job(row)
