"""Suppliers."""

from collections.abc import AsyncIterator

from lsync.core.lightspeed.models.suppliers import Supplier, SupplierDraft
from lsync.core.lightspeed.paging import Page
from lsync.core.lightspeed.readers import identifier, one
from lsync.core.lightspeed.requests import read, write
from lsync.core.lightspeed.resources.resource import Resource, gather


class Suppliers(Resource):
    """Who delivers goods."""

    def pages(
        self, *, after: int | None = None, page_size: int | None = None, deleted: bool | None = None
    ) -> AsyncIterator[Page[Supplier]]:
        """Suppliers by rising version; `deleted` includes deleted ones."""
        query = {"page_size": page_size, "deleted": deleted}
        return self._pages(Supplier, "list the suppliers", "suppliers", after=after, query=query)

    async def list(self) -> tuple[Supplier, ...]:
        """Every supplier that is not deleted."""
        return await gather(self.pages())

    async def get(self, supplier_id: str) -> Supplier:
        """One supplier; NotFound if there is none."""
        call = read("read the supplier", "suppliers", supplier_id)
        return await self._caller.run(call, one(Supplier))

    async def create(self, draft: SupplierDraft) -> str:
        """Create a supplier; returns its id, which is all the answer holds."""
        call = write("create the supplier", "POST", "suppliers", body=draft.body())
        return await self._caller.run(call, identifier)
