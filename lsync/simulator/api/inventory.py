"""Stock levels over HTTP. In 2026-07 these reads answer bare arrays; 2.0 pages them."""

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from lsync.simulator.api.call import Answer, Call, data_answer, json_answer
from lsync.simulator.api.operation import CURRENT, LEGACY, operation
from lsync.simulator.api.paging import PageRule, page_rule, read_cursor, read_text, take_page
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
        "quantity_to_procure": 0.0,
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
    keep = _of_product(body.get("product_id"))
    rows = islice(filter(keep, levels), cursor.size)
    return json_answer([shown(level) for level in rows])


def _of_product(product_id: Any) -> Any:
    if product_id is None:
        return None
    return lambda level: level.product_id == product_id


def list_of_product(world: World, call: Call, product_id: str) -> Answer:
    """The stock records of one product, a bare array."""
    record_with(world, "product", product_id)
    query = call.query()
    levels = take_page(world.stock, read_cursor(query, RULE), keep=_of_product(product_id))
    if read_text(query, "order_direction") == "desc":
        levels.reverse()
    return json_answer([shown(level) for level in levels])


def levels_of_product(world: World, _call: Call, product_id: str) -> Answer:
    """The levels of one product at every outlet, a bare array."""
    record_with(world, "product", product_id)
    levels = [level for level in world.stock if level.product_id == product_id]
    return json_answer([_level(world, level) for level in levels])


def list_levels(world: World, call: Call) -> Answer:
    """Levels by product or location, with size and offset in the body; a bare array."""
    body = call.json_object() if call.body else {}
    offset, size = body.get("offset", 0), body.get("size", 100)
    if not isinstance(offset, int) or not isinstance(size, int) or not 0 <= size <= 10_000:
        raise Refusal(422, "offset and size must be whole numbers, size at most 10000")
    product_ids, location_ids = body.get("product_ids"), body.get("location_ids")
    levels = [
        level
        for level in world.stock
        if (not product_ids or level.product_id in product_ids)
        and (not location_ids or level.outlet_id in location_ids)
    ]
    return json_answer([_level(world, level) for level in levels[offset : offset + size]])


def _level(world: World, level: StockLevel) -> dict[str, Any]:
    product = record_with(world, "product", level.product_id)
    return {
        "product_id": level.product_id,
        "root_product_id": product.value("family_id"),
        "location_id": level.outlet_id,
        "name": product.value("name"),
        "brand_id": product.value("brand_id"),
        "supplier_id": product.value("supplier_id"),
        "current_inventory_level": float(level.level),
        "average_cost": float(level.average_cost),
        "total_cost": float(level.level * level.average_cost),
        "quantity_to_procure": 0.0,
        "reorder_method": level.reorder_method,
    }


def list_records_legacy(world: World, call: Call) -> Answer:
    """The 2.0 list: an envelope, and `inventory_level` where 2026-07 says current."""
    levels = take_page(world.stock, read_cursor(call.query(), page_rule(world)))
    return _legacy_page(levels)


def list_of_product_legacy(world: World, call: Call, product_id: str) -> Answer:
    """The 2.0 stock records of one product."""
    record_with(world, "product", product_id)
    cursor = read_cursor(call.query(), page_rule(world))
    return _legacy_page(take_page(world.stock, cursor, keep=_of_product(product_id)))


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
        "ListInventoryLevels", "POST /inventory_levels", list_levels, scope=_READ, versions=CURRENT
    ),
    operation(
        "ListProductInventoryLevels",
        "GET /inventory_levels/{product_id}",
        levels_of_product,
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
