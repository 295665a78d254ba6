"""Text from outside, meant to harm, goes through every screen: no crash, no raw control byte."""

import random
import unicodedata
from decimal import Decimal

import pytest
from rich.segment import Segment

from lsync.core.control import messages as m
from lsync.core.control.client import ControlClient, ControlError
from lsync.core.domain.job import JobState
from lsync.core.domain.order import SyncState
from lsync.tui.app import DashboardApp
from lsync.tui.widgets.line_table import LineTable
from tests.tui import samples
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.harness import Driven, dashboard

SEEDS = (
    "\x1b[2J\x1b]0;owned\x07",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x9b31m\x9d0;t\x9c",
    "[/red][bold]x[/]",
    "[link=file:///etc/passwd]click[/link]",
    "[@click=app.quit]bye[/]",
    "\u202egnp.exe\u2066\u200b\ufeff",
    "\ud800 lone surrogate",
    "e\u0301\u0301\u0301\u0301" * 9,
    "日本語の商品名" * 8,
    "👩‍👩‍👧‍👦🇩🇪" * 6,
    "\r\n\t\b\x7f\x00",
    "a" * 5000,
    "",
    " ",
    "$(rm -rf /); `id` | && ' \" \\",
    "{0} %s {self}",
)


def hostile(count: int) -> list[str]:
    """Return ``count`` strings made of the seeds and random characters."""
    rng = random.Random(7)
    alphabet = [chr(code) for code in (*range(0x100), *range(0x2000, 0x2070), 0xFEFF, 0xE0041)]
    strings = list(SEEDS)
    while len(strings) < count:
        noise = "".join(rng.choice(alphabet) for _ in range(rng.randint(1, 40)))
        strings.append(rng.choice(SEEDS)[:60] + noise)
    return strings[:count]


def unsafe(text: str) -> set[str]:
    """Return the characters that may never reach a terminal raw."""
    return {char for char in set(text) if unicodedata.category(char) in {"Cc", "Cf", "Cs"}}


def screen_segments(app: DashboardApp) -> list[Segment]:
    """Return every piece of text the screen consists of."""
    return [segment for strip in app.screen._compositor.render_strips() for segment in strip]


def assert_harmless(seen: Driven) -> None:
    found = set().union(*(unsafe(segment.text) for segment in screen_segments(seen.app)))
    assert not found, found
    assert all(
        segment.style is None or segment.style.link is None for segment in screen_segments(seen.app)
    )


def wire(text: str) -> str:
    """A lone surrogate cannot travel as JSON; what can is kept."""
    return text.encode("utf-8", "replace").decode("utf-8")


def poisoned(daemon: FakeDaemon, strings: list[str]) -> None:
    """Put hostile text into every field of every message."""
    orders, jobs, entries = {}, {}, []
    for number, raw in enumerate(strings, start=1):
        text = wire(raw)
        problem = m.ProblemMessage(code=text, message=text, fix=text, line_no=1)
        orders[f"P{number:05}{text[:20]}"] = samples.order(
            f"P{number:05}{text[:20]}",
            sync_state=SyncState.FAILED,
            supplier=text,
            outlet=text,
            problems=(problem,),
            consignment_ids=(text,),
            lines=1,
            received=Decimal("1E+3"),
        )
        attempt = m.AttemptMessage(
            number=1,
            worker_id=text,
            started_at=samples.NOW,
            outcome=text,
            error_class=text,
            message=text,
            trace=text,
        )
        jobs[number] = samples.job(
            number,
            state=JobState.FAILED,
            type=text,
            priority=text,
            payload={"order_number": text, text: [text, {text: None}]},
            error=text,
            explained=text,
            error_class=text,
            worker_id=text,
            history=(attempt,),
        )
        entries.append(
            samples.entry(
                number,
                order_number=text,
                operation=text,
                step=text,
                status=text,
                message=text,
                detail={text: text},
            )
        )
    daemon.webhooks = [
        m.WebhookEvent(
            id=number,
            received_at=samples.NOW,
            event_type=wire(text),
            verdict=wire(text),
            status=wire(text),
            entity_id=wire(text),
            source=wire(text),
            error=wire(text),
        )
        for number, text in enumerate(strings[::-1], start=1)
    ][::-1]
    daemon.calls = [
        samples.API_CALLS[0].model_copy(
            update={"id": number, "path": wire(text), "method": wire(text), "error": wire(text)}
        )
        for number, text in enumerate(strings, start=1)
    ][::-1]
    daemon.settings = [
        m.SettingMessage(key=f"{number}{wire(text)}", value=wire(text), source=wire(text))
        for number, text in enumerate(strings)
    ]
    orders = dict(reversed(orders.items()))
    daemon.orders, daemon.jobs, daemon.log = orders, jobs, entries[::-1]
    first = wire(strings[0])
    worker = samples.STATS.workers[0].model_copy(update={"host": first})
    pause = m.PauseMessage(type=first, reason=first, paused_by=first, paused_at=samples.NOW)
    daemon.status = samples.status(
        failed_orders=tuple(orders.values())[:50],
        recent=tuple(daemon.log)[:50],
        health=(m.HealthMessage(name=first, state="failed", message=first),),
        queue=samples.STATS.model_copy(update={"workers": (worker,), "pauses": (pause,)}),
    )
    daemon.hello = m.Hello(version=first, boot="b1", instance=first)


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_hostile_text_in_every_field_of_every_list(
    daemon: FakeDaemon, size: tuple[int, int]
) -> None:
    poisoned(daemon, hostile(150))
    async with dashboard(daemon, size=size) as seen:
        for tab in "1234567":
            await seen.press(tab)
            await seen.until(lambda: bool(seen.app.screen.query_one(LineTable).items))
            for _ in range(8):
                await seen.press("pagedown")
                assert_harmless(seen)


@pytest.mark.parametrize("tab", ["2", "3", "4", "5", "6", "7"])
async def test_hostile_text_in_details_dialogs_and_toasts(daemon: FakeDaemon, tab: str) -> None:
    rows = ["".join(SEEDS[start::3]) for start in range(3)]
    poisoned(daemon, rows)
    text = wire("".join(SEEDS[:9]))
    daemon.refusal = m.ErrorMessage(error=text, why=text, next_step=text)
    async with dashboard(daemon, size=(100, 40)) as seen:
        await seen.press(tab)
        await seen.until(lambda: bool(seen.app.screen.query_one(LineTable).items))
        for _ in rows:
            for key in ("enter", "Y", "escape", "r", "d", "escape", "x", "y", "escape", "j"):
                await seen.press(key)
                assert_harmless(seen)
            seen.app.clear_notifications()
        assert seen.app.is_running


async def test_hostile_text_in_the_banner(daemon: FakeDaemon) -> None:
    text = SEEDS[0] + SEEDS[3] + SEEDS[6]

    async def refuse() -> ControlClient:
        raise ControlError(m.ErrorMessage(error=text, why=text, next_step=text))

    daemon.connect = refuse  # type: ignore[method-assign]  # refuses on purpose
    daemon.up = False
    async with dashboard(daemon) as seen:
        await seen.sees("[/red][bold]x[/]")
        assert_harmless(seen)


async def test_hostile_text_typed_into_the_filter(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("2", "slash", *"[/red]'\"order:")
        await seen.sees("nothing matches")
        assert_harmless(seen)
