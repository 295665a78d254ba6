"""Pages over cursors. Reading a page is pure; `walk` asks for one after the other."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from lsync.core.lightspeed.models.entity import Entity
from lsync.core.lightspeed.readers import (
    MalformedError,
    Quarantine,
    Reader,
    items_of,
    list_of,
    readable_items_of,
)
from lsync.core.lightspeed.wire import Json

T = TypeVar("T")
E = TypeVar("E", bound=Entity)


# No slots: Python 3.11 cannot build `Page[int](…)` of a frozen dataclass that has them.
@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """Some items and the cursor behind them: give it as `after` to continue from here.

    Cursors are versions, and for reports offsets. A version cursor is a change feed as well: asked
    again later, it returns what changed since. None means that nothing can follow.
    """

    items: tuple[T, ...]
    cursor: int | None


@dataclass(frozen=True, kw_only=True)
class KeyedPage(Generic[T]):
    """The same where Lightspeed's cursor is a text."""

    items: tuple[T, ...]
    cursor: str | None


def page_of(
    kind: type[E], *, after: int | None = None, quarantine: Quarantine | None = None
) -> Reader[Page[E]]:
    """Reads `{"data": […], "version": {"max": …}}`; the items stand in for a missing version.

    Malformed if something lies before the cursor that was asked for: a server that ignores the
    cursor repeats its first page, and taking that for the end would hide everything behind it.
    """

    def read(value: Json) -> Page[E]:
        found = list_of(value)
        items = readable_items_of(kind, found, quarantine=quarantine)
        versions = _versions(items)
        if after is not None and versions and min(versions) < after:
            raise MalformedError("data: holds versions before the cursor", paths=("data",))
        # Nothing follows an empty page, whatever version it names.
        return Page(items=items, cursor=_version_cursor(value, versions) if found else None)

    return read


def offset_page_of(kind: type[E], *, offset: int, size: int) -> Reader[Page[E]]:
    """Reads an array that was asked for by offset; one shorter than `size` is the last."""

    def read(value: Json) -> Page[E]:
        items = items_of(kind, list_of(value))
        return Page(items=items, cursor=offset + len(items) if len(items) >= size else None)

    return read


async def walk(
    fetch: Callable[[int | None], Awaitable[Page[T]]], *, after: int | None
) -> AsyncIterator[Page[T]]:
    """Every page that holds something, in rising order of the cursor.

    Ends at an empty page (D:pagination), and where a cursor does not advance: then going on would
    never end. One page is in memory at a time.
    """
    while True:
        page = await fetch(after)
        # A page of nothing but quarantined elements is empty and not the end.
        if page.items:
            yield page
        if page.cursor is None or (after is not None and page.cursor <= after):
            return
        after = page.cursor


async def walk_keys(
    fetch: Callable[[str | None], Awaitable[KeyedPage[T]]], *, after: str | None
) -> AsyncIterator[KeyedPage[T]]:
    """The same over text cursors; ends where there is none, or the same one again."""
    while True:
        page = await fetch(after)
        if page.items:
            yield page
        if not page.cursor or page.cursor == after:
            return
        after = page.cursor


def _versions(items: tuple[Entity, ...]) -> list[int]:
    return [found for item in items if isinstance(found := getattr(item, "version", None), int)]


def _version_cursor(value: Json, versions: list[int]) -> int | None:
    version = value.get("version") if isinstance(value, dict) else None
    highest = version.get("max") if isinstance(version, dict) else None
    return max(versions, default=None) if highest is None else _whole(highest)


def _whole(value: Json) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63:
        return value
    raise MalformedError("version.max: expected an int64", paths=("version.max",))
