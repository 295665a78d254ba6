"""What a handler says when it ends, and the pure decision what that does to its job."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lsync.core.domain.job import JobState


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The work is finished. ``result`` is kept with the job."""

    result: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """The attempt failed and may succeed later. Spends an attempt.

    ``delay`` overrides the configured delay for this attempt.
    """

    error: str
    error_class: str = "Retry"
    delay: timedelta | None = None
    trace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """Not now: budget spent, paused, shutting down, waiting for a quiet period. Spends nothing."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dead:
    """The work can never succeed as it stands; a person must look."""

    error: str
    error_class: str = "Dead"
    trace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """The handler noticed a cancel request and stopped at a safe point."""

    reason: str = "cancelled on request"


Outcome = Done | Retry | Snooze | Dead | Cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a job: its next state and, when pending, when it is available."""

    state: JobState
    available_at: datetime | None = None
    spends_attempt: bool = True
    error: str | None = None
    error_class: str | None = None
    trace: str | None = None


COMPLETED = Verdict(state=JobState.COMPLETED)


def judge(
    outcome: Outcome, *, now: datetime, attempts: int, max_attempts: int, delay: timedelta
) -> Verdict:
    """Turn a handler's outcome into the next state of its job.

    ``attempts`` counts the finished attempts including this one; ``delay`` is the backoff
    for it, used when the outcome brings none.
    """
    match outcome:
        case Done():
            return COMPLETED
        case Cancelled(reason=reason):
            return Verdict(state=JobState.CANCELLED, error=reason, error_class="Cancelled")
        case Snooze(until=until, reason=reason):
            return Verdict(
                state=JobState.PENDING, available_at=until, spends_attempt=False, error=reason
            )
        case Dead(error=error, error_class=name, trace=trace):
            return Verdict(state=JobState.FAILED, error=error, error_class=name, trace=trace)
        case Retry(error=error, error_class=name, delay=own, trace=trace):
            if attempts >= max_attempts:
                return Verdict(state=JobState.FAILED, error=error, error_class=name, trace=trace)
            return Verdict(
                state=JobState.PENDING,
                available_at=now + (delay if own is None else own),
                error=error,
                error_class=name,
                trace=trace,
            )
