"""Decides what becomes of a run that has ended. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lsync.core.domain.backoff import retry_delay
from lsync.core.domain.job import Job, JobState
from lsync.core.domain.outcome import (
    Cancelled,
    Dead,
    Done,
    Outcome,
    Retry,
    Snooze,
    Verdict,
    judge,
)
from lsync.core.store.jobs import Acknowledgement

NONE = timedelta(0)
NAMES: dict[type[Outcome], str] = {
    Done: "done",
    Retry: "retry",
    Snooze: "snooze",
    Dead: "dead",
    Cancelled: "cancelled",
}
"""The words that the history of a job shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A run whose handler has ended; ``outcome`` is None if it was broken off by a shutdown.

    ``jitter`` in [-1, 1] spreads its delay, should it be tried again.
    """

    job: Job
    outcome: Outcome | None
    jitter: float = 0.0


def conclude(ended: Ended, *, delays: Sequence[timedelta], now: datetime) -> Acknowledgement:
    """Turn the end of a run into what is written about it."""
    job, outcome = ended.job, ended.outcome
    if outcome is None:
        return Acknowledgement(job=job, verdict=_as_it_was(job), outcome="snooze")
    attempts = job.attempts + 1
    delay = NONE
    if isinstance(outcome, Retry):
        delay = retry_delay(attempts, delays=delays, jitter=ended.jitter)
    verdict = judge(outcome, now=now, attempts=attempts, max_attempts=job.max_attempts, delay=delay)
    return Acknowledgement(
        job=job,
        verdict=verdict,
        outcome=NAMES[type(outcome)],
        result=outcome.result if isinstance(outcome, Done) else None,
    )


def _as_it_was(job: Job) -> Verdict:
    """A shutdown takes nothing from a job: neither an attempt nor its place in the queue."""
    return Verdict(
        state=JobState.PENDING,
        available_at=job.available_at,
        spends_attempt=False,
        error=job.error,
        error_class=job.error_class,
    )
