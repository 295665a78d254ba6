"""`/search` over HTTP: products by SKU, supplier, brand or id, with offset paging."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from lsync.simulator.api.call import Answer, Call
from lsync.simulator.api.operation import operation
from lsync.simulator.api.paging import Query, read_flag, read_int, read_text
from lsync.simulator.entities import Record
from lsync.simulator.refusal import Refusal
from lsync.simulator.world import World

PAGE_MAXIMUM: Final = 1000
_DEFAULT_SIZE: Final = 100
_FILTERS: Final = {
    "_id": "id",
    "sku": "sku",
    "supplier_id": "supplier_id",
    "brand_id": "brand_id",
    "product_type_id": "product_type_id",
    "variant_parent_id": "variant_parent_id",
}


def search(world: World, call: Call) -> Answer:
    """`{data: [...]}`; a parameter may repeat, and a leading `-` excludes."""
    query = call.query()
    kind = read_text(query, "type")
    if kind not in {"products", "sales", "customers"}:
        raise Refusal(400, "type must be one of products, sales, customers")
    rows = _products(world, query) if kind == "products" else iter(())
    offset, size = read_int(query, "offset") or 0, read_int(query, "page_size") or _DEFAULT_SIZE
    if offset < 0 or not 0 <= size <= PAGE_MAXIMUM:
        raise Refusal(400, f"page_size must lie within 0 and {PAGE_MAXIMUM}, offset above 0")
    page = ",".join(row.text() for row in islice(rows, offset, offset + size))
    return Answer(body=f'{{"data":[{page}]}}'.encode())


def _products(world: World, query: Query) -> Iterator[Record]:
    deleted = read_flag(query, "deleted")
    tests = [_test(field, query[name]) for name, field in _FILTERS.items() if name in query]
    refused = [
        _test(field, query[f"-{name}"]) for name, field in _FILTERS.items() if f"-{name}" in query
    ]
    for product in world.products:
        if product.deleted_at is not None and not deleted:
            continue
        if all(test(product) for test in tests) and not any(test(product) for test in refused):
            yield product


def _test(field: str, values: list[str]) -> Callable[[Record], bool]:
    wanted = {value.lower() for value in values}

    def is_wanted(product: Record) -> bool:
        value = product.id if field == "id" else product.value(field)
        return str(value).lower() in wanted

    return is_wanted


OPERATIONS: Final = (operation("Search", "GET /search", search, scope="products:read"),)
