"""Search over products, sales and customers."""

from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

from lsync.core.lightspeed.models.entity import Entity
from lsync.core.lightspeed.models.people import Customer
from lsync.core.lightspeed.models.products import Product
from lsync.core.lightspeed.models.sales import Sale
from lsync.core.lightspeed.paging import Page, offset_page_of, walk
from lsync.core.lightspeed.requests import QueryValue, read
from lsync.core.lightspeed.resources.resource import Resource

E = TypeVar("E", bound=Entity)
LARGEST_PAGE = 1000

Filter = str | int | bool | Sequence[str]


class Search(Resource):
    """One operation with many filters, named as in the API (`sku`, `supplier_id`, `date_from`, …).

    A name with a leading `-` excludes, a sequence means any of these. Give such names in a
    dictionary: `api.search.products({"-supplier_id": "…"})`.
    """

    def products(
        self, filters: dict[str, Filter], *, offset: int = 0, page_size: int = LARGEST_PAGE
    ) -> AsyncIterator[Page[Product]]:
        """Products that match; SKUs are compared in lower case."""
        return self.pages("products", Product, filters, offset=offset, page_size=page_size)

    def sales(
        self, filters: dict[str, Filter], *, offset: int = 0, page_size: int = LARGEST_PAGE
    ) -> AsyncIterator[Page[Sale]]:
        """Sales that match."""
        return self.pages("sales", Sale, filters, offset=offset, page_size=page_size)

    def customers(
        self, filters: dict[str, Filter], *, offset: int = 0, page_size: int = LARGEST_PAGE
    ) -> AsyncIterator[Page[Customer]]:
        """Customers that match."""
        return self.pages("customers", Customer, filters, offset=offset, page_size=page_size)

    def pages(
        self,
        what: str,
        kind: type[E],
        filters: dict[str, Filter],
        *,
        offset: int = 0,
        page_size: int = LARGEST_PAGE,
    ) -> AsyncIterator[Page[E]]:
        """Anything the API can search for; the cursor is an offset."""
        # More gives no more than this (2.0): a page that looks short would be taken for the last.
        size = min(page_size, LARGEST_PAGE)

        async def fetch(after: int | None) -> Page[E]:
            at = offset if after is None else after
            query: dict[str, QueryValue] = {
                **filters,
                "type": what,
                "offset": at,
                "page_size": size,
            }
            reader = offset_page_of(kind, offset=at, size=size)
            return await self._caller.run(read(f"search {what}", "search", query=query), reader)

        return walk(fetch, after=None)
