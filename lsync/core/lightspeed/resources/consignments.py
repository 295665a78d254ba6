"""Consignments: orders (SUPPLIER), transfers (OUTLET), counts (STOCKTAKE), returns (RETURN)."""

from collections.abc import AsyncIterator

from lsync.core.lightspeed.models.consignments import (
    REPEATED,
    Consignment,
    ConsignmentChange,
    ConsignmentDraft,
)
from lsync.core.lightspeed.paging import Page
from lsync.core.lightspeed.readers import anything, one
from lsync.core.lightspeed.requests import read, wrap, write
from lsync.core.lightspeed.resources.lines import Lines
from lsync.core.lightspeed.wire import Json

SENT = "SENT"
RECEIVED = "RECEIVED"
CANCELLED = "CANCELLED"
SCHEDULED = "STOCKTAKE_SCHEDULED"


class Consignments(Lines):
    """Consignments; the operations on their lines are in `Lines`."""

    def pages(
        self,
        *,
        type: str | None = None,  # noqa: A002  the API's name
        status: str | None = None,
        outlet_id: str | None = None,
        after: int | None = None,
        before: int | None = None,
        page_size: int | None = None,
    ) -> AsyncIterator[Page[Consignment]]:
        """Consignments by rising version; these filters are all there are."""
        query = {
            "type": type,
            "status": status,
            "outlet_id": outlet_id,
            "before": before,
            "page_size": page_size,
        }
        doing = "list the consignments"
        return self._walk(Consignment, doing, "consignments", after=after, query=query)

    async def get(self, consignment_id: str) -> Consignment:
        """One consignment; NotFound if there is none."""
        call = read("read the consignment", "consignments", consignment_id)
        return await self._caller.run(call, one(Consignment))

    async def create(self, draft: ConsignmentDraft) -> Consignment:
        """Create an empty consignment, in one attempt.

        Lightspeed has no idempotency key: after OutcomeUnknown, look for the reference among the
        consignments after the last known version before creating another one.
        """
        body = wrap(draft.body(), envelope=self._envelope)
        call = write("create the consignment", "POST", "consignments", body=body)
        return await self._caller.run(call, one(Consignment))

    async def update(
        self, consignment: Consignment | str, change: ConsignmentChange
    ) -> Consignment:
        """Change the given fields only: the PUT repeats the others as last read, except the status.

        With an id the consignment is read first, which costs a call.
        """
        known = await self.get(consignment) if isinstance(consignment, str) else consignment
        body = wrap(rewritten(known, change), envelope=self._envelope)
        call = write("update the consignment", "PUT", "consignments", known.id, body=body)
        return await self._caller.run(call, one(Consignment))

    async def set_status(self, consignment: Consignment | str, status: str) -> Consignment:
        """Change the status and nothing else."""
        return await self.update(consignment, ConsignmentChange(status=status))

    async def send(self, consignment: Consignment | str) -> Consignment:
        """Mark it sent. Lightspeed refuses that without lines."""
        return await self.set_status(consignment, SENT)

    async def receive(self, consignment: Consignment | str) -> Consignment:
        """Mark it received: stock rises by the received quantities, which must be set before."""
        return await self.set_status(consignment, RECEIVED)

    async def cancel(self, consignment: Consignment | str) -> Consignment:
        """Cancel it; not possible once received. An empty one is deleted instead."""
        return await self.set_status(consignment, CANCELLED)

    async def delete(self, consignment_id: str) -> None:
        """Delete a consignment. Which statuses allow it is not documented."""
        call = write("delete the consignment", "DELETE", "consignments", consignment_id)
        await self._caller.run(call, anything)


def rewritten(known: Consignment, change: ConsignmentChange) -> dict[str, Json]:
    """The body of a PUT: what was read, with the change over it; None clears a field."""
    before = {name: value for name in REPEATED if (value := getattr(known, name)) is not None}
    if known.status == SCHEDULED and known.filters:
        # A count without filters is one of the whole shop, so starting it must not drop them.
        before["filters"] = list(known.filters)
    return {**before, **change.body()}
