"""Brands."""

from lsync.core.lightspeed.models.labels import Brand, BrandDraft
from lsync.core.lightspeed.readers import anything, identifier
from lsync.core.lightspeed.requests import write
from lsync.core.lightspeed.resources.resource import Deletable, gather


class Brands(Deletable[Brand]):
    """Who makes products."""

    kind = Brand
    path = "brands"
    single = "the brand"
    plural = "the brands"

    async def list(self) -> tuple[Brand, ...]:
        """Every brand that is not deleted."""
        return await gather(self.pages())

    async def create(self, draft: BrandDraft) -> str:
        """Create a brand; returns its id, which is all the answer holds."""
        call = write("create the brand", "POST", self.path, body=draft.body())
        return await self._caller.run(call, identifier)

    async def update(self, brand_id: str, draft: BrandDraft) -> None:
        """Replace the brand's content."""
        call = write("update the brand", "PUT", self.path, brand_id, body=draft.body())
        await self._caller.run(call, anything)

    async def delete(self, brand_id: str) -> None:
        """Delete the brand; Lightspeed finishes it in the background."""
        call = write("delete the brand", "DELETE", self.path, brand_id)
        await self._caller.run(call, anything)
