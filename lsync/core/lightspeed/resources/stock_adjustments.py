"""Stock adjustments and the shop's own reasons for them."""

from collections.abc import AsyncIterator, Sequence

from lsync.core.lightspeed.batches import in_batches
from lsync.core.lightspeed.models.inventory import (
    AdjustmentReason,
    AdjustmentReasonChange,
    AdjustmentReasonDraft,
    StockAdjustment,
    StockAdjustmentDraft,
)
from lsync.core.lightspeed.paging import Page
from lsync.core.lightspeed.readers import many, one
from lsync.core.lightspeed.requests import write
from lsync.core.lightspeed.resources.resource import Resource, gather

SINCE = "2026-01"
ADJUSTMENTS_PER_CALL = 1000


class StockAdjustments(Resource):
    """Changes of stock that are neither sales nor consignments."""

    def pages(
        self, *, after: int | None = None, before: int | None = None, page_size: int | None = None
    ) -> AsyncIterator[Page[StockAdjustment]]:
        """Adjustments by rising version; at most 1,000 a page. Needs the scope inventory:write."""
        doing = "list the stock adjustments"
        query = {"before": before, "page_size": page_size}
        path = "stock_adjustments"
        return self._walk(StockAdjustment, doing, path, after=after, query=query, since=SINCE)

    async def create(self, drafts: Sequence[StockAdjustmentDraft]) -> tuple[StockAdjustment, ...]:
        """Make up to 1,000 adjustments in one call and one attempt. ValueError for more, or none.

        It adds to the stock: after OutcomeUnknown read the adjustments after the last known
        version before making any again.
        """
        if not 1 <= len(drafts) <= ADJUSTMENTS_PER_CALL:
            raise ValueError(f"a call takes 1 to {ADJUSTMENTS_PER_CALL} adjustments")
        body = {"stock_adjustments": [draft.body() for draft in drafts]}
        call = write("adjust the stock", "POST", "stock_adjustments", body=body, since=SINCE)
        return await self._caller.run(call, many(StockAdjustment))

    def create_all(
        self, drafts: Sequence[StockAdjustmentDraft]
    ) -> AsyncIterator[tuple[StockAdjustment, ...]]:
        """Make any number of adjustments, 1,000 a call; gives each call's as soon as they exist."""
        return in_batches(drafts, size=ADJUSTMENTS_PER_CALL, send=self.create)


class AdjustmentReasons(Resource):
    """The shop's own reasons for adjustments."""

    def pages(
        self, *, after: int | None = None, page_size: int | None = None
    ) -> AsyncIterator[Page[AdjustmentReason]]:
        """Reasons by rising version; at most 100 a page."""
        doing = "list the adjustment reasons"
        query = {"page_size": page_size}
        path = "custom_inventory_adjustment_reasons"
        return self._walk(AdjustmentReason, doing, path, after=after, query=query, since=SINCE)

    async def list(self) -> tuple[AdjustmentReason, ...]:
        """Every reason."""
        return await gather(self.pages())

    async def create(self, draft: AdjustmentReasonDraft) -> AdjustmentReason:
        """Create a reason."""
        path = "custom_inventory_adjustment_reasons"
        call = write("create the reason", "POST", path, body=draft.body(), since=SINCE)
        return await self._caller.run(call, one(AdjustmentReason))

    async def update(self, reason_id: str, change: AdjustmentReasonChange) -> AdjustmentReason:
        """Rename a reason, or switch it on or off."""
        path = ("custom_inventory_adjustment_reasons", reason_id)
        call = write("update the reason", "PUT", *path, body=change.body(), since=SINCE)
        return await self._caller.run(call, one(AdjustmentReason))
