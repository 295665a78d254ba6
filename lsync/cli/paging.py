"""Long lists, page by page, in bounded memory."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

Row = TypeVar("Row")
Cursor = TypeVar("Cursor")

PAGE = 100
"""Rows asked for at once; the daemon answers at least as many if it has them."""


async def paged(
    fetch: Callable[[Cursor | None, int], Awaitable[Sequence[Row]]],
    cursor: Callable[[Row], Cursor],
    *,
    limit: int | None = None,
) -> AsyncIterator[Row]:
    """Yield every row, or the first ``limit``; ``fetch`` gets the last row's cursor and a size."""
    last: Cursor | None = None
    left = limit
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        page = await fetch(last, size)
        for row in page:
            yield row
        if len(page) < size or (last is not None and cursor(page[-1]) == last):
            return
        last = cursor(page[-1])
        left = None if left is None else left - len(page)
