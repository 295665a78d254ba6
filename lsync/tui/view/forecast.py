"""When the queue will be done: by the calls the budget allows, and by how fast jobs finish."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from lsync.core.control.messages import BudgetMessage, QueueStats
from lsync.core.domain.job import JobState
from lsync.tui.view.spans import Line, Span, Tone, line
from lsync.tui.view.words import Moment, length

WINDOW_SECONDS = 300
MINUTE = 60
CALLS = {"sync.push": 4, "sync.repair": 4, "sync.pull": 2, "webhook.process": 0}
"""Calls to Lightspeed that a job of a type costs; a push of up to 500 lines takes four."""
USUAL_CALLS = 1
ALL_TYPES = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """In how many seconds the queue is done and what holds it up; ``None``: not as it stands."""

    seconds: float | None
    limit: str


def forecast(stats: QueueStats, budget: BudgetMessage) -> Forecast | None:
    """Return when the jobs that wait will be done; ``None`` when none is due.

    Whatever takes longer counts: the calls they need beyond those left come back as fast as the
    budget's window gives them, and jobs finish as fast as they did while the oldest one waited.
    """
    if stats.oldest_pending_seconds is None:
        return None
    if any(pause.type == ALL_TYPES for pause in stats.pauses):
        return Forecast(seconds=None, limit="it is paused")
    if not any(worker.alive for worker in stats.workers):
        return Forecast(seconds=None, limit="nothing runs jobs")
    waiting = _waiting(stats)
    by_budget = _by_budget(waiting, budget)
    by_rate = _by_rate(sum(waiting.values()), stats, waited=stats.oldest_pending_seconds)
    if by_rate is None:
        return Forecast(seconds=None, limit=f"none done for {length(_whole_minutes(stats))}")
    if by_budget >= by_rate:
        return Forecast(seconds=by_budget, limit="budget" if by_budget else "")
    return Forecast(seconds=by_rate, limit="rate")


def _waiting(stats: QueueStats) -> dict[str, int]:
    pending = JobState.PENDING.value
    return {name: states.get(pending, 0) for name, states in stats.by_type.items()}


def _by_budget(waiting: dict[str, int], budget: BudgetMessage) -> float:
    calls = sum(number * CALLS.get(name, USUAL_CALLS) for name, number in waiting.items())
    short = max(0, calls - budget.remaining)
    return short / max(1, budget.limit) * WINDOW_SECONDS


def _by_rate(jobs: int, stats: QueueStats, *, waited: float) -> float | None:
    """Seconds by the minutes in which the oldest job waited; 0 when it has not waited one yet."""
    minutes = min(len(stats.throughput), int(waited // MINUTE))
    if not minutes:
        return 0.0
    done = sum(stats.throughput[-minutes:])
    return jobs / done * minutes * MINUTE if done else None


def _whole_minutes(stats: QueueStats) -> float:
    return (stats.oldest_pending_seconds or 0) // MINUTE * MINUTE


def forecast_line(stats: QueueStats, budget: BudgetMessage, moment: Moment) -> list[Line]:
    """Return when the queue will be done, and what holds it up."""
    found = forecast(stats, budget)
    if found is None:
        return []
    title = Span("queue   ", Tone.TITLE)
    if found.seconds is None:
        return [line(title, Span(f"will not be done: {found.limit}", Tone.BAD))]
    if found.seconds < MINUTE:
        return [line(title, Span("done within a minute"))]
    span = timedelta(minutes=ceil(found.seconds / MINUTE))
    tone = Tone.WARN if found.limit == "budget" else Tone.PLAIN
    at = moment.minute(moment.now + span)
    return [line(title, Span(f"done about {at}, in {length(span)} ({found.limit})", tone))]
