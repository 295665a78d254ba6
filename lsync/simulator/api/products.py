"""Products over HTTP: the catalogue by cursor, by SKU, by id."""

from typing import Final

from lsync.simulator.api.call import Answer, Call, page_answer
from lsync.simulator.api.operation import operation
from lsync.simulator.api.paging import read_text
from lsync.simulator.api.records import getter, lister
from lsync.simulator.entities import Record
from lsync.simulator.table import Table
from lsync.simulator.world import World


def products(world: World) -> Table[Record]:
    """The products."""
    return world.products


_list_by_cursor = lister(products)


def list_products(world: World, call: Call) -> Answer:
    """By cursor, or by `sku`, which makes every other parameter be ignored."""
    sku = read_text(call.query(), "sku")
    if sku:
        return page_answer(world.products_with_sku(sku))
    return _list_by_cursor(world, call)


_READ: Final = "products:read"

OPERATIONS: Final = (
    operation("ListProducts", "GET /products", list_products, scope=_READ),
    operation("GetProductByID", "GET /products/{id}", getter(products, "product"), scope=_READ),
)
