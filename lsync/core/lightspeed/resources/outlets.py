"""Outlets and the taxes of products in them."""

from collections.abc import AsyncIterator

from lsync.core.lightspeed.models.outlets import Outlet
from lsync.core.lightspeed.models.prices import OutletTax
from lsync.core.lightspeed.paging import Page
from lsync.core.lightspeed.resources.resource import Deletable, gather


class Outlets(Deletable[Outlet]):
    """The shops."""

    kind = Outlet
    path = "outlets"
    single = "the outlet"
    plural = "the outlets"

    async def list(self) -> tuple[Outlet, ...]:
        """Every outlet that is not deleted."""
        return await gather(self.pages())

    def tax_pages(
        self,
        *,
        outlet_id: str | None = None,
        after: int | None = None,
        page_size: int | None = None,
        deleted: bool | None = None,
    ) -> AsyncIterator[Page[OutletTax]]:
        """Which tax each product has, in one outlet or in all."""
        query = {"outlet_id": outlet_id, "page_size": page_size, "deleted": deleted}
        doing = "list the taxes of outlets"
        return self._walk(OutletTax, doing, "outlet_taxes", after=after, query=query)
