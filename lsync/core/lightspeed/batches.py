"""Many items in as few calls as the API allows. Pure but for the sending, which is passed in."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def chunks(items: Sequence[T], *, size: int) -> Iterator[Sequence[T]]:
    """The items in order, `size` at a time."""
    if size < 1:
        raise ValueError("a chunk holds at least one item")
    return (items[start : start + size] for start in range(0, len(items), size))


async def in_batches(
    items: Sequence[T], *, size: int, send: Callable[[Sequence[T]], Awaitable[R]]
) -> AsyncIterator[R]:
    """Send the items `size` at a time and give each call's result as soon as it is known.

    An error ends it: whatever was given before has been done, the failed chunk is what the error
    says, and nothing after it was sent.
    """
    for chunk in chunks(items, size=size):
        yield await send(chunk)
