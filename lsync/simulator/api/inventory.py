"""Stock records over HTTP. In 2026-07 these reads answer bare arrays; 2.0 pages them."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, Final

from lsync.simulator.api.call import Answer, Call, data_answer, json_answer
from lsync.simulator.api.operation import CURRENT, LEGACY, operation
from lsync.simulator.api.paging import (
    PageRule,
    page_rule,
    read_cursor,
    read_flag,
    read_text,
    take_page,
)
from lsync.simulator.api.stock_levels import to_procure
from lsync.simulator.entities import StockLevel
from lsync.simulator.records import record_with
from lsync.simulator.refusal import Refusal
from lsync.simulator.world import World

RULE: Final = PageRule(size=1000, maximum=5000, documented=True)


def shown(level: StockLevel) -> dict[str, Any]:
    """A stock record of 2026-07; amounts are numbers."""
    return {
        "id": level.id,
        "product_id": level.product_id,
        "outlet_id": level.outlet_id,
        "current_inventory_level": float(level.level),
        "average_cost": float(level.average_cost),
        "reorder_method": level.reorder_method,
        "reorder_point": _number(level.reorder_point),
        "reorder_amount": _number(level.reorder_amount),
        "reorder_target": _number(level.reorder_target),
        "quantity_to_procure": float(to_procure(level)),
        "deleted_at": None,
        "version": level.version,
    }


def _number(amount: Any) -> float | None:
    return None if amount is None else float(amount)


def list_records(world: World, call: Call) -> Answer:
    """All stock records, by a cursor in the body."""
    body = call.json_object() if call.body else {}
    query = {
        name: [str(body[key])]
        for name, key in (("after", "after"), ("before", "before"), ("page_size", "size"))
        if body.get(key) is not None
    }
    direction = body.get("sort_direction", "desc")
    if direction not in {"asc", "desc"}:
        raise Refusal(422, "sort_direction must be asc or desc")
    cursor = read_cursor(query, RULE)
    levels: Iterable[StockLevel] = world.stock.ascending(after=cursor.after, before=cursor.before)
    if direction == "desc":
        levels = reversed(list(levels))
    keep = _of_product(world, body.get("product_id"), variants=body.get("variants") is True)
    rows = islice(filter(keep, levels), cursor.size)
    return json_answer([shown(level) for level in rows])


def _of_product(
    world: World, product_id: object, *, variants: bool = False
) -> Callable[[StockLevel], bool] | None:
    """Whether a record is of the product, or with `variants` of its family; None for all."""
    if product_id is None:
        return None
    product = world.products.get(str(product_id))
    if not variants or product is None:
        return lambda level: level.product_id == product_id
    family = product.value("family_id")
    ids = {row.id for row in world.products if row.value("family_id") == family}
    return lambda level: level.product_id in ids


def list_of_product(world: World, call: Call, product_id: str) -> Answer:
    """The stock records of one product, a bare array."""
    record_with(world, "product", product_id)
    query = call.query()
    keep = _of_product(world, product_id, variants=read_flag(query, "variants"))
    levels = take_page(world.stock, read_cursor(query, RULE), keep=keep)
    if read_text(query, "order_direction") == "desc":
        levels.reverse()
    return json_answer([shown(level) for level in levels])


def list_records_legacy(world: World, call: Call) -> Answer:
    """The 2.0 list: an envelope, and `inventory_level` where 2026-07 says current."""
    levels = take_page(world.stock, read_cursor(call.query(), page_rule(world)))
    return _legacy_page(levels)


def list_of_product_legacy(world: World, call: Call, product_id: str) -> Answer:
    """The 2.0 stock records of one product."""
    record_with(world, "product", product_id)
    cursor = read_cursor(call.query(), page_rule(world))
    return _legacy_page(take_page(world.stock, cursor, keep=_of_product(world, product_id)))


def _legacy_page(levels: Iterable[StockLevel]) -> Answer:
    return data_answer(
        [
            {
                "id": level.id,
                "product_id": level.product_id,
                "outlet_id": level.outlet_id,
                "inventory_level": float(level.level),
                "average_cost": float(level.average_cost),
                "reorder_point": _number(level.reorder_point),
                "reorder_amount": _number(level.reorder_amount),
                "version": level.version,
            }
            for level in levels
        ]
    )


_READ: Final = "inventory:read"
_LEGACY_ONE: Final = "GET /products/{product_id}/inventory"

OPERATIONS: Final = (
    operation(
        "ListInventoryRecords", "POST /inventory", list_records, scope=_READ, versions=CURRENT
    ),
    operation(
        "ListProductInventoryRecords",
        "GET /inventory/{product_id}",
        list_of_product,
        scope=_READ,
        versions=CURRENT,
    ),
    operation(
        "ListInventoryRecords", "GET /inventory", list_records_legacy, scope=_READ, versions=LEGACY
    ),
    operation(
        "GetInventoryByProductID", _LEGACY_ONE, list_of_product_legacy, scope=_READ, versions=LEGACY
    ),
)
