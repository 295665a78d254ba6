"""Stock records, stock levels and reorder points."""

from collections.abc import AsyncIterator, Sequence

from lsync.core.lightspeed.batches import in_batches
from lsync.core.lightspeed.models.inventory import (
    InventoryLevel,
    InventoryRecord,
    LevelsFilter,
    ReorderPoint,
    ReorderPointDraft,
)
from lsync.core.lightspeed.paging import Page, offset_page_of, page_of, walk
from lsync.core.lightspeed.readers import many
from lsync.core.lightspeed.requests import ask, read, write
from lsync.core.lightspeed.resources.resource import Resource

SINCE = "2026-01"
LARGEST_PAGE = 5000
LARGEST_LEVELS_PAGE = 10_000
REORDER_POINTS_PER_CALL = 1000


class Inventory(Resource):
    """Stock per product and outlet."""

    def pages(
        self, *, after: int | None = None, page_size: int = 1000, include_deleted: bool = False
    ) -> AsyncIterator[Page[InventoryRecord]]:
        """All records by rising version; the cursor is a feed of stock changes.

        The dated versions ask for them by POST, 2.0 by GET; both are meant here.
        """
        if not self._caller.dated:
            query = {"page_size": page_size}
            doing = "list the stock records"
            return self._walk(InventoryRecord, doing, "inventory", after=after, query=query)

        async def fetch(cursor: int | None) -> Page[InventoryRecord]:
            body = {"size": page_size, "sort_direction": "asc", "include_deleted": include_deleted}
            body_from = body if cursor is None else {**body, "after": cursor}
            call = ask("list the stock records", "inventory", body=body_from)
            return await self._caller.run(call, page_of(InventoryRecord, after=cursor))

        return walk(fetch, after=after)

    def product_pages(
        self,
        product_id: str,
        *,
        after: int | None = None,
        page_size: int = 1000,
        variants: bool | None = None,
        include_deleted: bool | None = None,
    ) -> AsyncIterator[Page[InventoryRecord]]:
        """The records of one product, with those of its variants if wanted."""
        doing = "list the product's stock records"
        if not self._caller.dated:
            path = ("products", product_id, "inventory")
            query = {"page_size": page_size}
            return self._walk(InventoryRecord, doing, *path, after=after, query=query)
        query_2026 = {
            "page_size": page_size,
            "variants": variants,
            "include_deleted": include_deleted,
        }
        path_2026 = ("inventory", product_id)
        return self._walk(InventoryRecord, doing, *path_2026, after=after, query=query_2026)

    def level_pages(
        self, wanted: LevelsFilter | None = None, *, offset: int = 0, page_size: int = 1000
    ) -> AsyncIterator[Page[InventoryLevel]]:
        """The stock report page by page, by product name. The cursor is an offset."""
        size = min(page_size, LARGEST_LEVELS_PAGE)

        async def fetch(after: int | None) -> Page[InventoryLevel]:
            at = offset if after is None else after
            body = {
                **(wanted or LevelsFilter()).body(),
                "offset": at,
                "size": size,
                "sort_type": "product_name",
                "sort_direction": "asc",
            }
            call = ask("report the stock levels", "inventory_levels", body=body, since=SINCE)
            reader = offset_page_of(InventoryLevel, offset=at, size=size)
            return await self._caller.run(call, reader)

        return walk(fetch, after=None)

    async def product_levels(
        self, product_id: str, *, include_inactive: bool | None = None
    ) -> tuple[InventoryLevel, ...]:
        """Stock of one product in every outlet."""
        query = {"include_inactive": include_inactive}
        path = ("inventory_levels", product_id)
        call = read("read the stock levels", *path, query=query, since=SINCE)
        return await self._caller.run(call, many(InventoryLevel))

    async def set_reorder_points(
        self, points: Sequence[ReorderPointDraft]
    ) -> tuple[ReorderPoint, ...]:
        """Set reorder points, 1,000 a call; doing it twice is harmless."""

        async def send(some: Sequence[ReorderPointDraft]) -> tuple[ReorderPoint, ...]:
            body = [point.body() for point in some]
            path = ("inventory", "reorder_points")
            call = write("set the reorder points", "POST", *path, body=body, since=SINCE)
            return await self._caller.run(call, many(ReorderPoint))

        batches = in_batches(points, size=REORDER_POINTS_PER_CALL, send=send)
        return tuple([point async for done in batches for point in done])
