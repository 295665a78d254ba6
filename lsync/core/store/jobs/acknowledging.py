"""Writes what became of a worker's jobs. A stale epoch changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from lsync.core.domain.job import Job, JobState
from lsync.core.domain.outcome import Verdict
from lsync.core.store.cursor import Cursor
from lsync.core.store.jobs import history
from lsync.core.store.jobs.moving import Place, end_done, lock, put
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
    wanted = {run.job.id: run for run in runs}
    valid = [job for job in lock(cursor, wanted) if _is_current(job, wanted[job.id].job)]
    simple = [job for job in valid if _leaves_nothing(wanted[job.id])]
    end_done(cursor, simple, now=now)
    done = {job.id for job in simple}
    for job in valid:
        if job.id not in done:
            _write(cursor, job, wanted[job.id], now=now)
    return {job.id for job in valid}


def _is_current(found: Job, claimed: Job) -> bool:
    return found.state is JobState.PROCESSING and found.epoch == claimed.epoch


def _leaves_nothing(run: Acknowledgement) -> bool:
    return run.verdict.state is JobState.COMPLETED and not run.result


def _write(cursor: Cursor, job: Job, run: Acknowledgement, *, now: datetime) -> None:
    verdict = run.verdict
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
