"""Posting due webhook events over HTTP. The outbox decides what is due and what comes next."""

import asyncio
import contextlib

import httpx

from lsync.simulator.webhooks.outbox import Delivery
from lsync.simulator.world import World

TIMEOUT_SECONDS = 5.0


async def deliver_due(world: World, client: httpx.AsyncClient) -> int:
    """Attempt everything that is due, one after the other; returns how many were attempted."""
    attempted = 0
    while (delivery := world.outbox.take_next(world.clock.now())) is not None:
        status = await _attempt(delivery, client)
        world.outbox.report(delivery, status=status, now=world.clock.now())
        attempted += 1
    return attempted


async def _attempt(delivery: Delivery, client: httpx.AsyncClient) -> int | None:
    try:
        answer = await client.post(
            delivery.url,
            content=delivery.body,
            headers=delivery.headers,
            timeout=TIMEOUT_SECONDS,
        )
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    return answer.status_code


class Courier:
    """Delivers webhook events for as long as `run` runs."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._wake = asyncio.Event()
        world.outbox.on_change(self._wake.set)

    async def run(self) -> None:
        """Deliver what is due and wait for the next; ends by cancellation."""
        async with httpx.AsyncClient(trust_env=False) as client:
            while True:
                self._wake.clear()
                await deliver_due(self._world, client)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self._seconds_to_next())

    def _seconds_to_next(self) -> float | None:
        due = self._world.outbox.next_due()
        if due is None:
            return None
        return max(0.0, (due - self._world.clock.now()).total_seconds())
