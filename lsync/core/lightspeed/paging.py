"""Pages over version cursors. Reading a page is pure; `walk` asks for one after the other."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from lsync.core.lightspeed.models.entity import Entity
from lsync.core.lightspeed.readers import MalformedError, Reader, list_of, model
from lsync.core.lightspeed.wire import Json

T = TypeVar("T")
E = TypeVar("E", bound=Entity)


# No slots: Python 3.11 cannot build `Page[int](…)` of a frozen dataclass that has them.
@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """Some items and the cursor behind them: give it as `after` to continue from here.

    The same cursor is a change feed: asked again later, it returns what changed since. None means
    that the answer named no cursor.
    """

    items: tuple[T, ...]
    cursor: int | None


def page_of(kind: type[E]) -> Reader[Page[E]]:
    """Reads `{"data": […], "version": {"max": …}}`; the items stand in for a missing version."""

    def read(value: Json) -> Page[E]:
        items = tuple(
            model(kind, item, path=f"data.{index}") for index, item in enumerate(list_of(value))
        )
        return Page(items=items, cursor=_cursor(value, items))

    return read


async def walk(
    fetch: Callable[[int | None], Awaitable[Page[T]]], *, after: int | None
) -> AsyncIterator[Page[T]]:
    """Every page that holds something, in rising order of version.

    Ends at an empty page (D:pagination), and where a cursor does not advance: then going on would
    never end. One page is in memory at a time.
    """
    while (page := await fetch(after)).items:
        yield page
        if page.cursor is None or (after is not None and page.cursor <= after):
            return
        after = page.cursor


def _cursor(value: Json, items: tuple[Entity, ...]) -> int | None:
    version = value.get("version") if isinstance(value, dict) else None
    highest = version.get("max") if isinstance(version, dict) else None
    if highest is not None:
        return _whole(highest)
    known = [found for item in items if isinstance(found := getattr(item, "version", None), int)]
    return max(known, default=None)


def _whole(value: Json) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63:
        return value
    raise MalformedError("version.max: expected an int64", paths=("version.max",))
