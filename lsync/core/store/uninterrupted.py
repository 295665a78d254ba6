"""Waits for what must come to its end though the caller was cancelled."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def to_the_end(work: Awaitable[T]) -> T:
    """Finish ``work`` even if the caller is cancelled, then let the cancellation go on.

    It goes on even if ``work`` failed, with the error as its cause: a loop that outlives outages
    would take the error for one of them and go on for ever, although it was told to stop.

    A caller that is cancelled once more insists: then ``work`` is cancelled, too, which may wait
    for a server that never answers. Its end is waited for all the same, as nobody else may use
    its connection before.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError as cancellation:
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError:
                task.cancel()
        raise cancellation from (None if task.cancelled() else task.exception())
