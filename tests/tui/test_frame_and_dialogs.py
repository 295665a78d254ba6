"""What all tabs share: tabs, header, help, quitting, and actions that can be taken back."""

import pytest

from lsync.core.control import messages as m
from tests.tui import samples
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.harness import dashboard

TITLES = ("Overview", "Orders", "Jobs", "Log", "Webhooks", "API", "Settings")


@pytest.mark.parametrize("number", ["1", "2", "3", "4", "5", "6", "7"])
async def test_digits_choose_tabs(daemon: FakeDaemon, number: str) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("2", number)
        await seen.sees(f"[{number} {TITLES[int(number) - 1]}]")


async def test_brackets_turn_tabs_around_the_ends(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("left_square_bracket")
        await seen.sees("[7 Settings]")
        await seen.press("right_square_bracket", "right_square_bracket")
        await seen.sees("[2 Orders]")


@pytest.mark.parametrize(
    ("tab", "key"), [("1", "q"), ("2", "ctrl+c"), ("3", "ctrl+q"), ("4", "q"), ("7", "q")]
)
async def test_quitting(daemon: FakeDaemon, tab: str, key: str) -> None:
    async with dashboard(daemon) as seen:
        await seen.press(tab, key)
        await seen.until(lambda: not seen.app.is_running)
        assert seen.app.return_code == 0


@pytest.mark.parametrize(
    ("tab", "own"),
    [
        ("1", "Approve"),
        ("2", "Plan"),
        ("3", "Cancel"),
        ("4", "Follow/pause"),
        ("5", "Subscriptions"),
        ("7", "Try the API"),
    ],
)
async def test_help_lists_the_keys_of_the_tab_and_the_signs(
    daemon: FakeDaemon, tab: str, own: str
) -> None:
    async with dashboard(daemon, size=(100, 90)) as seen:
        await seen.press(tab, "question_mark")
        await seen.sees("Help", own, "First row", "Quit", "✗ failed", "sync:failed")
        await seen.press("question_mark")
        await seen.misses("First row")


async def test_the_footer_names_the_keys_of_the_tab(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("3")
        await seen.sees("r Retry x Cancel")


async def test_a_safe_action_counts_down_before_it_starts(daemon: FakeDaemon) -> None:
    async with dashboard(daemon, undo_seconds=5) as seen:
        await seen.press("r")
        await seen.sees("retry PO-1003 in 5 s", "start now", "take back")
        assert daemon.done == []
        seen.clock.advance(seconds=3)
        await seen.sees("retry PO-1003 in 2 s")
        seen.clock.advance(seconds=2)
        await seen.until(lambda: daemon.done == ["retry PO-1003"])
        await seen.misses("take back")


async def test_z_takes_it_back(daemon: FakeDaemon) -> None:
    async with dashboard(daemon, undo_seconds=5) as seen:
        await seen.press("r", "z")
        await seen.told("retry PO-1003: taken back")
        seen.clock.advance(seconds=9)
        await seen.misses("start now")
        assert daemon.done == []


@pytest.mark.parametrize("tab", ["1", "2", "3"])
async def test_enter_starts_it_now_instead_of_opening_the_row(daemon: FakeDaemon, tab: str) -> None:
    async with dashboard(daemon, undo_seconds=5) as seen:
        await seen.press(tab)
        await seen.sees("PO-1003")
        await seen.press(*{"1": ["r"], "2": ["s"], "3": [*"jjjj", "r"]}[tab])
        await seen.sees("start now")
        await seen.press("enter")
        await seen.until(lambda: len(daemon.done) == 1)
        assert not seen.app.screen.has_class("-detail")


async def test_a_read_only_daemon_is_marked_and_actions_are_off(daemon: FakeDaemon) -> None:
    daemon.hello = m.Hello(version="1", boot="b1", read_only=True, instance="example")
    async with dashboard(daemon) as seen:
        await seen.sees("read-only")
        await seen.press("r", "s", "a")
        await seen.press("3", "x")
        assert daemon.done == []
        assert "Are you sure?" not in seen.text()


async def test_the_clicked_tab_opens(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.pilot.click("#frame", offset=(27, 1))
        await seen.sees("[3 Jobs]")


async def test_a_click_moves_the_cursor_and_a_second_one_opens(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("2")
        await seen.sees("PO-1003")
        await seen.pilot.click("#table", offset=(20, 3))
        assert "PO-1003" in seen.row("›")
        await seen.pilot.click("#table", offset=(20, 3), times=2)
        await seen.sees("PO-1003  ✗ failed")


async def test_resizing_while_in_use_keeps_everything_in_place(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("2")
        await seen.sees("PO-1008")
        await seen.press("j")
        await seen.pilot.resize_terminal(150, 40)
        await seen.sees("PO-1002  ✓ synced  received")
        await seen.pilot.resize_terminal(80, 24)
        await seen.sees("PO-1008")
        assert "PO-1002" in seen.row("›")
        await seen.pilot.resize_terminal(20, 5)
        await seen.pilot.resize_terminal(80, 24)
        await seen.sees("PO-1008")


async def test_an_instance_name_is_shown(daemon: FakeDaemon) -> None:
    daemon.hello = samples.HELLO.model_copy(update={"instance": "example-harbour"})
    async with dashboard(daemon) as seen:
        await seen.sees("lsync example-harbour ● live")
