"""The one connection to the daemon: it follows the events and reconnects for ever. No screen."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from lsync.core.control.client import ControlClient, ControlError, DaemonUnreachable
from lsync.core.control.messages import ErrorMessage
from lsync.tui.model import Model, Touch

Connect = Callable[[], Awaitable[ControlClient]]
"""Finds the daemon anew and returns a client of it; raises ``ControlError`` when it cannot."""
Notify = Callable[[frozenset[Touch]], None]
Sleep = Callable[[float], Awaitable[None]]

FIRST_WAIT = 0.5
LONGEST_WAIT = 5.0
"""Seconds between attempts: a person is watching, so never more than a few."""
LOOK_SECONDS = 5.0
"""How often the status is read besides the events: it is also the proof that the link lives."""
ANSWER_SECONDS = 5.0
"""A daemon that takes longer to say how it is counts as lost."""


def wait_seconds(attempt: int) -> float:
    """Return the wait before attempt number ``attempt`` (1 is the first after a loss)."""
    return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (min(attempt, 10) - 1))


class Link:
    """Keeps ``model`` in step with the daemon until cancelled.

    ``client`` is set while the link is live and ``None`` otherwise.
    """

    def __init__(
        self,
        connect: Connect,
        *,
        model: Model,
        notify: Notify,
        clock: Callable[[], datetime],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """``notify`` is called after every change of the model."""
        self.client: ControlClient | None = None
        self._connect = connect
        self._model = model
        self._notify = notify
        self._clock = clock
        self._sleep = sleep
        self._last_id: str | None = None
        self._doubt = asyncio.Event()
        self._hurry = asyncio.Event()

    def look(self) -> None:
        """Read the status soon: something happened that it counts, or an answer failed."""
        self._doubt.set()

    def hurry(self) -> None:
        """Try to reconnect now instead of at the end of the wait."""
        self._hurry.set()

    async def run(self) -> None:
        """Connect, follow, and after every loss connect again; returns only by cancellation."""
        attempt = 0
        while True:
            try:
                async with await self._connect() as client:
                    await self._greet(client)
                    attempt = 0
                    await self._follow(client)
            except ControlError as error:
                message = error.message
            except (OSError, ValueError) as error:
                message = ErrorMessage(error=f"The link to the daemon broke: {error}")
            finally:
                self.client = None
            attempt += 1
            await self._wait(message, seconds=wait_seconds(attempt))

    async def _wait(self, message: ErrorMessage, *, seconds: float) -> None:
        retry_at = self._clock() + timedelta(seconds=seconds)
        self._notify(self._model.lost(message, retry_at=retry_at))
        self._hurry.clear()
        await _first(self._sleep(seconds), self._hurry.wait())

    async def _greet(self, client: ControlClient) -> None:
        hello = await client.hello()
        status = await client.status()
        self.client = client
        self._notify(self._model.connected(hello, status, now=self._clock()))

    async def _follow(self, client: ControlClient) -> None:
        """Follow events and look at the status until one of them fails."""
        await _first(self._take_events(client), self._watch(client))

    async def _take_events(self, client: ControlClient) -> None:
        async for event in client.events(self._last_id):
            self._last_id = event.id
            touched = self._model.apply(event, now=self._clock())
            self._notify(touched)
            if event.kind != "status":
                self._doubt.set()
        raise DaemonUnreachable(
            "The daemon ended the connection.", why="It was probably stopped or restarted."
        )

    async def _watch(self, client: ControlClient) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._doubt.wait(), LOOK_SECONDS)
            await self._sleep(1.0)
            self._doubt.clear()
            try:
                status = await asyncio.wait_for(client.status(), ANSWER_SECONDS)
            except TimeoutError:
                raise DaemonUnreachable("The daemon does not answer any more.") from None
            self._notify(self._model.take_status(status, now=self._clock()))


async def _first(*works: Awaitable[object]) -> None:
    """Wait until one of ``works`` ends, stop the others, and raise what it raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
