"""Suppliers."""

from lsync.core.lightspeed.models.suppliers import Supplier, SupplierDraft
from lsync.core.lightspeed.readers import anything, identifier
from lsync.core.lightspeed.requests import write
from lsync.core.lightspeed.resources.resource import Deletable, gather


class Suppliers(Deletable[Supplier]):
    """Who delivers goods."""

    kind = Supplier
    path = "suppliers"
    single = "the supplier"
    plural = "the suppliers"

    async def list(self) -> tuple[Supplier, ...]:
        """Every supplier that is not deleted."""
        return await gather(self.pages())

    async def create(self, draft: SupplierDraft) -> str:
        """Create a supplier; returns its id, which is all the answer holds."""
        call = write("create the supplier", "POST", self.path, body=draft.body())
        return await self._caller.run(call, identifier)

    async def update(self, supplier_id: str, draft: SupplierDraft) -> None:
        """Replace the supplier's content."""
        call = write("update the supplier", "PUT", self.path, supplier_id, body=draft.body())
        await self._caller.run(call, anything)

    async def delete(self, supplier_id: str) -> None:
        """Delete the supplier; Lightspeed finishes it in the background."""
        call = write("delete the supplier", "DELETE", self.path, supplier_id)
        await self._caller.run(call, anything)
