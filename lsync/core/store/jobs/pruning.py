"""Deletes finished jobs by age, a few at a time, so that no worker ever waits for it."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from functools import cache, partial

from sqlalchemy import bindparam, delete, exists, func, select

from lsync.core.domain.job import FINISHED, JobState
from lsync.core.store.change import Dialect
from lsync.core.store.cursor import Cursor, Prepared
from lsync.core.store.jobs.counting import tally
from lsync.core.store.jobs.rows import among
from lsync.core.store.schema import Tables
from lsync.core.store.transaction import Transaction

LIMIT = 500


async def prune(
    tx: Transaction,
    *,
    before: datetime,
    states: Collection[JobState] = FINISHED,
    limit: int = LIMIT,
) -> int:
    """Delete at most ``limit`` jobs that finished before then; call again until it returns 0.

    A job that others depend on stays until they are gone. Attempts go with their job.

    Raises:
        ValueError: a state that is not finished.
    """
    if not set(states) <= FINISHED:
        raise ValueError("only finished jobs are pruned")
    return await tx.call(partial(_prune, before=before, states=states, limit=limit))


async def prunable(
    tx: Transaction, *, before: datetime, states: Collection[JobState] = FINISHED
) -> dict[JobState, int]:
    """Count, by state, the jobs that finished before then."""
    jobs = tx.tables.queue_jobs
    found = await tx.execute(
        select(jobs.c.status, func.count())
        .where(jobs.c.completed_at < before, jobs.c.status.in_(sorted(states)))
        .group_by(jobs.c.status)
    )
    counts = dict.fromkeys(sorted(states), 0)
    return counts | {JobState(status): number for status, number in found}


def _prune(cursor: Cursor, *, before: datetime, states: Collection[JobState], limit: int) -> int:
    statements = _statements(cursor.tables, cursor.dialect)
    found = cursor.run(
        statements.old, before=before, states=sorted(state.value for state in states), limit=limit
    ).rows
    if not found:
        return 0
    cursor.run(statements.delete, ids=sorted(row[0] for row in found))
    gone = Counter((status, priority, kind) for _, status, priority, kind in found)
    for (status, priority, kind), jobs in gone.items():
        tally(cursor).add(JobState(status), priority=priority, kind=kind, jobs=-jobs)
    return len(found)


class _Statements:
    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        jobs, links = tables.queue_jobs, tables.queue_dependencies
        # By age, not by state: the function keeps the planners off the index of the states.
        self.old = Prepared(
            select(jobs.c.id, jobs.c.status, jobs.c.priority, jobs.c.type)
            .where(
                jobs.c.completed_at < bindparam("before"),
                among(func.coalesce(jobs.c.status, ""), "states", dialect),
                ~exists().where(links.c.parent_id == jobs.c.id),
            )
            .order_by(jobs.c.completed_at)
            .limit(bindparam("limit"))
            .with_for_update(skip_locked=True)
        )
        self.delete = Prepared(delete(jobs).where(among(jobs.c.id, "ids", dialect)))


@cache
def _statements(tables: Tables, dialect: Dialect) -> _Statements:
    return _Statements(tables, dialect)
