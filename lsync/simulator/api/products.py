"""Products over HTTP: the catalogue by cursor, SKU or id; creating, changing, deleting."""

from typing import Final

from lsync.simulator import records
from lsync.simulator.api.call import Answer, Call, data_answer, page_answer
from lsync.simulator.api.operation import BOTH, CURRENT, operation
from lsync.simulator.api.paging import read_text
from lsync.simulator.api.records import getter, lister
from lsync.simulator.ledger import Effect
from lsync.simulator.product_writing import change_product, create_product, delete_family
from lsync.simulator.world import World

_list_by_cursor = lister("product")


def list_products(world: World, call: Call) -> Answer:
    """By cursor, or by `sku`, which makes every other parameter be ignored."""
    sku = read_text(call.query(), "sku")
    if sku:
        return page_answer(world.products_with_sku(sku))
    return _list_by_cursor(world, call)


def create(world: World, call: Call) -> Answer:
    """200 with the ids of what was made: one, or one per variant."""
    made = create_product(world, call.json_object())
    ids = [product.id for product in made]
    created = [product.shown() for product in made]
    return data_answer(ids, effect=Effect(changes={"created": created}))


def update(world: World, call: Call, product_id: str) -> Answer:
    """`common` changes the family, `details` this product."""
    product = records.living_record(world, "product", product_id)
    changes = change_product(world, product, call.json_object())
    return data_answer([product_id], effect=Effect(changes=changes))


def delete(world: World, _call: Call, product_id: str) -> Answer:
    """200 without a body."""
    product = records.living_record(world, "product", product_id)
    return Answer(effect=records.delete_record(world, "product", product))


def delete_all(world: World, _call: Call, product_id: str) -> Answer:
    """Delete a product and its variants; 200 without a body."""
    product = records.living_record(world, "product", product_id)
    return Answer(effect=Effect(changes={"deleted": delete_family(world, product)}))


_READ: Final = "products:read"
_WRITE: Final = "products:write"
_ONE: Final = "/products/{product_id}"

OPERATIONS: Final = (
    operation("ListProducts", "GET /products", list_products, scope=_READ),
    operation("CreateProduct", "POST /products", create, scope=_WRITE, versions=BOTH | {"2.1"}),
    operation("GetProductByID", f"GET {_ONE}", getter("product"), scope=_READ),
    operation("UpdateProduct", f"PUT {_ONE}", update, scope=_WRITE, versions=CURRENT | {"2.1"}),
    operation("DeleteProduct", f"DELETE {_ONE}", delete, scope=_WRITE),
    operation("DeleteProductFamily", f"DELETE {_ONE}/all", delete_all, scope=_WRITE),
)
