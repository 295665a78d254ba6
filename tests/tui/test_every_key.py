"""Every key of every tab and dialog, pressed on a real daemon: a new key without a case fails."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from lsync.cli.demo.command import find_samples
from lsync.cli.demo.system import DemoSystem, demo_system
from lsync.core.control.client import ControlClient, ControlError
from lsync.core.control.finding import find_daemon, over_socket
from lsync.core.control.messages import WebhookTestRequest
from lsync.core.domain.job import JobState
from lsync.core.domain.order import SyncState
from lsync.tui.app import DashboardApp
from lsync.tui.leaving import ACTIONS
from lsync.tui.screens.base import Pane
from lsync.tui.screens.bulk import BulkScreen
from lsync.tui.screens.choose import ChooseScreen
from lsync.tui.screens.confirm import ConfirmScreen
from lsync.tui.screens.copy import CopyScreen
from lsync.tui.screens.dialog import Dialog
from lsync.tui.screens.diff import DiffScreen
from lsync.tui.screens.help import HelpScreen
from lsync.tui.screens.history import HistoryScreen
from lsync.tui.screens.list_pane import ListPane
from lsync.tui.screens.plan import PlanScreen
from lsync.tui.screens.prompt import EditorScreen, PromptScreen
from lsync.tui.screens.told import ToldScreen
from tests.tui.harness import Clock, Driven
from tests.tui.key_cases import (
    CASES,
    CHOICES,
    FAILED,
    FRAMEWORKS,
    LEAVING,
    MOVING,
    SCROLLING,
    SENT,
    SHARED,
    Case,
    Expected,
    opened,
    page_cases,
    table,
    typing,
)

pytestmark = pytest.mark.process
PATIENCE_SECONDS = 60.0
START_SECONDS = 90.0
TAB_KEYS = {mode: str(number) for number, mode in enumerate(CASES, start=1)}


@pytest.fixture(scope="module")
def system() -> Iterator[DemoSystem]:
    """A daemon with a sent order, a failed one, drafts, and a webhook."""
    with demo_system() as running:
        asyncio.run(prepare(running))
        yield running


async def prepare(system: DemoSystem) -> None:
    async with over_socket(system.socket) as client:
        await becomes(lambda: learned(client))
        await client.import_orders("samples.csv", find_samples().read_bytes())
        await client.approve([SENT, FAILED])
        await client.try_webhook(WebhookTestRequest(wait_seconds=START_SECONDS))
        await becomes(lambda: settled(client))


async def becomes(probe: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            if await probe():
                return
            await asyncio.sleep(0.05)


async def learned(client: ControlClient) -> bool:
    """Whether the daemon has read the catalogue, without which every order fails."""
    with suppress(ControlError):
        return bool(await client.jobs(type="catalogue.refresh", state="completed"))
    return False


async def settled(client: ControlClient) -> bool:
    states = [(await client.order(number)).sync_state for number in (SENT, FAILED)]
    return states == [SyncState.SYNCED, SyncState.FAILED]


async def in_step(seen: Driven) -> bool:
    """Let the dashboard show the daemon's present state, once the failed order is at rest.

    While a sync of it runs its row is away. A job that a key has discarded is replaced.
    """
    session = seen.app.session
    states = {job.state for job in await session.ask(lambda client: client.jobs(order=FAILED))}
    if states & {JobState.PENDING, JobState.PROCESSING}:
        return False
    status = await session.ask(ControlClient.status)
    failed = any(order.order_number == FAILED for order in status.failed_orders)
    if not (failed and JobState.FAILED in states):
        await session.ask(lambda client: client.sync(FAILED))
        return False
    seen.app.pulse.touch(session.model.take_status(status, now=session.clock()))
    return True


def app_over(system: DemoSystem) -> DashboardApp:
    return DashboardApp(
        partial(find_daemon, [system.socket]),
        pulse_seconds=0.01,
        clock=Clock(),
        doctor=lambda: [("database", "ok", "all is well", "")],
    )


def rows_of(mode: str, seen: Driven) -> int | None:
    """Where the row stands that keys are pressed on; ``None`` while it is not there yet."""

    def wanted(row: Any) -> bool:
        match mode:
            case "overview" | "orders":
                number = row.about if mode == "overview" else row.order_number
                failed = mode == "overview" or row.sync_state is SyncState.FAILED
                return bool(number == FAILED and failed)
            case "jobs":
                return bool(row.state == "failed")
            case "log" | "api":
                return bool(row.order_number == FAILED and row.job_id is not None)
            case "webhooks":
                return row.job_id is not None
            case _:
                return bool(row.key == "sync.poll_seconds")

    return next((i for i, row in enumerate(table(seen).items) if wanted(row)), None)


async def go_home(seen: Driven, mode: str) -> None:
    """Close what is open, end or take back what acts, and stand on the row in question."""
    app = seen.app
    app.session.countdown.take_back()
    await seen.until(lambda: not acting(seen), what="the end of all actions")
    while not isinstance(app.screen, Pane) or typing(seen):
        await seen.press("escape")
    if getattr(app.screen, "mode", "") != mode:
        seen._send(TAB_KEYS[mode])
    await seen.until(lambda: getattr(app.screen, "mode", "") == mode, what=f"tab {mode}")
    await becomes(lambda: in_step(seen))
    screen = app.screen
    if isinstance(screen, ListPane):
        screen.remove_class("-detail", "-zoomed")
        screen.filter_input.value = ""
        screen.filter_input.display = False
        listing = app.session.listing(screen.subject)
        await seen.until(lambda: not listing.query.narrows and not listing.stale, what="all rows")
    to_top(seen)
    await seen.until(lambda: rows_of(mode, seen) is not None, what=f"the row of {mode}")
    table(seen).go(rows_of(mode, seen) or 0)
    app.told.clear()


def acting(seen: Driven) -> bool:
    """Whether an action is being carried out at the daemon."""
    return any(each.group == ACTIONS and not each.is_finished for each in seen.app.workers)


def to_top(seen: Driven) -> None:
    """Stand on the first row of the list, unsorted and without marks."""
    table(seen)._sorted_by, table(seen)._descending = None, False
    table(seen).unmark()
    table(seen).focus()
    table(seen).go(0)


def holds(seen: Driven, expected: Expected) -> bool:
    if not isinstance(expected, str):
        return expected(seen)
    return expected in seen.text() or any(
        expected in f"{each.title} {each.message}" for each in seen.app.told
    )


async def play(seen: Driven, case: Case) -> None:
    for key, expected in case:
        await seen.press(key)
        await seen.until(lambda e=expected: holds(seen, e), what=f"{key}: {expected}")  # type: ignore[misc]  # a default argument confuses inference


@pytest.mark.parametrize("mode", CASES)
async def test_every_key_of_a_tab_does_what_it_says(system: DemoSystem, mode: str) -> None:
    app = app_over(system)
    async with app.run_test(size=(80, 24)) as pilot:
        seen = Driven(app, pilot, Clock(), patience=PATIENCE_SECONDS)
        await seen.sees("● live")
        await go_home(seen, mode)
        works = {key for key, each in app.screen.active_bindings.items() if each.enabled}
        assert works - set(LEAVING) - FRAMEWORKS <= set(CASES[mode])
        for key in sorted(MOVING.keys() & works):
            to_top(seen)
            await play(seen, CASES[mode][key])
        for key in sorted((CASES[mode].keys() - MOVING.keys()) & works):
            await go_home(seen, mode)
            await play(seen, CASES[mode][key])


@pytest.mark.parametrize("mode", [mode for mode in CASES if mode != "overview"])
async def test_every_key_of_an_open_page_does_what_it_says(system: DemoSystem, mode: str) -> None:
    """Each has a case; what all lists share is pressed on one, the app's own keys on the tabs."""
    app = app_over(system)
    async with app.run_test(size=(80, 24)) as pilot:
        seen = Driven(app, pilot, Clock(), patience=PATIENCE_SECONDS)
        await seen.sees("● live")
        await open_page(seen, mode)
        active = app.screen.active_bindings.items()
        works = {key for key, each in active if each.enabled and each.node is not app} - FRAMEWORKS
        assert works <= set(page_cases(mode)) | SCROLLING
        for key in sorted(works & SCROLLING):
            await seen.press(key)
            assert opened(seen), key
        for key in sorted(works - SCROLLING - (SHARED if mode != "jobs" else set())):
            await open_page(seen, mode)
            await play(seen, page_cases(mode)[key])


