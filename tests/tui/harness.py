"""Drives the dashboard in tests: keys in, the text of the screen out."""

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from textual import events
from textual.keys import _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.widget import Widget

from lsync.tui.app import DashboardApp
from tests.tui import samples
from tests.tui.fake_daemon import FakeDaemon

PATIENCE_SECONDS = 30.0
"""How long a test waits for something to appear before it fails."""


ROUNDS = 3
"""A key goes from app to screen to widget and its message back up: each round one step."""


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = samples.NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        """Move the clock on."""
        self.now += timedelta(**span)


async def quick_sleep(seconds: float) -> None:
    """Sleep a fiftieth of what was asked for."""
    await asyncio.sleep(seconds / 50)


@dataclass
class Driven:
    """A running dashboard."""

    app: DashboardApp
    pilot: Pilot[None]
    clock: Clock
    patience: float = PATIENCE_SECONDS

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each once the one before has been dealt with."""
        for key in keys:
            self._send(key)
            for _ in range(ROUNDS):
                await self.pilot._wait_for_screen()

    async def type(self, text: str) -> None:
        """Type text as fast as it can be typed."""
        for character in text:
            self._send(character)
        for _ in range(ROUNDS):
            await self.pilot._wait_for_screen()

    def _send(self, key: str) -> None:
        driver = self.app._driver
        assert driver is not None
        driver.send_message(key_event(key))

    def text(self) -> str:
        """The whole screen as text, row under row."""
        return raw_screen(self.app)

    def rows(self) -> list[str]:
        """The rows of the screen without trailing blanks."""
        return [row.rstrip() for row in self.text().split("\n")]

    def row(self, part: str) -> str:
        """The first row that holds ``part``."""
        return next(row for row in self.rows() if part in row)

    async def until(self, true: Callable[[], bool], *, what: str = "") -> None:
        """Wait until something is true."""
        deadline = asyncio.get_running_loop().time() + self.patience
        while not true():
            if asyncio.get_running_loop().time() > deadline:
                told = "\n".join(each.message for each in self.app.told)
                raise AssertionError(f"never: {what}\n{self.text()}\ntold:\n{told}")
            await self.pilot.pause()
            await asyncio.sleep(0.005)

    def in_place(self) -> bool:
        """Tell whether every widget stands where it will stand, at its final size."""
        screen = self.app.screen
        return not any(it._layout_required for it in (screen, *screen.walk_children(Widget)))

    async def sees(self, *parts: str) -> None:
        """Wait until the screen holds every one of ``parts``, each in its place."""
        for part in parts:
            await self.until(
                lambda part=part: part in self.text() and self.in_place(),  # type: ignore[misc]  # a default argument confuses inference
                what=part,
            )

    async def settled(self) -> str:
        """Wait until the screen stays as it is, and return it."""
        same, before = 0, self.text()
        while same < 10:
            await asyncio.sleep(0.03)
            same = same + 1 if self.text() == before else 0
            before = self.text()
        return before

    async def told(self, part: str) -> None:
        """Wait until a message has said ``part``; on the screen its lines break anywhere."""
        told = self.app.told
        await self.until(lambda: any(part in each.message for each in told), what=part)

    async def misses(self, part: str) -> None:
        """Wait until the screen no longer holds ``part``."""
        await self.until(
            lambda: part not in self.text() and self.in_place(), what=f"without {part}"
        )


def key_event(key: str) -> events.Key:
    """Return the event of a key, by its character or by its name."""
    if len(key) == 1:
        return events.Key(_character_to_key(key) if not key.isalnum() else key, key)
    try:
        return events.Key(key, unicodedata.lookup(_get_unicode_name_from_key(key)))
    except KeyError:
        return events.Key(key, None)


def raw_screen(app: DashboardApp) -> str:
    """Return what the compositor has put together, dialogs and toasts included."""
    strips = app.screen._compositor.render_strips()
    return "".join(f"{strip.text}\n" for strip in strips)


@asynccontextmanager
async def dashboard(
    daemon: FakeDaemon, *, size: tuple[int, int] = (80, 24), toasts: bool = False, **options: Any
) -> AsyncIterator[Driven]:
    """Run the dashboard over ``daemon`` on a terminal of ``size``.

    Messages are kept in any case, and shown with ``toasts``.
    """
    clock = options.pop("clock", None) or Clock()
    given: dict[str, Any] = {"sleep": quick_sleep, "undo_seconds": 0, "zone": UTC, **options}
    app = DashboardApp(daemon.connect, clock=clock, pulse_seconds=0.01, **given)
    async with app.run_test(size=size, notifications=toasts) as pilot:
        driven = Driven(app, pilot, clock)
        if daemon.up:
            await driven.sees("● live")
        yield driven
