"""Products."""

from collections.abc import AsyncIterator

from lsync.core.lightspeed.models.products import Product
from lsync.core.lightspeed.paging import Page
from lsync.core.lightspeed.readers import many, one
from lsync.core.lightspeed.requests import read
from lsync.core.lightspeed.resources.resource import Resource


class Products(Resource):
    """The catalogue."""

    def pages(
        self, *, after: int | None = None, page_size: int | None = None, deleted: bool | None = None
    ) -> AsyncIterator[Page[Product]]:
        """Products by rising version; `deleted` includes deleted ones.

        From the cursor of the last page on, it is the feed of changes.
        """
        query = {"page_size": page_size, "deleted": deleted}
        return self._pages(Product, "list the products", "products", after=after, query=query)

    async def iterate(
        self, *, after: int | None = None, page_size: int | None = None, deleted: bool | None = None
    ) -> AsyncIterator[Product]:
        """The same, product by product."""
        async for page in self.pages(after=after, page_size=page_size, deleted=deleted):
            for product in page.items:
                yield product

    async def by_sku(self, sku: str) -> tuple[Product, ...]:
        """Every product with this SKU, as Lightspeed matches it; usually one or none."""
        call = read("look up the SKU", "products", query={"sku": sku})
        return await self._caller.run(call, many(Product))

    async def get(self, product_id: str) -> Product:
        """One product; NotFound if there is none."""
        call = read("read the product", "products", product_id)
        return await self._caller.run(call, one(Product))
