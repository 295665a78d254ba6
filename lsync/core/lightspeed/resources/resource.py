"""What every resource is built on."""

from collections.abc import AsyncIterator, Mapping
from typing import TypeVar

from lsync.core.lightspeed.caller import Caller
from lsync.core.lightspeed.models.entity import Entity
from lsync.core.lightspeed.paging import Page, page_of, walk
from lsync.core.lightspeed.requests import QueryValue, read

E = TypeVar("E", bound=Entity)


class Resource:
    """A family of operations, bound to a caller."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def _pages(
        self,
        kind: type[E],
        doing: str,
        *path: str,
        after: int | None = None,
        query: Mapping[str, QueryValue] | None = None,
    ) -> AsyncIterator[Page[E]]:
        async def fetch(cursor: int | None) -> Page[E]:
            call = read(doing, *path, query={**(query or {}), "after": cursor})
            return await self._caller.run(call, page_of(kind))

        return walk(fetch, after=after)


async def gather(pages: AsyncIterator[Page[E]]) -> tuple[E, ...]:
    """Everything on the pages, for lists that are short in every shop."""
    return tuple([item async for page in pages for item in page.items])
