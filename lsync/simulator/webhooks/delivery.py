"""Posting due webhook events over HTTP. The outbox decides what is due and what comes next.

httpx, a quarter of a simulator's start, is loaded when there is something to post.
"""

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from lsync.simulator.webhooks.outbox import Delivery
from lsync.simulator.world import World

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS: Final = 5.0
AT_ONCE: Final = 8
"""Deliveries under way at a time: a receiver that hangs must not hold up the others."""


async def deliver_due(world: World, client: "httpx.AsyncClient") -> int:
    """Attempt everything that is due, several at once; returns how many were attempted."""
    attempted = 0
    under_way: set[asyncio.Task[None]] = set()
    while True:
        while len(under_way) < AT_ONCE and (delivery := _next(world)) is not None:
            under_way.add(asyncio.create_task(deliver(world, delivery, client)))
            attempted += 1
        if not under_way:
            return attempted
        done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()


async def deliver(world: World, delivery: Delivery, client: "httpx.AsyncClient") -> None:
    """Make one attempt and settle it."""
    status = await _attempt(delivery, client)
    world.outbox.report(delivery, status=status, now=world.clock.now())


def _next(world: World) -> Delivery | None:
    return world.outbox.take_next(world.clock.now())


async def _attempt(delivery: Delivery, client: "httpx.AsyncClient") -> int | None:
    import httpx

    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            answer = await client.post(
                delivery.url, content=delivery.body, headers=delivery.headers, timeout=None
            )
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
        return None
    return answer.status_code


class Courier:
    """Delivers webhook events for as long as `run` runs."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._wake = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        world.outbox.on_change(self._wake.set)

    async def run(self) -> None:
        """Deliver what is due and wait for the next; ends by cancellation."""
        await self._first()
        import httpx

        limits = httpx.Limits(max_connections=AT_ONCE)
        async with (
            httpx.AsyncClient(trust_env=False, limits=limits) as client,
            asyncio.TaskGroup() as group,
        ):
            while True:
                self._wake.clear()
                self._start_due(group, client)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self._seconds_to_next())

    async def _first(self) -> None:
        while self._world.outbox.next_due() is None:
            self._wake.clear()
            await self._wake.wait()

    def _start_due(self, group: asyncio.TaskGroup, client: "httpx.AsyncClient") -> None:
        while len(self._under_way) < AT_ONCE and (delivery := _next(self._world)) is not None:
            task = group.create_task(deliver(self._world, delivery, client))
            self._under_way.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._wake.set()

    def _seconds_to_next(self) -> float | None:
        due = self._world.outbox.next_due()
        if due is None or len(self._under_way) >= AT_ONCE:
            return None
        return max(0.0, (due - self._world.clock.now()).total_seconds())
