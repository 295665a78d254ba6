"""Keeps the jobs that a worker runs, and hears which of them shall stop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from sqlalchemy import bindparam, select, update

from lsync.core.domain.job import Job, JobState
from lsync.core.store.change import Dialect
from lsync.core.store.cursor import Cursor, Prepared
from lsync.core.store.jobs.rows import among
from lsync.core.store.schema import Tables
from lsync.core.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A job that a worker believes to hold."""

    job_id: int
    epoch: int

    @classmethod
    def of(cls, job: Job) -> "Held":
        """Name the run of a claimed job."""
        return cls(job_id=job.id, epoch=job.epoch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """Jobs that are no longer the worker's, and jobs that someone wants to stop."""

    lost: frozenset[int] = frozenset()
    cancelled: frozenset[int] = frozenset()


async def renew(tx: Transaction, held: Sequence[Held], *, until: datetime) -> Renewal:
    """Hold the leases of ``held`` until then; those with a stale epoch are left alone."""
    return await tx.call(partial(renew_step, held=held, until=until))


def renew_step(cursor: Cursor, *, held: Sequence[Held], until: datetime) -> Renewal:
    """Hold the leases, as part of a piece of work that runs as a whole."""
    if not held:
        return Renewal()
    statements = _statements(cursor.tables, cursor.dialect)
    epochs = {run.job_id: run.epoch for run in held}
    found = cursor.run(statements.look, ids=sorted(epochs)).rows
    running = [
        (job_id, is_cancelled)
        for job_id, status, epoch, is_cancelled in found
        if status == JobState.PROCESSING.value and epoch == epochs[job_id]
    ]
    mine = [job_id for job_id, _ in running]
    if mine:
        cursor.run(statements.renew, ids=mine, until=until)
    return Renewal(
        lost=frozenset(epochs.keys() - set(mine)),
        cancelled=frozenset(job_id for job_id, is_cancelled in running if is_cancelled),
    )


class _Statements:
    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        jobs = tables.queue_jobs
        several = among(jobs.c.id, "ids", dialect)
        self.look = Prepared(
            select(jobs.c.id, jobs.c.status, jobs.c.epoch, jobs.c.cancel_requested)
            .where(several)
            .order_by(jobs.c.id)
            .with_for_update()
        )
        self.renew = Prepared(
            update(jobs).where(several).values(lease_expires_at=bindparam("until"))
        )


@cache
def _statements(tables: Tables, dialect: Dialect) -> _Statements:
    return _Statements(tables, dialect)
