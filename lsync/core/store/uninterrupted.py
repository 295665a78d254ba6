"""Waits for what must come to its end though the caller was cancelled."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def to_the_end(work: Awaitable[T]) -> T:
    """Finish ``work`` however often the caller is cancelled, then let the cancellation go on.

    It goes on even if ``work`` failed, with the error as its cause: a loop that outlives outages
    would take the error for one of them and go on for ever, although it was told to stop.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError as cancellation:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        raise cancellation from (None if task.cancelled() else task.exception())