async def open_page(seen: Driven, mode: str) -> None:
    await go_home(seen, mode)
    seen._send("enter")
    screen = seen.app.screen
    assert isinstance(screen, ListPane)
    await seen.until(lambda: opened(seen) and screen.selected is not None, what=f"page of {mode}")


@pytest.mark.parametrize("key", LEAVING)
async def test_each_key_that_leaves_ends_the_app(system: DemoSystem, key: str) -> None:
    app = app_over(system)
    async with app.run_test(size=(80, 24)) as pilot:
        seen = Driven(app, pilot, Clock(), patience=PATIENCE_SECONDS)
        await seen.sees("● live")
        assert key in app.screen.active_bindings
        seen._send(key)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while app._exit is False:
                await pilot._wait_for_screen()


@pytest.mark.parametrize("choice", CHOICES)
async def test_every_key_of_a_box_with_rows_leads_where_it_says(
    system: DemoSystem, choice: str
) -> None:
    mode, opening, cases = CHOICES[choice]
    app = app_over(system)
    async with app.run_test(size=(80, 24)) as pilot:
        seen = Driven(app, pilot, Clock(), patience=PATIENCE_SECONDS)
        await seen.sees("● live")
        for key, expected in cases.items():
            await go_home(seen, mode)
            seen._send(opening)
            await seen.until(lambda: isinstance(app.screen, ChooseScreen), what=f"box {choice}")
            assert isinstance(app.screen, ChooseScreen)
            assert set(app.screen._keys) == set(cases)
            await play(seen, ((key, expected),))


