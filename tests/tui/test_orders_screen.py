"""Purchase orders as a person sees and uses them."""

import pytest

from lsync.core.control import messages as m
from lsync.core.domain.order import OrderState, SyncState
from lsync.tui.model import Subject
from tests.tui import samples
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.harness import Driven, dashboard

FAILED_ROW = "PO-1003"


async def to_orders(seen: Driven) -> None:
    await seen.press("2")
    await seen.sees("[2 Orders]", "PO-1008")


async def test_the_list_shows_states_by_sign_and_word(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen)
        assert "✗ failed" in seen.row("PO-1003")
        assert "◐ syncing" in seen.row("PO-1004")
        assert "‖ held" in seen.row("PO-1007")
        assert "140/144" in seen.row("PO-1002")


async def test_enter_shows_lines_problems_with_fixes_consignments_and_log(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon, size=(80, 60)) as seen:
        await to_orders(seen)
        await seen.press("j", "j", "enter")
        await seen.sees("Problems (2)", "fix: remove the line", "unknown_sku")
        await seen.sees("Lines (12)", "MUG-012", "→ r  retry")
        await seen.press("escape", "k", "enter")
        await seen.sees("Consignments (1)", "version 3141592", "Log, newest first")


async def test_on_a_wide_screen_the_detail_follows_the_cursor(daemon: FakeDaemon) -> None:
    async with dashboard(daemon, size=(150, 40)) as seen:
        await to_orders(seen)
        await seen.sees("PO-1001  ✓ synced  submitted")
        await seen.press("j", "j")
        await seen.sees("PO-1003  ✗ failed  approved")
        assert "PO-1008" in seen.text()


async def test_an_open_detail_is_read_anew_when_its_order_changes(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen)
        await seen.press("enter")
        await seen.sees("PO-1001  ✓ synced")
        daemon._put(samples.order("PO-1001", sync_state=SyncState.DRIFTED))
        await seen.sees("PO-1001  ≠ drifted")


async def test_a_new_order_appears_on_top_while_the_cursor_keeps_its_row(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen)
        daemon._put(samples.order("PO-1009"))
        await seen.sees("PO-1009")
        assert "PO-1009" in seen.rows()[3]
        assert "PO-1001" in seen.row("›")


async def test_sync_from_list_and_from_detail(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen)
        await seen.press("s")
        await seen.until(lambda: daemon.done == ["sync PO-1001"])
        await seen.press("j", "enter")
        await seen.sees("PO-1002  ✓ synced")
        await seen.press("s")
        await seen.until(lambda: daemon.done == ["sync PO-1001", "sync PO-1002"])


async def test_retry_of_a_failed_order_says_so_to_the_daemon(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen)
        await seen.press("N", "r")
        await seen.until(lambda: daemon.done == ["retry PO-1003"])


async def test_approve_a_draft(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen)
        await seen.press("j", "j", "j", "j", "a")
        await seen.told("PO-1005 is approved and queued as job 100.")
        assert daemon.done == ["approve PO-1005"]


@pytest.mark.parametrize(
    ("row", "words"),
    [(4, "PO-1005 is not approved yet"), (6, "PO-1007 is held")],
)
async def test_sync_of_what_cannot_be_synced_says_why(
    daemon: FakeDaemon, row: int, words: str
) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen)
        await seen.press(*["j"] * row, "s")
        await seen.told(words)
        assert daemon.done == []


async def test_the_plan_shows_cost_steps_and_problems_and_can_start_the_sync(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen)
        await seen.press("d")
        await seen.sees("Plan for PO-1001", "costs 4 API calls, 312 of 350 left", "mark it sent")
        await seen.press("escape")
        await seen.misses("Plan for")
        assert daemon.done == []
        await seen.press("d")
        await seen.sees("Plan for PO-1001")
        await seen.press("s")
        await seen.until(lambda: daemon.done == ["sync PO-1001"])


async def test_a_refusal_says_what_why_and_what_next(daemon: FakeDaemon) -> None:
    daemon.refusal = m.ErrorMessage(
        error="PO-1001 cannot be synced.", why="It is locked.", next_step="Wait."
    )
    async with dashboard(daemon) as seen:
        await to_orders(seen)
        await seen.press("s")
        await seen.told("PO-1001 cannot be synced.\nIt is locked.\nWait.")


