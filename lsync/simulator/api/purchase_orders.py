"""The read-only purchase orders of 2026-04 and later, seen through supplier consignments.

Nothing says that their ids equal those of consignments: here they differ. An order that was
received in two parts is one purchase order with two deliveries. Costs need a scope of their own.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from lsync.simulator.api.call import Answer, Call, data_answer, json_answer
from lsync.simulator.api.operation import operation
from lsync.simulator.api.paging import Cursor, PageRule, read_cursor
from lsync.simulator.consignments import rules
from lsync.simulator.entities import Consignment, Line
from lsync.simulator.refusal import Refusal, not_found
from lsync.simulator.wire import ZERO, five_places
from lsync.simulator.world import World

RULE: Final = PageRule(size=100, maximum=1000, documented=True)
COSTS_SCOPE: Final = "products:read:costs"
VERSIONS: Final = frozenset({"2026-04", "2026-07"})


def list_orders(world: World, call: Call) -> Answer:
    """Purchase orders by version."""
    cursor = _cursor(call)
    rows = (
        order
        for order in world.consignments.ascending(after=cursor.after, before=cursor.before)
        if _is_order(order)
    )
    return _page(_order(world, call, order) for order in islice(rows, cursor.size))


def get_order(world: World, call: Call, order_id: str) -> Answer:
    """One purchase order."""
    return data_answer(_order(world, call, _order_with(world, order_id)))


def list_lines(world: World, call: Call, order_id: str) -> Answer:
    """The lines of an order by version."""
    order, cursor = _order_with(world, order_id), _cursor(call)
    return _page(_order_line(world, call, order, line) for line in _lines(order, cursor))


def list_deliveries(world: World, call: Call, order_id: str) -> Answer:
    """The deliveries of an order: itself, and what was split off it."""
    order, cursor = _order_with(world, order_id), _cursor(call)
    parts = sorted(_deliveries(world, order), key=lambda part: part.version)
    wanted = (part for part in parts if _within(cursor, part.version))
    return _page(_delivery(world, call, order, part) for part in islice(wanted, cursor.size))


def list_delivery_lines(world: World, call: Call, order_id: str, delivery_id: str) -> Answer:
    """The lines of one delivery by version."""
    order, cursor = _order_with(world, order_id), _cursor(call)
    for part in _deliveries(world, order):
        if _delivery_id(world, part) == delivery_id:
            return _page(_delivery_line(world, call, part, line) for line in _lines(part, cursor))
    raise not_found("delivery", delivery_id)


def _cursor(call: Call) -> Cursor:
    cursor = read_cursor(call.query(), RULE)
    if cursor.after < 0 or (cursor.before is not None and cursor.before < 0):
        raise Refusal(400, "after and before must not be negative")
    return cursor


def _within(cursor: Cursor, version: int) -> bool:
    return cursor.after < version and (cursor.before is None or version < cursor.before)


def _lines(consignment: Consignment, cursor: Cursor) -> Iterator[Line]:
    rows = consignment.lines.ascending(after=cursor.after, before=cursor.before)
    return islice(rows, cursor.size)


def _page(rows: Iterable[dict[str, Any]]) -> Answer:
    page = list(rows)
    versions = [row["version"] for row in page]
    bounds = {"min": min(versions, default=None), "max": max(versions, default=None)}
    return json_answer({"data": page, "version": bounds})


def _is_order(consignment: Consignment) -> bool:
    return consignment.type == rules.SUPPLIER and consignment.split_from is None


def _order_id(world: World, order: Consignment) -> str:
    return world.ids.named("purchase_order", order.id)


def _delivery_id(world: World, part: Consignment) -> str:
    return world.ids.named("delivery", part.id)


def _order_with(world: World, order_id: str) -> Consignment:
    for consignment in world.consignments:
        if _is_order(consignment) and _order_id(world, consignment) == order_id:
            return consignment
    raise not_found("purchase order", order_id)


def _deliveries(world: World, order: Consignment) -> list[Consignment]:
    later = [part for part in world.consignments if part.split_from == order.id]
    return [order, *later]


def _cost(call: Call, amount: Decimal) -> str | None:
    return five_places(amount) if call.grant.allows(COSTS_SCOPE) else None


def _order(world: World, call: Call, order: Consignment) -> dict[str, Any]:
    lines = list(order.lines)
    return {
        "id": _order_id(world, order),
        "version": order.version,
        "user_id": None,
        "order_number": order.reference,
        "notes": order.name,
        "delivery_outlet_id": order.outlet_id,
        "allocation_outlet_ids": [order.outlet_id],
        "supplier_id": order.supplier_id,
        "supplier_invoice": order.supplier_invoice,
        "status": order.status,
        "due_at": _moment(order.due_at),
        "cost_price_total": _cost(call, sum((line.count * line.cost for line in lines), ZERO)),
        "quantity_total": five_places(sum((line.count for line in lines), ZERO)),
        "costs": [],
        "discounts": [],
        "created_at": order.created_at,
        "updated_at": order.updated_at,
    }


def _order_line(world: World, call: Call, order: Consignment, line: Line) -> dict[str, Any]:
    quantity = five_places(line.count)
    return {
        "id": world.ids.named("order_line", line.id),
        "version": line.version,
        "purchase_order_id": _order_id(world, order),
        "product_id": line.product_id,
        "quantity": quantity,
        "cost_price": _cost(call, line.cost),
        "allocations": [{"outlet_id": order.outlet_id, "quantity": quantity}],
        "created_at": line.created_at,
        "updated_at": line.updated_at,
    }


def _delivery(world: World, call: Call, order: Consignment, part: Consignment) -> dict[str, Any]:
    lines = list(part.lines)
    return {
        "id": _delivery_id(world, part),
        "version": part.version,
        "purchase_order_id": _order_id(world, order),
        "outlet_id": part.outlet_id,
        "user_id": None,
        "notes": part.name,
        "status": part.status,
        "due_at": _moment(part.due_at),
        "received_at": part.received_at,
        "invoice_date": None,
        "supplier_invoice": part.supplier_invoice,
        "cost_price_total": _cost(call, sum((line.received * line.cost for line in lines), ZERO)),
        "received_quantity_total": five_places(sum((line.received for line in lines), ZERO)),
        "costs": [],
        "discounts": [],
        "created_at": part.created_at,
        "updated_at": part.updated_at,
    }


def _delivery_line(world: World, call: Call, part: Consignment, line: Line) -> dict[str, Any]:
    expected, received = five_places(line.count), five_places(line.received)
    return {
        "id": world.ids.named("delivery_line", line.id),
        "version": line.version,
        "purchase_order_delivery_id": _delivery_id(world, part),
        "purchase_order_line_item_id": world.ids.named("order_line", line.id),
        "product_id": line.product_id,
        "expected_quantity": expected,
        "received_quantity": received,
        "cost_price": _cost(call, line.cost),
        "allocations": [
            {
                "outlet_id": part.outlet_id,
                "expected_quantity": expected,
                "received_quantity": received,
            }
        ],
        "created_at": line.created_at,
        "updated_at": line.updated_at,
    }


def _moment(text: str | None) -> str | None:
    """A due date that callers wrote freely, or null where it is no moment."""
    return text if text and "T" in text else None


_READ: Final = "consignments:read"
_ONE: Final = "/purchase_orders/{purchase_order_id}"
_DELIVERIES: Final = f"{_ONE}/deliveries"

OPERATIONS: Final = (
    operation(
        "ListPurchaseOrders", "GET /purchase_orders", list_orders, scope=_READ, versions=VERSIONS
    ),
    operation("GetPurchaseOrderByID", f"GET {_ONE}", get_order, scope=_READ, versions=VERSIONS),
    operation(
        "ListPurchaseOrderLineItems",
        f"GET {_ONE}/line_items",
        list_lines,
        scope=_READ,
        versions=VERSIONS,
    ),
    operation(
        "ListPurchaseOrderDeliveries",
        f"GET {_DELIVERIES}",
        list_deliveries,
        scope=_READ,
        versions=VERSIONS,
    ),
    operation(
        "ListPurchaseOrderDeliveryLineItems",
        f"GET {_DELIVERIES}/{{delivery_id}}/line_items",
        list_delivery_lines,
        scope=_READ,
        versions=VERSIONS,
    ),
)
