"""Products over HTTP: the catalogue by cursor, by SKU, by id."""

from typing import Final

from lsync.simulator.api.call import Answer, Call, page_answer
from lsync.simulator.api.operation import operation
from lsync.simulator.api.paging import read_text
from lsync.simulator.api.records import getter, lister
from lsync.simulator.world import World

_list_by_cursor = lister("product")


def list_products(world: World, call: Call) -> Answer:
    """By cursor, or by `sku`, which makes every other parameter be ignored."""
    sku = read_text(call.query(), "sku")
    if sku:
        return page_answer(world.products_with_sku(sku))
    return _list_by_cursor(world, call)


_READ: Final = "products:read"

OPERATIONS: Final = (
    operation("ListProducts", "GET /products", list_products, scope=_READ),
    operation("GetProductByID", "GET /products/{id}", getter("product"), scope=_READ),
)
