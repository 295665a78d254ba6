"""What waits for a person, as plain rows."""

from datetime import UTC, timedelta
from decimal import Decimal

from lsync.core.control import messages as m
from lsync.core.domain.order import SyncState
from lsync.tui.view.attention import Waiting, attention
from lsync.tui.view.words import Moment
from tests.tui import samples

HERE = Moment(now=samples.NOW, zone=UTC)
LATE = samples.order(
    "PO-0900", due_date=samples.NOW.date() - timedelta(days=3), received=Decimal(4)
)
QUIET: dict[str, object] = {"health": (), "orders": {}, "failed_orders": (), "drifted_orders": ()}


def rows(**change: object) -> list[Waiting]:
    return attention(samples.status(**{**QUIET, **change}), HERE)


def one(**change: object) -> Waiting:
    (found,) = rows(**change)
    return found


def test_nothing_waits_before_the_first_answer_and_when_all_is_well() -> None:
    assert attention(None, HERE) == []
    assert rows() == []


def test_what_stops_everything_comes_first_and_warnings_last() -> None:
    pause = m.PauseMessage(type="*", reason="token", paused_by="lsync", paused_at=samples.NOW)
    found = rows(
        health=(
            m.HealthMessage(name="webhooks", state="warning", message="4 never came"),
            m.HealthMessage(name="queue", state="warning", message="paused"),
            m.HealthMessage(name="lightspeed", state="failed", message="no token"),
        ),
        queue=samples.STATS.model_copy(
            update={"pauses": (pause,), "by_type": {"price.update": {"failed": 2}}}
        ),
        failed_orders=(samples.ORDERS[2],),
        drifted_orders=(samples.ORDERS[5],),
        overdue_orders=(LATE,),
        unsent_orders=(samples.ORDERS[1],),
        decisions=3,
        orders={"pending_approval": 1, "draft": 1},
    )
    assert [(each.mark.text, each.about) for each in found] == [
        ("✗ alert", "lightspeed"),
        ("‖ paused", "all jobs"),
        ("✗ failed", "PO-1003"),
        ("✗ failed", "price.update"),
        ("≠ drifted", "PO-1006"),
        ("! overdue", "PO-0900"),
        ("○ send", samples.ORDERS[1].order_number),
        ("? decide", "3 questions"),
        ("○ approve", "2 orders"),
        ("! alert", "webhooks"),
    ]


def test_an_overdue_order_says_since_when_and_what_came() -> None:
    row = one(overdue_orders=(LATE,))
    assert row.why.text == "due 3 days ago; 4 of 144 received"
    assert row.order == LATE
    assert (row.tab, row.opens) == ("orders", "PO-0900")


def test_orders_that_are_counted_but_not_named_are_a_row_that_lists_them() -> None:
    named, more = rows(failed_orders=(samples.ORDERS[2],), syncs={SyncState.FAILED: 41})
    assert named.about == "PO-1003"
    assert (more.about, more.tab, more.typed) == ("40 more", "orders", "sync:failed")


def test_failed_jobs_that_an_order_shows_are_not_told_twice() -> None:
    by_type = {"sync.push": {"failed": 5}, "stock.adjust": {"failed": 1, "pending": 2}}
    row = one(queue=samples.STATS.model_copy(update={"by_type": by_type}))
    assert row.why.text == "1 job failed that no order shows"
    assert row.typed == "state:failed type:stock.adjust"


def test_pauses_of_one_reason_are_one_row() -> None:
    pauses = tuple(
        m.PauseMessage(type=name, reason="stocktake", paused_by="me", paused_at=samples.NOW)
        for name in ("sync.push", "sync.pull")
    )
    row = one(queue=samples.STATS.model_copy(update={"pauses": pauses}))
    assert (row.about, row.why.text) == ("sync.push, sync.pull", "by me: stocktake")
