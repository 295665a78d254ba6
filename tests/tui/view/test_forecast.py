"""When the queue will be done, by the budget and by the rate, as plain values."""

from datetime import UTC

import pytest

from lsync.core.control import messages as m
from lsync.tui.view.forecast import forecast, forecast_line
from lsync.tui.view.spans import text_of
from lsync.tui.view.words import Moment
from tests.tui import samples

MOMENT = Moment(now=samples.NOW, zone=UTC)


def stats(pushes: int, *, waited: float | None = 30.0, **change: object) -> m.QueueStats:
    by_type = {"sync.push": {"pending": pushes}, "webhook.process": {"pending": 1}}
    given = {"by_type": by_type, "oldest_pending_seconds": waited, "throughput": (), **change}
    return samples.STATS.model_copy(update=given)


def budget(remaining: int) -> m.BudgetMessage:
    return m.BudgetMessage(limit=350, used=350 - remaining, remaining=remaining)


def said(stats: m.QueueStats, budget: m.BudgetMessage) -> str:
    return "".join(text_of(row) for row in forecast_line(stats, budget, MOMENT))


def test_nothing_is_foretold_of_an_empty_queue() -> None:
    assert forecast(stats(0, waited=None), budget(350)) is None
    assert said(stats(0, waited=None), budget(350)) == ""


@pytest.mark.parametrize(
    ("pushes", "remaining", "seconds"), [(87, 350, 0.0), (175, 350, 300.0), (350, 0, 1200.0)]
)
def test_calls_beyond_those_left_come_back_as_the_window_gives_them(
    pushes: int, remaining: int, seconds: float
) -> None:
    found = forecast(stats(pushes), budget(remaining))
    assert found is not None
    assert found.seconds == seconds


def test_the_rate_counts_from_when_the_oldest_job_waits() -> None:
    busy = stats(39, waited=150.0, throughput=(90,) * 58 + (5, 15))
    found = forecast(busy, budget(350))
    assert found is not None
    assert (found.seconds, found.limit) == (240.0, "rate")
    assert said(busy, budget(350)) == "queue   done about 14:07, in 4 min (rate)"


def test_the_slower_of_budget_and_rate_counts() -> None:
    busy = stats(350, waited=150.0, throughput=(0,) * 58 + (500, 500))
    found = forecast(busy, budget(0))
    assert found is not None
    assert (found.seconds, found.limit) == (1200.0, "budget")
    assert said(busy, budget(0)) == "queue   done about 14:23, in 20 min (budget)"


def test_what_stands_still_is_said_instead_of_a_time() -> None:
    pause = m.PauseMessage(type="*", reason="", paused_by="me", paused_at=samples.NOW)
    assert "it is paused" in said(stats(3, pauses=(pause,)), budget(350))
    assert "nothing runs jobs" in said(stats(3, workers=()), budget(350))
    still = stats(3, waited=200.0, throughput=(0,) * 60)
    assert said(still, budget(350)) == "queue   will not be done: none done for 3 min"
