"""Products and variants."""

from collections.abc import AsyncIterator, Sequence

from lsync.core.lightspeed.batches import in_batches
from lsync.core.lightspeed.models.labels import Image
from lsync.core.lightspeed.models.prices import PriceBookRow
from lsync.core.lightspeed.models.product_drafts import ProductChange, ProductDraft
from lsync.core.lightspeed.models.products import Product
from lsync.core.lightspeed.paging import Page
from lsync.core.lightspeed.readers import anything, identifiers, many, one
from lsync.core.lightspeed.requests import QueryValue, read, upload, write
from lsync.core.lightspeed.resources.resource import Deletable, each

SKUS_PER_CALL = 50
"""Keeps the address of a search well below the 8 kB that proxies accept."""


class Products(Deletable[Product]):
    """The catalogue."""

    kind = Product
    path = "products"
    single = "the product"
    plural = "the products"

    def pages(
        self,
        *,
        after: int | None = None,
        before: int | None = None,
        page_size: int | None = None,
        deleted: bool | None = None,
        name: str | None = None,
        family_name: str | None = None,
        include_images: bool | None = None,
        includes: Sequence[str] = (),
    ) -> AsyncIterator[Page[Product]]:
        """Products page by page, all or those of a name; `deleted` includes deleted ones.

        `includes` asks for more of each, by the API's words for it. From the cursor of the last
        page on it is the feed of changes.
        """
        query = {
            "before": before,
            "page_size": page_size,
            "deleted": deleted,
            "name": name,
            "family_name": family_name,
            "include_images": include_images,
            "includes[]": includes,
        }
        return self._listing(after, query)

    def iterate(
        self, *, after: int | None = None, page_size: int | None = None, deleted: bool | None = None
    ) -> AsyncIterator[Product]:
        """The catalogue product by product."""
        return each(self.pages(after=after, page_size=page_size, deleted=deleted))

    async def by_sku(self, sku: str) -> tuple[Product, ...]:
        """Every product with this SKU, as Lightspeed matches it; usually one or none."""
        call = read("look up the SKU", self.path, query={"sku": sku})
        return await self._caller.run(call, many(Product))

    async def by_skus(self, skus: Sequence[str]) -> tuple[Product, ...]:
        """The products with these SKUs in few calls: 50 a search, which ignores case."""

        async def fetch(some: Sequence[str]) -> tuple[Product, ...]:
            query: dict[str, QueryValue] = {
                "type": "products",
                "page_size": 1000,
                "sku": [sku.lower() for sku in some],
            }
            call = read("look up the SKUs", "search", query=query)
            return await self._caller.run(call, many(Product))

        batches = in_batches(skus, size=SKUS_PER_CALL, send=fetch)
        return tuple([product async for found in batches for product in found])

    async def create(self, draft: ProductDraft) -> tuple[str, ...]:
        """Create a product; returns its id, or the ids of its variants."""
        call = write("create the product", "POST", self.path, body=draft.body())
        return await self._caller.run(call, identifiers)

    async def update(self, product_id: str, change: ProductChange) -> None:
        """Change a product. Read it back: the answer has no documented content."""
        # 2.0 has no such operation; 2.1 has it under the same path.
        version = None if self._caller.dated else "2.1"
        path = (self.path, product_id)
        call = write("update the product", "PUT", *path, body=change.body(), version=version)
        await self._caller.run(call, anything)

    async def delete(self, product_id: str) -> None:
        """Delete one product or variant."""
        call = write("delete the product", "DELETE", self.path, product_id)
        await self._caller.run(call, anything)

    async def delete_family(self, product_id: str) -> None:
        """Delete a product with all its variants."""
        call = write("delete the product family", "DELETE", self.path, product_id, "all")
        await self._caller.run(call, anything)

    async def upload_image(self, product_id: str, image: bytes) -> Image:
        """Add a picture, as the bytes of an image file; Lightspeed processes it afterwards."""
        path = (self.path, product_id, "actions", "image_upload")
        call = upload("upload the image", *path, field="image", content=image)
        return await self._caller.run(call, one(Image))

    async def price_book_rows(self, product_id: str) -> tuple[PriceBookRow, ...]:
        """The rows of all price books for this product."""
        call = read("read the prices", self.path, product_id, "price_book_products")
        return await self._caller.run(call, many(PriceBookRow))
