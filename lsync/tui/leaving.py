"""How the app ends: not over what waits, and taking no more keys. Not what the terminal needs."""

import asyncio
from contextlib import suppress
from typing import Any

from textual import events
from textual.app import App
from textual.worker import WorkerError

ACTIONS = "actions"
"""The group of workers that carry out what a person asked for."""
FINISHING_SECONDS = 3.0
"""What is being asked of the daemon has so long to get there before the app ends."""


class LeavingApp(App[None]):
    """An app that says what would be lost, and finishes what it has begun."""

    _leaving = False
    _warned: str | None = None

    def why_stay(self) -> str | None:
        """Return what would be lost now, if anything."""
        return None

    async def action_quit(self) -> None:
        """End the app; if something would be lost, say it first: the second time it ends."""
        reason = self.why_stay()
        if reason is not None and reason != self._warned:
            self._warned = reason
            self.notify(reason, severity="warning", markup=False)
            return
        self._leaving = True
        await self._finish()
        self.exit()

    async def _finish(self) -> None:
        working = [each for each in self.workers if each.group == ACTIONS and not each.is_finished]
        if not working:  # without any, Textual waits for all, also for those that never end
            return
        with suppress(TimeoutError, WorkerError):
            async with asyncio.timeout(FINISHING_SECONDS):
                await self.workers.wait_for_complete(working)

    def exit(self, *args: Any, **options: Any) -> None:
        """End the app at once."""
        self._leaving = True
        super().exit(*args, **options)

    async def on_event(self, event: events.Event) -> None:
        """Pass on what happens, but no input once the app ends: its screens are torn down."""
        if not (self._leaving and isinstance(event, events.InputEvent)):
            await super().on_event(event)
