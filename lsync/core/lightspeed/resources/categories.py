"""Product categories and the older product types."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

from lsync.core.lightspeed.models.labels import (
    Category,
    CategoryDraft,
    ProductType,
    SavedCategory,
)
from lsync.core.lightspeed.paging import KeyedPage, walk_keys
from lsync.core.lightspeed.readers import MalformedError, anything, data_of, items_of, many
from lsync.core.lightspeed.requests import read, write
from lsync.core.lightspeed.resources.resource import Deletable, Resource, gather
from lsync.core.lightspeed.wire import Json


class Categories(Resource):
    """The tree of product categories. The only listing that pages by `page_info`."""

    def pages(
        self,
        *,
        parent: str | None = None,
        include: Literal["family", "children"] | None = None,
        after: str | None = None,
        page_size: int | None = None,
    ) -> AsyncIterator[KeyedPage[Category]]:
        """Categories page by page: all, those below `parent`, or only its direct `children`."""

        async def fetch(cursor: str | None) -> KeyedPage[Category]:
            query = {
                "parent": parent,
                "include": include,
                "page_size": page_size,
                "after": cursor,
            }
            call = read("list the categories", "product_categories", query=query)
            return await self._caller.run(call, _category_page)

        return walk_keys(fetch, after=after)

    async def save(self, drafts: Sequence[CategoryDraft]) -> tuple[SavedCategory, ...]:
        """Create and change categories in one call; drafts may refer to each other."""
        body = {"categories": [draft.body() for draft in drafts]}
        call = write("save the categories", "POST", "product_categories", "bulk", body=body)
        return await self._caller.run(call, many(SavedCategory))

    async def delete(self, category_ids: Sequence[str]) -> None:
        """Delete categories; Lightspeed finishes it in the background."""
        body = {"category_ids": [*category_ids]}
        call = write("delete the categories", "DELETE", "product_categories", "bulk", body=body)
        await self._caller.run(call, anything)


class ProductTypes(Deletable[ProductType]):
    """The former kind of category."""

    kind = ProductType
    path = "product_types"
    single = "the product type"
    plural = "the product types"

    async def list(self) -> tuple[ProductType, ...]:
        """Every product type that is not deleted."""
        return await gather(self.pages())


def _category_page(value: Json) -> KeyedPage[Category]:
    inner = data_of(value)
    found = inner.get("categories") if isinstance(inner, dict) else inner
    if not isinstance(found, list):
        raise MalformedError("data.categories: expected an array", paths=("data.categories",))
    items = items_of(Category, found, path="data.categories")
    return KeyedPage(items=items, cursor=_next_key(value))


def _next_key(value: Json) -> str | None:
    info = value.get("page_info") if isinstance(value, dict) else None
    if not isinstance(info, dict) or info.get("has_next") is not True:
        return None
    key = info.get("last_seen")
    return key if isinstance(key, str) else None
