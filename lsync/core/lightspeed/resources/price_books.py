"""Price books and their rows."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

from lsync.core.lightspeed.batches import in_batches
from lsync.core.lightspeed.models.prices import (
    PriceBook,
    PriceBookDraft,
    PriceBookRow,
    PriceBookRowDraft,
)
from lsync.core.lightspeed.paging import Page
from lsync.core.lightspeed.readers import anything, many, one
from lsync.core.lightspeed.requests import read, write
from lsync.core.lightspeed.resources.resource import Deletable
from lsync.core.lightspeed.wire import Json

ROWS_PER_CALL = 100


class PriceBooks(Deletable[PriceBook]):
    """Retail prices by customer group, outlet and time. The dated versions cannot delete one."""

    kind = PriceBook
    path = "price_books"
    single = "the price book"
    plural = "the price books"

    def pages(
        self,
        *,
        after: int | None = None,
        before: int | None = None,
        page_size: int | None = None,
        deleted: bool | None = None,
        customer_group_id: str | None = None,
    ) -> AsyncIterator[Page[PriceBook]]:
        """Price books by rising version, all or those of one customer group."""
        query = {
            "before": before,
            "page_size": page_size,
            "deleted": deleted,
            "customer_group_id": customer_group_id,
        }
        return self._listing(after, query)

    async def create(self, draft: PriceBookDraft) -> PriceBook:
        """Create a price book."""
        call = write("create the price book", "POST", self.path, body=self._body(draft))
        return await self._caller.run(call, one(PriceBook))

    async def update(self, price_book_id: str, draft: PriceBookDraft) -> PriceBook:
        """Replace the price book's content."""
        body = self._body(draft)
        method: Literal["PUT", "POST"] = "PUT" if self._caller.dated else "POST"
        call = write("update the price book", method, self.path, price_book_id, body=body)
        return await self._caller.run(call, one(PriceBook))

    def _body(self, draft: PriceBookDraft) -> Json:
        return draft.body() if self._caller.dated else legacy_body(draft)

    def row_pages(
        self, *, after: int | None = None, page_size: int | None = None
    ) -> AsyncIterator[Page[PriceBookRow]]:
        """The rows of all price books by rising version."""
        doing = "list the price book rows"
        query = {"page_size": page_size}
        return self._walk(PriceBookRow, doing, "price_book_products", after=after, query=query)

    async def rows(
        self, price_book_id: str, *, product_ids: Sequence[str] = ()
    ) -> tuple[PriceBookRow, ...]:
        """The rows of one price book, of all products or some."""
        query = {"product_ids": ",".join(product_ids) or None}
        call = read("read the rows", self.path, price_book_id, "products", query=query)
        return await self._caller.run(call, many(PriceBookRow))

    def add_rows(self, price_book_id: str, rows: Sequence[PriceBookRowDraft]) -> AsyncIterator[int]:
        """Add rows, 100 a call; gives how many each finished call added."""
        return self._send("POST", "add the rows", price_book_id, rows)

    def replace_rows(
        self, price_book_id: str, rows: Sequence[PriceBookRowDraft]
    ) -> AsyncIterator[int]:
        """Replace rows, 100 a call."""
        return self._send("PUT", "replace the rows", price_book_id, rows)

    def change_rows(
        self, price_book_id: str, rows: Sequence[PriceBookRowDraft]
    ) -> AsyncIterator[int]:
        """Change rows, 100 a call."""
        return self._send("PATCH", "change the rows", price_book_id, rows)

    def delete_rows(self, price_book_id: str, row_ids: Sequence[str]) -> AsyncIterator[int]:
        """Delete rows by their ids, 100 a call."""

        async def send(some: Sequence[str]) -> int:
            body: Json = {"data": {"price_book_product_ids": [*some]}}
            path = (self.path, price_book_id, "products")
            await self._caller.run(write("delete the rows", "DELETE", *path, body=body), anything)
            return len(some)

        return in_batches(row_ids, size=ROWS_PER_CALL, send=send)

    def _send(
        self,
        method: Literal["POST", "PUT", "PATCH"],
        doing: str,
        price_book_id: str,
        rows: Sequence[PriceBookRowDraft],
    ) -> AsyncIterator[int]:
        async def send(some: Sequence[PriceBookRowDraft]) -> int:
            body: Json = {"data": [row.body() for row in some]}
            path = (self.path, price_book_id, "products")
            await self._caller.run(write(doing, method, *path, body=body), anything)
            return len(some)

        return in_batches(rows, size=ROWS_PER_CALL, send=send)


def legacy_body(draft: PriceBookDraft) -> Json:
    """The draft for 2.0, which knows one customer group and at most one outlet.

    ValueError for more than that: leaving some out would give them other prices.
    """
    if len(draft.customer_group_ids) != 1 or len(draft.outlet_ids) > 1:
        raise ValueError("version 2.0 has price books of one customer group and at most one outlet")
    body: dict[str, Json] = draft.body()
    outlets = body.pop("outlet_ids")
    return {
        **{name: value for name, value in body.items() if name != "customer_group_ids"},
        "customer_group_id": draft.customer_group_ids[0],
        "outlet_id": outlets[0] if outlets else None,
    }
