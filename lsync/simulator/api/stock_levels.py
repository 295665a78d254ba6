"""The stock report over HTTP: levels filtered, sorted and cut by offset; bare arrays (2026-01 on).

`group_variants` is understood and changes nothing: what a grouped row looks like is not published.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from lsync.simulator import shape
from lsync.simulator.api.call import Answer, Call, json_answer
from lsync.simulator.api.operation import CURRENT, operation
from lsync.simulator.api.paging import read_flag
from lsync.simulator.entities import Record, StockLevel
from lsync.simulator.records import record_with
from lsync.simulator.refusal import Refusal
from lsync.simulator.wire import ZERO
from lsync.simulator.world import World

LARGEST_PAGE: Final = 10_000
_FILTER: Final[shape.Shape] = {
    "product_ids": shape.texts,
    "root_product_ids": shape.texts,
    "supplier_ids": shape.texts,
    "location_ids": shape.texts,
    "include_inactive": shape.flag,
    "include_composites": shape.flag,
    "group_variants": shape.flag,
    "to_be_procured_only": shape.flag,
    "sort_direction": shape.one_of("asc", "desc"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A stock record and the product that it is of."""

    level: StockLevel
    product: Record


_SORTED_BY: Final[Mapping[str, Callable[[Row], Any]]] = {
    "total_count": lambda row: row.level.level,
    "total_cost": lambda row: row.level.level * row.level.average_cost,
    "average_cost": lambda row: row.level.average_cost,
    "reorder_point": lambda row: row.level.reorder_point or ZERO,
    "reorder_amount": lambda row: row.level.reorder_amount or ZERO,
    "product_name": lambda row: str(row.product.value("name")),
    "created_at": lambda row: str(row.product.value("created_at")),
}


def to_procure(level: StockLevel) -> Decimal:
    """How much has to be ordered by the reorder point: its amount, or up to its target."""
    if level.reorder_point is None or level.level > level.reorder_point:
        return ZERO
    if level.reorder_method == "MIN_MAX":
        return max((level.reorder_target or ZERO) - level.level, ZERO)
    return level.reorder_amount or ZERO


def list_levels(world: World, call: Call) -> Answer:
    """Levels as the filter wants them, with size and offset in the body."""
    body = call.json_object() if call.body else {}
    given = shape.read_fields(body, _FILTER)
    offset = _whole(body, "offset", 0, at_most=2**63)
    size = _whole(body, "size", 100, at_most=LARGEST_PAGE)
    rows = [row for row in _rows(world) if _wanted(row, given)]
    if (order := body.get("sort_type")) is not None:
        if order not in _SORTED_BY:
            raise Refusal(422, f"sort_type must be one of {', '.join(_SORTED_BY)}")
        rows.sort(key=_SORTED_BY[order], reverse=given.get("sort_direction") == "desc")
    return json_answer([_shown(row) for row in rows[offset : offset + size]])


def levels_of_product(world: World, call: Call, product_id: str) -> Answer:
    """The levels of one product at every outlet; those of an inactive one only if asked for."""
    product = record_with(world, "product", product_id)
    if not product.value("active") and not read_flag(call.query(), "include_inactive"):
        return json_answer([])
    return json_answer([_shown(row) for row in _rows(world) if row.product is product])


def _whole(body: Mapping[str, Any], name: str, default: int, *, at_most: int) -> int:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= at_most:
        raise Refusal(422, f"{name} must be a whole number from 0 to {at_most}")
    return value


def _rows(world: World) -> list[Row]:
    found = ((level, world.products.get(level.product_id)) for level in world.stock)
    return [
        Row(level=level, product=product)
        for level, product in found
        if product is not None and product.deleted_at is None
    ]


def _wanted(row: Row, given: Mapping[str, Any]) -> bool:
    product = row.product
    named = (
        ("product_ids", product.id),
        ("root_product_ids", product.value("family_id")),
        ("supplier_ids", product.value("supplier_id")),
        ("location_ids", row.level.outlet_id),
    )
    return (
        all(not given.get(name) or value in given[name] for name, value in named)
        and (bool(product.value("active")) or given.get("include_inactive", False))
        and (not product.value("is_composite") or given.get("include_composites", False))
        and (to_procure(row.level) > ZERO or not given.get("to_be_procured_only", False))
    )


def _shown(row: Row) -> dict[str, Any]:
    level, product = row.level, row.product
    shown = {
        "product_id": level.product_id,
        "root_product_id": product.value("family_id"),
        "location_id": level.outlet_id,
        "name": product.value("name"),
        "brand_id": product.value("brand_id"),
        "supplier_id": product.value("supplier_id"),
        "product_type_id": product.value("product_type_id"),
        "current_inventory_level": float(level.level),
        "average_cost": float(level.average_cost),
        "total_cost": float(level.level * level.average_cost),
        "quantity_to_procure": float(to_procure(level)),
        "reorder_threshold": _number(level.reorder_point),
        "reorder_amount": _number(level.reorder_amount),
        "reorder_target": _number(level.reorder_target),
    }
    # The document knows null for the method alone: what there is not is left out.
    there = {name: value for name, value in shown.items() if value is not None}
    return {**there, "reorder_method": level.reorder_method}


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


_READ: Final = "inventory:read"

OPERATIONS: Final = (
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
)
