"""What every resource is built on."""

from collections.abc import AsyncIterator, Mapping
from typing import Generic, TypeVar

from lsync.core.lightspeed.caller import Caller
from lsync.core.lightspeed.models.entity import Entity
from lsync.core.lightspeed.paging import Page, page_of, walk
from lsync.core.lightspeed.readers import one
from lsync.core.lightspeed.requests import QueryValue, read

E = TypeVar("E", bound=Entity)
M = TypeVar("M", bound=Entity)


class Resource:
    """A family of operations, bound to a caller."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def _walk(
        self,
        kind: type[M],
        doing: str,
        *path: str,
        after: int | None = None,
        query: Mapping[str, QueryValue] | None = None,
        since: str | None = None,
    ) -> AsyncIterator[Page[M]]:
        async def fetch(cursor: int | None) -> Page[M]:
            call = read(doing, *path, query={**(query or {}), "after": cursor}, since=since)
            quarantine = self._caller.scope.quarantine
            return await self._caller.run(call, page_of(kind, after=cursor, quarantine=quarantine))

        return walk(fetch, after=after)


class Collection(Resource, Generic[E]):
    """Things of one kind under one path, listed by rising version and read by id."""

    kind: type[E]
    path: str
    single: str
    plural: str
    since: str | None = None

    def pages(
        self, *, after: int | None = None, before: int | None = None, page_size: int | None = None
    ) -> AsyncIterator[Page[E]]:
        """Page by page; from the cursor of the last page on it is the feed of changes."""
        return self._listing(after, {"before": before, "page_size": page_size})

    async def get(self, identifier: str) -> E:
        """The one with this id; NotFound if there is none."""
        call = read(f"read {self.single}", self.path, identifier, since=self.since)
        return await self._caller.run(call, one(self.kind))

    def _listing(
        self, after: int | None, query: Mapping[str, QueryValue]
    ) -> AsyncIterator[Page[E]]:
        doing = f"list {self.plural}"
        return self._walk(self.kind, doing, self.path, after=after, query=query, since=self.since)


class Deletable(Collection[E]):
    """The same for what can be listed after it was deleted."""

    def pages(
        self,
        *,
        after: int | None = None,
        before: int | None = None,
        page_size: int | None = None,
        deleted: bool | None = None,
    ) -> AsyncIterator[Page[E]]:
        """Page by page; `deleted` includes what was deleted.

        From the cursor of the last page on it is the feed of changes.
        """
        return self._listing(after, {"before": before, "page_size": page_size, "deleted": deleted})


async def each(pages: AsyncIterator[Page[M]]) -> AsyncIterator[M]:
    """The items of the pages, one by one."""
    async for page in pages:
        for item in page.items:
            yield item


async def gather(pages: AsyncIterator[Page[M]]) -> tuple[M, ...]:
    """Everything on the pages at once, for lists that are short in every shop."""
    return tuple([item async for item in each(pages)])
