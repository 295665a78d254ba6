"""Leaving the dashboard: nothing that was asked for is lost without a word, no key breaks it."""

import asyncio

import pytest

from lsync.tui import leaving
from lsync.tui.leaving import ACTIONS
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.harness import Driven, dashboard

TYPED_ON = (
    ("1", "2", "3", "4", "5", "6", "7"),
    ("question_mark", "Y", "M"),
    ("colon", "a", "enter"),
    ("enter", "escape", "slash", "x"),
    ("S", "y", "p", "b"),
    ("at", "at"),
    ("right_square_bracket",) * 9,
)
"""What somebody types who has not seen yet that the app ends."""


async def ended(seen: Driven) -> None:
    async with asyncio.timeout(seen.patience):
        while not seen.app._exit:
            await seen.pilot._wait_for_screen()


@pytest.mark.parametrize("typed_on", TYPED_ON, ids=" ".join)
async def test_keys_typed_after_the_one_that_leaves_break_nothing(
    daemon: FakeDaemon, typed_on: tuple[str, ...]
) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("2")
        await seen.sees("PO-1008")
        for key in ("q", *typed_on):
            seen._send(key)
        await ended(seen)
    assert seen.app.return_code == 0


async def test_the_app_ends_at_once_when_nothing_is_under_way(
    daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "FINISHING_SECONDS", 3600.0)
    async with dashboard(daemon) as seen:
        seen._send("q")
        await ended(seen)


async def test_an_action_that_has_not_started_is_named_before_it_is_left(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon, undo_seconds=5) as seen:
        await seen.press("2")
        await seen.sees("PO-1008")
        await seen.press("s", "q")
        await seen.told("Not started yet: sync PO-1001.")
        assert not seen.app._exit
        seen._send("q")
        await ended(seen)
    assert daemon.done == []


async def test_what_was_started_reaches_the_daemon_before_the_app_ends(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon, undo_seconds=5) as seen:
        await seen.press("2")
        await seen.sees("PO-1008")
        daemon.actions_wait.clear()
        await seen.press("s", "enter")
        await seen.until(lambda: any(each.group == ACTIONS for each in seen.app.workers))
        seen._send("q")
        await seen.until(lambda: seen.app._leaving, what="leaving")
        assert daemon.done == []
        daemon.actions_wait.set()
        await ended(seen)
    assert daemon.done == ["sync PO-1001"]
