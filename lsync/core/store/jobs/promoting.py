"""Ages waiting jobs, so that a steady stream of urgent ones never starves the others.

Also mends what a conflict between two Galera nodes may have left: a job that waits for nothing.
"""

from datetime import datetime, timedelta
from functools import cache, partial

from sqlalchemy import bindparam, exists, select, update

from lsync.core.domain.job import JobState, Priority
from lsync.core.store.change import WORK, Change, Dialect
from lsync.core.store.cursor import Cursor, Prepared
from lsync.core.store.jobs.rows import among
from lsync.core.store.schema import Tables
from lsync.core.store.transaction import Transaction

PROMOTE_AFTER = timedelta(minutes=10)
"""A job that could have run for this long moves up by one priority, and so on."""

LIMIT = 500


async def promote(tx: Transaction, *, now: datetime, after: timedelta = PROMOTE_AFTER) -> int:
    """Move jobs up that have waited; return how many moved."""
    return await tx.call(partial(_promote, now=now, after=after))


def _promote(cursor: Cursor, *, now: datetime, after: timedelta) -> int:
    moved = 0
    statements = _statements(cursor.tables, cursor.dialect)
    for priority in Priority:
        for rank in range(1, priority + 1):
            cutoff = now - after * (priority - rank + 1)
            found = cursor.run(
                statements.waiting, rank=rank, priority=int(priority), cutoff=cutoff, limit=LIMIT
            ).rows
            ids = sorted(job_id for (job_id,) in found)
            if ids:
                moved += cursor.run(statements.lift, ids=ids, rank=rank).matched
    _release_forgotten(cursor)
    return moved


def _release_forgotten(cursor: Cursor) -> None:
    statements = _statements(cursor.tables, cursor.dialect)
    ids = sorted(job_id for (job_id,) in cursor.run(statements.forgotten, limit=LIMIT).rows)
    if ids:
        cursor.run(statements.release, ids=ids)
        cursor.emit(WORK)
    for job_id in ids:
        cursor.emit(Change(kind="job", key=str(job_id)))


class _Statements:
    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        jobs, links = tables.queue_jobs, tables.queue_dependencies
        parent = jobs.alias("parent")
        several = among(jobs.c.id, "ids", dialect)
        self.waiting = Prepared(
            select(jobs.c.id)
            .where(
                jobs.c.rank == bindparam("rank"),
                jobs.c.priority == bindparam("priority"),
                jobs.c.available_at < bindparam("cutoff"),
            )
            .order_by(jobs.c.available_at, jobs.c.id)
            .limit(bindparam("limit"))
        )
        self.lift = Prepared(
            update(jobs)
            .where(several, jobs.c.rank == bindparam("rank"))
            .values(rank=jobs.c.rank - 1)
        )
        unfinished = exists().where(
            links.c.job_id == jobs.c.id,
            links.c.parent_id == parent.c.id,
            parent.c.status != JobState.COMPLETED.value,
        )
        linked = select(links.c.job_id).distinct().subquery()
        self.forgotten = Prepared(
            select(jobs.c.id)
            .join(linked, linked.c.job_id == jobs.c.id)
            .where(jobs.c.status == JobState.PENDING.value, jobs.c.waiting_for > 0, ~unfinished)
            .limit(bindparam("limit"))
        )
        self.release = Prepared(
            update(jobs)
            .where(several, jobs.c.status == JobState.PENDING.value)
            .values(waiting_for=0, rank=jobs.c.priority)
        )


@cache
def _statements(tables: Tables, dialect: Dialect) -> _Statements:
    return _Statements(tables, dialect)
