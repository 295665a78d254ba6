"""Inventory counts: consignments of type STOCKTAKE, step by step.

What happens when a count starts is in the published guide "Creating Inventory Counts", what its
filters look like in the documentation of the older 2.0 SDK; the OpenAPI documents have neither.
"""

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal

from lsync.core.lightspeed.caller import Caller
from lsync.core.lightspeed.errors import NotFound
from lsync.core.lightspeed.models.consignments import (
    Consignment,
    ConsignmentDraft,
    CountedLine,
    CountFilter,
    LineDraft,
)
from lsync.core.lightspeed.paging import Page
from lsync.core.lightspeed.readers import anything
from lsync.core.lightspeed.requests import Envelope, wrap, write
from lsync.core.lightspeed.resources.consignments import SCHEDULED, Consignments
from lsync.core.lightspeed.resources.resource import Resource

TYPE = "STOCKTAKE"
IN_PROGRESS = "STOCKTAKE_IN_PROGRESS"
PROCESSED = "STOCKTAKE_IN_PROGRESS_PROCESSED"
COMPLETE = "STOCKTAKE_COMPLETE"


class StockTakes(Resource):
    """Counts: scheduled, in progress, processed, complete; until then they can be cancelled."""

    def __init__(self, caller: Caller, *, envelope: Envelope) -> None:
        super().__init__(caller)
        self._envelope = envelope
        self._consignments = Consignments(caller, envelope=envelope)

    def pages(
        self, *, outlet_id: str | None = None, after: int | None = None
    ) -> AsyncIterator[Page[Consignment]]:
        """Counts by rising version."""
        return self._consignments.pages(type=TYPE, outlet_id=outlet_id, after=after)

    async def schedule(
        self, *, name: str, outlet_id: str, only: Sequence[CountFilter]
    ) -> Consignment:
        """Plan a count of what fits any of `only`, at most 25 filters; ValueError for more.

        With none it is a count of the whole shop: completing it sets the stock of every product
        to zero that nobody recorded.
        """
        draft = ConsignmentDraft(
            name=name,
            outlet_id=outlet_id,
            type=TYPE,
            status=SCHEDULED,
            filters=tuple(only) or None,
        )
        return await self._consignments.create(draft)

    async def include(self, count: Consignment, product_id: str) -> None:
        """Add one more product to a count that has started."""
        body = wrap({"product_id": product_id}, envelope=self._envelope)
        call = write("include the product", "POST", "consignments", count.id, "products", body=body)
        await self._caller.run(call, anything)

    async def start(self, count: Consignment) -> Consignment:
        """Begin to count: Lightspeed adds the products and what it expects of each."""
        return await self._consignments.set_status(count, IN_PROGRESS)

    async def record(self, count: Consignment, product_id: str, *, seen: Decimal) -> None:
        """Set what was seen of a product, adding it if the count does not have it yet.

        The first is a PUT and harmless to repeat; adding is a second call, sent only after
        Lightspeed said that there is no such line.
        """
        try:
            await self._consignments.set_line(count.id, product_id, received=seen)
        except NotFound:
            line = LineDraft(product_id=product_id, received=seen)
            await self._consignments.add_line(count.id, line)

    def line_pages(
        self, count: Consignment, *, after: int | None = None, page_size: int | None = None
    ) -> AsyncIterator[Page[CountedLine]]:
        """What should be there and what was seen."""
        path = ("consignments", count.id, "products")
        query = {"page_size": page_size}
        return self._walk(CountedLine, "read the count", *path, after=after, query=query)

    async def process(self, count: Consignment) -> Consignment:
        """Say that all lines are there. Lightspeed may have done so itself: then nothing changes.

        What was seen can still be recorded.
        """
        return await self._consignments.set_status(count, PROCESSED)

    async def complete(self, count: Consignment) -> Consignment:
        """Take over what was seen as the stock: zero for every line that nobody recorded."""
        return await self._consignments.set_status(count, COMPLETE)

    async def cancel(self, count: Consignment) -> Consignment:
        """Give the count up; stock stays as it is."""
        return await self._consignments.cancel(count)
