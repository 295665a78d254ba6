"""Doing one thing over and over, through database outages. Knows nothing of what is done."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence

import structlog

from lsync.core.store.errors import DatabaseUnavailable

REST_SECONDS = (1.0, 2.0, 5.0, 10.0)
"""How long a loop rests while the database is down; the last one repeats."""

log = structlog.get_logger(__name__)


async def keep_doing(
    work: Callable[[], Awaitable[object]],
    *,
    name: str,
    every_seconds: float,
    stop: asyncio.Event,
    on_outage: Callable[[DatabaseUnavailable], None] = lambda _: None,
    rests: Sequence[float] = REST_SECONDS,
) -> None:
    """Do ``work`` now and every ``every_seconds`` until ``stop`` is set.

    While the database is down it is tried again after a growing rest; ``on_outage`` hears of
    each time. Any other error ends the loop, and with it the daemon.
    """
    failures = 0
    while not stop.is_set():
        try:
            await work()
        except DatabaseUnavailable as outage:
            on_outage(outage)
            rest = rests[min(failures, len(rests) - 1)]
            failures += 1
            log.warning("waiting for the database", loop=name, reason=str(outage), seconds=rest)
            await pause(rest, stop=stop)
            continue
        if failures:
            log.info("the database is back", loop=name)
            failures = 0
        await pause(every_seconds, stop=stop)


async def do_once(
    work: Callable[[], Awaitable[object]],
    *,
    name: str,
    stop: asyncio.Event,
    rests: Sequence[float] = REST_SECONDS,
) -> bool:
    """Do ``work``, after growing rests while the database is down; False: ``stop`` came first."""
    failures = 0
    while not stop.is_set():
        try:
            await work()
        except DatabaseUnavailable as outage:
            rest = rests[min(failures, len(rests) - 1)]
            failures += 1
            log.warning("waiting for the database", loop=name, reason=str(outage), seconds=rest)
            await pause(rest, stop=stop)
        else:
            return True
    return False


async def pause(seconds: float, *, stop: asyncio.Event) -> None:
    """Rest, but no longer than until ``stop`` is set."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
