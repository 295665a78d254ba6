"""Fulfilments: handing over what was sold. Spelled as the API spells it."""

from collections.abc import AsyncIterator, Sequence

from lsync.core.lightspeed.models.fulfillments import (
    Fulfillment,
    FulfillmentEvent,
    FulfillmentVersion,
    LineProgress,
)
from lsync.core.lightspeed.paging import KeyedPage, Page, walk, walk_keys
from lsync.core.lightspeed.readers import items_of, list_of, many, one
from lsync.core.lightspeed.requests import QueryValue, read, write
from lsync.core.lightspeed.resources.resource import Resource
from lsync.core.lightspeed.wire import Json

SINCE = "2026-01"
LARGEST_PAGE = 100


class Fulfillments(Resource):
    """Picking, packing and handing over; every change is idempotent (2026-07)."""

    def pages(
        self,
        *,
        outlet_ids: Sequence[str] = (),
        sale_ids: Sequence[str] = (),
        types: Sequence[str] = (),
        states: Sequence[str] = (),
        after: int | None = None,
        page_size: int = LARGEST_PAGE,
    ) -> AsyncIterator[Page[Fulfillment]]:
        """Fulfilments page by page. The cursor is the number of the page: keep to one size."""
        size = min(page_size, LARGEST_PAGE)

        async def fetch(after: int | None) -> Page[Fulfillment]:
            number = 1 if after is None else after + 1
            query: dict[str, QueryValue] = {
                "outlet_id": outlet_ids,
                "sale_id": sale_ids,
                "fulfillment_type": types,
                "fulfillment_state": states,
                "page_number": number,
                "page_size": size,
            }
            call = read("list the fulfilments", "fulfillments", query=query, since=SINCE)
            items = await self._caller.run(call, many(Fulfillment))
            return Page(items=items, cursor=number if len(items) >= size else None)

        return walk(fetch, after=after)

    def history(
        self, fulfillment_id: str, *, after: str | None = None, page_size: int = 1000
    ) -> AsyncIterator[KeyedPage[FulfillmentEvent]]:
        """What happened to a fulfilment, oldest first."""

        async def fetch(cursor: str | None) -> KeyedPage[FulfillmentEvent]:
            query = {"limit": page_size, "cursor": cursor}
            path = ("fulfillments", fulfillment_id, "history")
            call = read("read the history", *path, query=query, since=SINCE)
            return await self._caller.run(call, _history)

        return walk_keys(fetch, after=after)

    async def fulfill_sale(self, sale_id: str) -> tuple[FulfillmentVersion, ...]:
        """Hand over everything of a sale."""
        body = {"sale_id": sale_id}
        call = write("fulfil the sale", "POST", "fulfillments", "fulfill", body=body, since=SINCE)
        return await self._caller.run(call, many(FulfillmentVersion))

    async def fulfill(
        self, fulfillment_id: str, *, version: int, lines: Sequence[LineProgress]
    ) -> FulfillmentVersion:
        """Hand over lines. `version` is the last one read; another one is a Conflict."""
        return await self._progress("fulfill", fulfillment_id, version=version, lines=lines)

    async def pick(
        self, fulfillment_id: str, *, version: int, lines: Sequence[LineProgress]
    ) -> FulfillmentVersion:
        """Set what was picked."""
        return await self._progress("pick", fulfillment_id, version=version, lines=lines)

    async def pack(
        self, fulfillment_id: str, *, version: int, lines: Sequence[LineProgress]
    ) -> FulfillmentVersion:
        """Set what was packed."""
        return await self._progress("pack", fulfillment_id, version=version, lines=lines)

    async def _progress(
        self, action: str, fulfillment_id: str, *, version: int, lines: Sequence[LineProgress]
    ) -> FulfillmentVersion:
        body: Json = {"version": version, "line_items": [line.body() for line in lines]}
        path = ("fulfillments", fulfillment_id, action)
        call = write(f"{action} the lines", "POST", *path, body=body, since=SINCE)
        return await self._caller.run(call, one(FulfillmentVersion))


def _history(value: Json) -> KeyedPage[FulfillmentEvent]:
    items = items_of(FulfillmentEvent, list_of(value))
    cursor = value.get("next_cursor") if isinstance(value, dict) else None
    return KeyedPage(items=items, cursor=cursor if isinstance(cursor, str) else None)
