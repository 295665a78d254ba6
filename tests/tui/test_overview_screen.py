"""The overview as a person sees and uses it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from textual.widgets import Input

from lsync.core.control import messages as m
from lsync.core.domain.adjustment import AdjustmentState
from lsync.core.domain.order import OrderState, SyncState
from tests.tui import samples
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.harness import dashboard

NOTHING_WAITS: dict[str, Any] = {
    "failed_orders": (),
    "drifted_orders": (),
    "health": (),
    "orders": {},
}


async def test_what_waits_for_a_person_stands_first_failed_before_drifted(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon) as seen:
        await seen.sees("PO-1003", "PO-1006")
        await seen.until(lambda: seen.rows()[3].startswith("› ✗ failed    PO-1003"))
        rows = seen.rows()
        assert "No product has the SKU KETTLE-9  (+1 more)" in rows[3]
        assert "≠ drifted   PO-1006" in rows[4]


@pytest.mark.parametrize("size", [(80, 24), (120, 30), (200, 60)])
async def test_counts_workers_budget_health_and_throughput_fit_every_size(
    daemon: FakeDaemon, size: tuple[int, int]
) -> None:
    async with dashboard(daemon, size=size) as seen:
        await seen.sees("312 of 350 calls left", "host-a:4242", "webhooks: none for 2 h")
        await seen.sees("last hour", "oldest waits 41 s", "12 lines verified", "q Quit")
        counts = seen.row("✓ completed").split()
        assert counts[2:6] == ["0", "0", "23", "140"]
        assert all(len(row) <= size[0] for row in seen.rows())


async def test_a_status_event_changes_the_counts(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        busy = samples.STATS.model_copy(update={"counts": {"pending": {"critical": 7}}})
        daemon.status = samples.status(queue=busy, **NOTHING_WAITS)
        daemon.emit("status", daemon.status)
        await seen.sees("✓ nothing waits for you")
        assert seen.row("○ pending").split()[2] == "7"


async def test_an_order_that_fails_appears_and_one_that_recovers_goes(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        failed = samples.order("PO-1001", sync_state=SyncState.FAILED)
        mended = samples.order("PO-1003", sync_state=SyncState.SYNCED)
        daemon.status = samples.status(failed_orders=(failed,))
        daemon.emit("order", failed)
        daemon.emit("order", mended)
        await seen.until(lambda: "PO-1001" in seen.rows()[3], what="PO-1001 first")
        assert not any("PO-1003" in row for row in seen.rows()[:6])


async def test_no_worker_is_said_loudly(daemon: FakeDaemon) -> None:
    daemon.status = samples.status(queue=samples.STATS.model_copy(update={"workers": ()}))
    async with dashboard(daemon) as seen:
        await seen.sees("✗ none: nothing runs jobs")


async def test_a_pause_is_shown_with_its_reason(daemon: FakeDaemon) -> None:
    pause = m.PauseMessage(type="*", reason="token", paused_by="lsync", paused_at=samples.NOW)
    daemon.status = samples.status(queue=samples.STATS.model_copy(update={"pauses": (pause,)}))
    async with dashboard(daemon) as seen:
        await seen.sees("‖ paused    all jobs", "by lsync: token")


async def test_a_spent_budget_says_when_the_next_call_is_free(daemon: FakeDaemon) -> None:
    spent = m.BudgetMessage(limit=350, used=350, remaining=0, available_at=samples.NOW)
    daemon.status = samples.status(budget=spent)
    async with dashboard(daemon) as seen:
        await seen.sees("0 of 350 calls left", "next call at 14:03:05")


async def test_retry_acts_on_the_order_under_the_cursor(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("r")
        await seen.told("PO-1003 is queued as job 99.")
        assert daemon.done == ["retry PO-1003"]


async def test_sync_acts_on_the_order_under_the_cursor(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("j", "s")
        await seen.told("PO-1006 is queued as job 99.")
        assert daemon.done == ["sync PO-1006"]


async def test_plan_opens_over_the_overview(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("d")
        await seen.sees("Plan for PO-1003", "costs 4 API calls", "create the consignment")


async def test_approving_what_is_approved_says_why_not(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("a")
        await seen.told("PO-1003 is already approved.")
        assert daemon.done == []


async def test_enter_opens_the_order(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("enter")
        await seen.sees("[2 Orders]", "PO-1003  ✗ failed  approved", "fix: correct the SKU")


async def test_enter_on_a_recent_sync_opens_its_log_entry(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("tab", "enter")
        await seen.sees("[4 Log]", "Log 40", '"unknown_sku"')


async def test_keys_on_recent_syncs_do_not_act_on_the_order_above(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("tab", "r", "s", "a", "d")
        assert daemon.done == []


async def test_its_log_goes_to_the_filtered_log(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("l")
        await seen.sees("[4 Log]", "order:PO-1003")
        await seen.misses("PO-1004")


async def test_slash_filters_the_orders_and_no_letter_after_it_is_a_command(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon) as seen:
        await seen.sees("PO-1003")
        await seen.type("/ra")
        await seen.sees("[2 Orders]", "nothing matches the filter")
        await seen.press("3")
        assert seen.app.screen.query_one("#filter", Input).value == "ra3"
        assert daemon.done == []


async def test_slash_on_the_overview_works_when_the_orders_have_been_seen_before(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("2")
        await seen.sees("[2 Orders]")
        await seen.press("1")
        await seen.sees("[1 Overview]")
        await seen.type("/1003")
        await seen.sees("[2 Orders]", "PO-1003")
        await seen.misses("PO-1001")


async def test_enter_leads_from_what_is_no_order_to_where_it_is_dealt_with(
    daemon: FakeDaemon,
) -> None:
    by_type = {"price.update": {"failed": 2}}
    queue = samples.STATS.model_copy(update={"by_type": by_type})
    daemon.status = samples.status(queue=queue, **NOTHING_WAITS)
    async with dashboard(daemon) as seen:
        await seen.sees("2 jobs failed that no order shows")
        await seen.press("enter")
        await seen.sees("[3 Jobs]", "state:failed type:price.update")


async def test_enter_on_open_questions_asks_them(daemon: FakeDaemon) -> None:
    daemon.status = samples.status(**NOTHING_WAITS, decisions=2)
    async with dashboard(daemon) as seen:
        await seen.sees("? decide    2 questions")
        await seen.press("enter")
        await seen.sees("Questions that wait for you")


async def test_a_key_for_orders_on_another_row_says_so(daemon: FakeDaemon) -> None:
    daemon.status = samples.status(**NOTHING_WAITS, decisions=2)
    async with dashboard(daemon) as seen:
        await seen.sees("2 questions")
        await seen.press("r")
        await seen.told("No order is under the cursor")
        assert daemon.done == []


async def test_an_overdue_order_is_acted_on_like_any_other_and_goes_when_it_came(
    daemon: FakeDaemon,
) -> None:
    due = samples.NOW.date() - timedelta(days=2)
    late = samples.order("PO-0900", due_date=due)
    daemon.orders[late.order_number] = late
    daemon.status = samples.status(**NOTHING_WAITS, overdue_orders=(late,))
    async with dashboard(daemon) as seen:
        await seen.sees("! overdue   PO-0900", "due 2 days ago; 0 of 144 received")
        await seen.press("s")
        await seen.until(lambda: daemon.done == ["sync PO-0900"])
        arrived = late.model_copy(update={"state": OrderState.RECEIVED})
        daemon.status = samples.status(**NOTHING_WAITS)
        daemon.emit("order", arrived)
        await seen.sees("✓ nothing waits for you")


async def test_a_small_screen_keeps_its_keys_and_one_that_grows_shows_all_again(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon) as seen:
        await seen.sees("○ approve")
        await seen.pilot.resize_terminal(40, 8)
        await seen.misses("○ approve")
        assert seen.rows()[7].startswith("⏎ Detail"), seen.text()
        await seen.pilot.resize_terminal(80, 24)
        await seen.sees("○ approve")


def not_posted(number: int) -> m.AdjustmentMessage:
    return m.AdjustmentMessage(
        id=number,
        name=f"count-{number}",
        state=AdjustmentState.FAILED,
        outlet="Main Street",
        sku=f"MUG-00{number}",
        quantity=Decimal(-2),
        reason="LOSS",
        error="Lightspeed refused the reason [bold].",
    )


async def test_stock_adjustments_that_failed_are_read_and_tried_again(daemon: FakeDaemon) -> None:
    daemon.status = samples.status(**NOTHING_WAITS, failed_adjustments=2)
    daemon.adjustments = (not_posted(1), not_posted(2))
    async with dashboard(daemon) as seen:
        await seen.sees("✗ stock     2 adjustments", "not posted")
        await seen.press("enter")
        await seen.sees("count-1", "MUG-002", "Lightspeed refused")
        await seen.press("enter")
        await seen.sees("Stock adjustment count-1", "the reason [bold].", "LOSS")
        await seen.press("escape")
        await seen.sees("Stock adjustments that were not posted")
        await seen.press("asterisk", "r")
        await seen.told("2 adjustments judged anew.")
        assert daemon.done == ["retry ['count-1', 'count-2']"]
