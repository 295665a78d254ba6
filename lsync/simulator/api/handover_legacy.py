"""Handing over as 2.0 has it: by sale, in one go, with pick lists of what still waits."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from lsync.simulator import shape
from lsync.simulator.api.call import Answer, Call, data_answer
from lsync.simulator.api.operation import LEGACY, operation
from lsync.simulator.ledger import Effect
from lsync.simulator.refusal import Refusal
from lsync.simulator.sales.fulfillments import fulfill_sale
from lsync.simulator.sales.handover import Fulfillment, Progress
from lsync.simulator.sales.states import sale_with
from lsync.simulator.world import World

_TYPES: Final[Mapping[str, str]] = {"DISPATCH": "SHIPPED", "PICKUP": "PICKED_UP"}


def finish_sale(world: World, call: Call, sale_id: str) -> Answer:
    """Hand over everything of a sale that leaves it in the given way; 200 with what was."""
    kinds = shape.one_of(*_TYPES.values())
    given = shape.read_fields(
        call.json_object(), {"fulfillment_type": kinds}, required=("fulfillment_type",)
    )
    wanted = given["fulfillment_type"]
    waiting = [row for row in _of_sale(world, sale_id) if _TYPES.get(row.type) == wanted]
    if not waiting:
        raise Refusal(409, f"nothing of the sale waits to be {wanted}")
    fulfill_sale(world, sale_id)
    data = _fulfillment(world, waiting[0])
    return data_answer(data, effect=Effect(changes={"fulfilled": data}))


def list_of_sale(world: World, _call: Call, sale_id: str) -> Answer:
    """What was handed over of a sale."""
    done = (row for row in _of_sale(world, sale_id) if row.state == "FULFILLED")
    return data_answer([_fulfillment(world, row) for row in done])


def pick_lists_of_sale(world: World, _call: Call, sale_id: str) -> Answer:
    """What of a sale still waits to be handed over."""
    open_rows = (row for row in _of_sale(world, sale_id) if row.state != "FULFILLED")
    return data_answer([_pick_list(world, row) for row in open_rows])


def _of_sale(world: World, sale_id: str) -> list[Fulfillment]:
    sale = sale_with(world, sale_id)
    return [row for row in world.fulfillments.values() if row.sale_id == sale.id]


def _fulfillment(world: World, row: Fulfillment) -> dict[str, Any]:
    return {
        **_head(world, row, "fulfillment"),
        "status": _TYPES.get(row.type, "PICKED_UP"),
        "line_items": [
            {
                "id": world.ids.named("fulfillment_line", line.sale_line_item_id),
                "product_id": line.product_id,
                "quantity": float(line.fulfilled),
            }
            for line in row.lines
        ],
    }


def _pick_list(world: World, row: Fulfillment) -> dict[str, Any]:
    return {
        **_head(world, row, "pick_list"),
        "status": row.state,
        "type": _TYPES.get(row.type),
        "note": "",
        "line_items": list(_waiting(world, row.lines)),
    }


def _waiting(world: World, lines: Iterable[Progress]) -> Iterable[dict[str, Any]]:
    for line in lines:
        yield {
            "id": world.ids.named("pick_list_line", line.sale_line_item_id),
            "sale_line_item_id": line.sale_line_item_id,
            "product_id": line.product_id,
            "quantity": float(line.quantity),
            "picked_quantity": float(line.picked),
            "note": None,
        }


def _head(world: World, row: Fulfillment, kind: str) -> dict[str, Any]:
    return {
        "id": world.ids.named(kind, row.id),
        "sale_id": row.sale_id,
        "outlet_id": row.outlet_id,
        "user_id": row.user_id,
        "created_at": row.created_at,
    }


_SALE: Final = "/sales/{sale_id}"
_READ: Final = "sales:read"

OPERATIONS: Final = (
    operation(
        "FulfillSale", f"POST {_SALE}/fulfill", finish_sale, scope="sales:write", versions=LEGACY
    ),
    operation(
        "GetFulfillmentsBySaleID",
        f"GET {_SALE}/fulfillments",
        list_of_sale,
        scope=_READ,
        versions=LEGACY,
    ),
    operation(
        "GetPickListsBySaleID",
        f"GET {_SALE}/pick_lists",
        pick_lists_of_sale,
        scope=_READ,
        versions=LEGACY,
    ),
)
