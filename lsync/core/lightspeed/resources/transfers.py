"""Stock transfers between outlets: consignments of type OUTLET, step by step."""

from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal

from lsync.core.lightspeed.caller import Caller
from lsync.core.lightspeed.models.consignments import (
    Consignment,
    ConsignmentDraft,
    LineDraft,
)
from lsync.core.lightspeed.paging import Page
from lsync.core.lightspeed.requests import Envelope
from lsync.core.lightspeed.resources.consignments import Consignments

TYPE = "OUTLET"


class Transfers:
    """Transfers: open, sent (which takes the goods out of the source's stock), received."""

    def __init__(self, caller: Caller, *, envelope: Envelope) -> None:
        self._consignments = Consignments(caller, envelope=envelope)

    def pages(
        self, *, outlet_id: str | None = None, after: int | None = None
    ) -> AsyncIterator[Page[Consignment]]:
        """Transfers by rising version."""
        return self._consignments.pages(type=TYPE, outlet_id=outlet_id, after=after)

    async def create(
        self, *, name: str, from_outlet_id: str, to_outlet_id: str, reference: str | None = None
    ) -> Consignment:
        """Begin an empty transfer."""
        draft = ConsignmentDraft(
            name=name,
            type=TYPE,
            source_outlet_id=from_outlet_id,
            outlet_id=to_outlet_id,
            reference=reference,
        )
        return await self._consignments.create(draft)

    def add_lines(
        self, transfer: Consignment, lines: Sequence[LineDraft]
    ) -> AsyncIterator[Sequence[LineDraft]]:
        """Add what is to be moved, 500 lines a call. Like every bulk call it adds up."""
        return self._consignments.add_lines(transfer.id, lines)

    async def send(self, transfer: Consignment) -> Consignment:
        """Send the goods off."""
        return await self._consignments.send(transfer)

    async def receive(self, transfer: Consignment, arrived: Mapping[str, Decimal]) -> Consignment:
        """Set what arrived, by product id, and close the transfer.

        A call per product, each harmless to repeat, and one for the status.
        """
        for product_id, quantity in arrived.items():
            await self._consignments.set_line(transfer.id, product_id, received=quantity)
        # Received lines may have moved the status on, so it is read again before it is set.
        return await self._consignments.receive(transfer.id)

    async def cancel(self, transfer: Consignment) -> Consignment:
        """Call the transfer off, also once it is sent.

        The documents do not say what becomes of the goods then: look at the stock of the source.
        """
        return await self._consignments.cancel(transfer)
