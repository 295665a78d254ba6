"""Writes what became of a worker's jobs. A stale epoch changes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial

from sqlalchemy import func, select

from lsync.core.domain.job import Job, JobState
from lsync.core.domain.outcome import Verdict
from lsync.core.store.change import Dialect
from lsync.core.store.cursor import Cursor, Prepared
from lsync.core.store.jobs import history
from lsync.core.store.jobs.moving import Place, end_done, put
from lsync.core.store.jobs.rows import among
from lsync.core.store.schema import Tables
from lsync.core.store.transaction import Transaction

CANCELLED = "cancelled on request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """The end of one run: the job as it was claimed, and what shall become of it.

    ``outcome`` is the word that the history shows: done, retry, snooze, dead or cancelled.
    """

    job: Job
    verdict: Verdict
    outcome: str
    result: dict[str, object] | None = None


async def acknowledge(
    tx: Transaction, runs: Sequence[Acknowledgement], *, now: datetime
) -> set[int]:
    """Write the ends of ``runs`` and return the ids of those that were accepted.

    A run is refused when its job was meanwhile given to another worker (its epoch has grown) or
    is no longer processing. A job whose cancellation was requested is not tried again.
    """
    return await tx.call(partial(acknowledge_step, runs=runs, now=now))


def acknowledge_step(cursor: Cursor, *, runs: Sequence[Acknowledgement], now: datetime) -> set[int]:
    """Write the ends of ``runs``, as part of a piece of work that runs as a whole."""
    valid = (
        sorted(runs, key=_job_id) if _are_current(cursor, runs) else list(_current(cursor, runs))
    )
    end_done(cursor, [run.job for run in valid if _leaves_nothing(run)], now=now)
    for run in valid:
        if not _leaves_nothing(run):
            _write(cursor, run, now=now)
    return {run.job.id for run in valid}


def _are_current(cursor: Cursor, runs: Sequence[Acknowledgement]) -> bool:
    """Lock the jobs, and say whether all of ``runs`` hold and none was asked to stop.

    An epoch in the database is never below one that was given out, so the sums only agree where
    each epoch does: one row says what otherwise takes one for each job.
    """
    ids = sorted(run.job.id for run in runs)
    statement = _statements(cursor.tables, cursor.dialect).sums
    ((jobs, epochs),) = cursor.run(statement, ids=ids).rows
    return bool(jobs == len(runs) and epochs == sum(run.job.epoch for run in runs))


def _current(cursor: Cursor, runs: Sequence[Acknowledgement]) -> Iterator[Acknowledgement]:
    """Lock the jobs and yield, in the order of their ids, the runs that are not stale."""
    wanted = {run.job.id: run for run in runs}
    statement = _statements(cursor.tables, cursor.dialect).look
    found = cursor.run(statement, ids=sorted(wanted)).rows
    for job_id, status, epoch, cancel_requested in found:
        run = wanted[job_id]
        if status != JobState.PROCESSING.value or run.job.epoch != epoch:
            continue
        if cancel_requested:
            run = replace(run, job=run.job._replace(cancel_requested=True))
        yield run


def _job_id(run: Acknowledgement) -> int:
    return run.job.id


def _leaves_nothing(run: Acknowledgement) -> bool:
    return run.verdict.state is JobState.COMPLETED and not run.result


def _write(cursor: Cursor, run: Acknowledgement, *, now: datetime) -> None:
    job, verdict = run.job, run.verdict
    is_cancelled = verdict.state is JobState.PENDING and job.cancel_requested
    if verdict.spends_attempt and verdict.state is not JobState.COMPLETED:
        history.record(
            cursor,
            job,
            outcome=run.outcome,
            now=now,
            error_class=verdict.error_class,
            message=verdict.error,
            trace=verdict.trace,
        )
    put(
        cursor,
        job,
        Place(
            state=JobState.CANCELLED if is_cancelled else verdict.state,
            attempts=job.attempts + verdict.spends_attempt,
            available_at=verdict.available_at,
            crashes=0 if verdict.spends_attempt else job.crashes,
            alone=job.alone and not verdict.spends_attempt,
            error=CANCELLED if is_cancelled else verdict.error,
            error_class="Cancelled" if is_cancelled else verdict.error_class,
            result=run.result,
        ),
        now=now,
    )


class _Statements:
    """By primary key alone: locks taken through another index first invite deadlocks."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        jobs = tables.queue_jobs
        several = among(jobs.c.id, "ids", dialect)
        # The function keeps the planners off the index of the states.
        is_running = func.lower(jobs.c.status) == JobState.PROCESSING.value
        self.sums = Prepared(
            select(func.count(), func.sum(jobs.c.epoch))
            .where(several, is_running, ~jobs.c.cancel_requested)
            .with_for_update()
        )
        self.look = Prepared(
            select(jobs.c.id, jobs.c.status, jobs.c.epoch, jobs.c.cancel_requested)
            .where(several)
            .order_by(jobs.c.id)
            .with_for_update()
        )


@cache
def _statements(tables: Tables, dialect: Dialect) -> _Statements:
    return _Statements(tables, dialect)