async def test_the_filter_narrows_as_it_is_typed(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen)
        await seen.press("slash")
        await seen.type("sync:failed")
        await seen.misses("PO-1001")
        assert "PO-1003" in seen.text()
        await seen.press("enter", "s")
        await seen.until(lambda: daemon.done == ["sync PO-1003"])
        await seen.press("escape")
        await seen.sees("PO-1001")


async def test_a_filter_that_matches_nothing_says_how_to_drop_it(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen)
        await seen.press("slash")
        await seen.type("zzz")
        await seen.sees("nothing matches the filter: Esc drops it")


async def test_digits_and_q_typed_into_the_filter_are_text(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen)
        await seen.press("slash", "q", "3")
        assert "[2 Orders]" in seen.text()
        assert seen.app.is_running


async def test_sorting_by_column_and_back(daemon: FakeDaemon) -> None:
    daemon._put(samples.order("PO-1009", state=OrderState.RECEIVED, sync_state=SyncState.FAILED))
    async with dashboard(daemon) as seen:
        await to_orders(seen)
        await seen.press("o")
        await seen.sees("sync ▲")
        assert "PO-1005" in seen.rows()[3]
        await seen.press("O")
        await seen.sees("sync ▼")
        assert "PO-1006" in seen.rows()[3]


async def test_copy_offers_the_commands_of_the_order(
    daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    async with dashboard(daemon) as seen:
        monkeypatch.setattr(seen.app, "copy_to_clipboard", copied.append)
        await to_orders(seen)
        await seen.press("Y")
        await seen.sees("lsync sync po PO-1001")
        await seen.press("s")
        await seen.told("Sent to the terminal's clipboard")
        await seen.press("Y", "enter")
        assert copied == ["lsync sync po PO-1001", "lsync po show PO-1001"]


async def test_its_log_is_the_log_of_that_order(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen)
        await seen.press("l")
        await seen.sees("[4 Log]", "order:PO-1001")
        await seen.misses("PO-1002")


async def test_movement_keys(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen)
        for keys, wanted in (
            ("j", "PO-1002"),
            ("k", "PO-1001"),
            ("G", "PO-1008"),
            ("g", "PO-1001"),
            ("down", "PO-1002"),
            ("up", "PO-1001"),
            ("pagedown", "PO-1008"),
            ("pageup", "PO-1001"),
            ("N", "PO-1003"),
            ("N", "PO-1006"),
            ("N", "PO-1003"),
        ):
            await seen.press(keys)
            assert wanted in seen.row("›"), keys
        await seen.press("space")
        assert " *" in seen.row("PO-1003") or "*" in seen.row("PO-1003")[:2]


async def test_no_action_is_about_the_detail_shown_before(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_orders(seen)
        await seen.press("enter")
        await seen.sees("PO-1001  ✓ synced")
        daemon.details_wait.clear()
        await seen.press("escape", "j", "enter", "s")
        daemon.details_wait.set()
        await seen.sees("PO-1002  ✓ synced")
        assert daemon.done == []
        await seen.press("s")
        await seen.until(lambda: daemon.done == ["sync PO-1002"])


async def test_x_says_where_jobs_are_cancelled(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("2")
        await seen.sees("PO-1003")
        await seen.press("x")
        await seen.told("x cancels jobs")
        assert daemon.done == []


async def test_leaving_an_order_that_another_tab_opened_stays_on_its_row(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("enter")
        await seen.sees("PO-1003  ✗ failed")
        await seen.until(lambda: bool(seen.app.session.listing(Subject.ORDERS).items))
        await seen.press("escape")
        await seen.sees("PO-1008", "› ✗ failed")


async def test_a_filter_and_an_order_can_be_asked_for_together(daemon: FakeDaemon) -> None:
    async with dashboard(daemon, start="orders", typed="sync:failed", key="PO-1003") as seen:
        await seen.sees("PO-1003  ✗ failed")
        await seen.press("escape")
        await seen.sees("› ✗ failed", " sync:failed")
        await seen.misses("PO-1008")