DIALOGS: dict[type[Dialog[Any]], tuple[str, tuple[str, ...]]] = {
    HelpScreen: ("overview", ("question_mark",)),
    CopyScreen: ("overview", ("Y",)),
    ToldScreen: ("overview", ("M",)),
    PlanScreen: ("overview", ("d",)),
    DiffScreen: ("overview", ("f",)),
    HistoryScreen: ("overview", ("comma",)),
    ChooseScreen: ("overview", ("D",)),
    PromptScreen: ("overview", ("n",)),
    EditorScreen: ("overview", ("e",)),
    ConfirmScreen: ("jobs", ("X",)),
    BulkScreen: ("jobs", ("space", "X")),
}
"""Where each kind of box is opened, and by which keys."""
STAYS: set[tuple[type[Any], str]] = {
    *((HistoryScreen, key) for key in ("comma", "left", "p", "full_stop", "right")),
    *((kind, "q") for kind in (PromptScreen, EditorScreen, BulkScreen)),
    (DiffScreen, "y"),
}
"""Keys that do not close their box: they step, are typed, or repair where there is nothing to."""


@pytest.mark.parametrize("box", DIALOGS, ids=lambda box: str(box.__name__))
async def test_every_key_of_a_box_closes_it_or_is_known_to_stay(
    system: DemoSystem, box: type[Dialog[Any]]
) -> None:
    assert set(Dialog.__subclasses__()) <= set(DIALOGS)
    mode, opening = DIALOGS[box]
    app = app_over(system)
    async with app.run_test(size=(80, 24)) as pilot:
        seen = Driven(app, pilot, Clock(), patience=PATIENCE_SECONDS)
        await seen.sees("● live")
        for key in sorted(box._merge_bindings().key_to_bindings):
            if key in app.screen.active_bindings and key in FRAMEWORKS | set(LEAVING) - {"q"}:
                continue
            await go_home(seen, mode)
            await seen.press(*opening)
            await seen.until(lambda: isinstance(app.screen, box), what=f"the box {box.__name__}")
            await seen.press(key)
            if (box, key) in STAYS:
                assert isinstance(app.screen, box), key
            else:
                await seen.until(lambda: not isinstance(app.screen, box), what=f"{key} closes")
