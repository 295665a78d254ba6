"""Fulfilments over HTTP (2026-01 on)."""

from collections.abc import Callable
from typing import Any, Final

from lsync.simulator import shape
from lsync.simulator.api.call import Answer, Call, data_answer, json_answer
from lsync.simulator.api.operation import CURRENT, operation
from lsync.simulator.api.paging import read_int, read_text
from lsync.simulator.ledger import Effect
from lsync.simulator.refusal import Refusal
from lsync.simulator.sales.fulfillments import (
    advance,
    fulfill_sale,
    fulfillment_with,
)
from lsync.simulator.sales.handover import Fulfillment, Step
from lsync.simulator.world import World

_FILTERS: Final = {
    "outlet_id": "outlet_id",
    "sale_id": "sale_id",
    "fulfillment_type": "type",
    "fulfillment_state": "state",
}
_PAGE_MAXIMUM: Final = 100
_HISTORY_MAXIMUM: Final = 1000


def list_fulfillments(world: World, call: Call) -> Answer:
    """By page number, 10 a page unless told, at most 100."""
    query = call.query()
    number, size = read_int(query, "page_number"), read_int(query, "page_size")
    number, size = 1 if number is None else number, 10 if size is None else size
    if number < 1 or not 1 <= size <= _PAGE_MAXIMUM:
        raise Refusal(400, "page_number starts at 1, page_size lies within 1 and 100")
    wanted = {field: query[name] for name, field in _FILTERS.items() if name in query}
    rows = [
        row.shown()
        for row in world.fulfillments.values()
        if all(getattr(row, field) in values for field, values in wanted.items())
    ]
    return data_answer(rows[(number - 1) * size : number * size])


def finish_sale(world: World, call: Call) -> Answer:
    """Hand over everything of a sale."""
    given = shape.read_fields(
        call.json_object(), {"sale_id": shape.required_text}, required=("sale_id",)
    )
    rows = fulfill_sale(world, given["sale_id"])
    data = [_versioned(row) for row in rows]
    return data_answer(data, effect=Effect(changes={"fulfilled": data}))


def stepper(step: Step) -> Callable[[World, Call, str], Answer]:
    """A handler that sets how far lines have come."""

    def handle(world: World, call: Call, fulfillment_id: str) -> Answer:
        row = fulfillment_with(world, fulfillment_id)
        advance(world, row, step, call.json_object())
        return data_answer(_versioned(row), effect=Effect(changes={step: row.shown()}))

    return handle


def history(world: World, call: Call, fulfillment_id: str) -> Answer:
    """Events, oldest first, by an opaque cursor that is empty at the end."""
    row, query = fulfillment_with(world, fulfillment_id), call.query()
    limit = read_int(query, "limit") or len(row.history)
    cursor = read_text(query, "cursor") or "0"
    if not 0 <= limit <= max(_HISTORY_MAXIMUM, len(row.history)) or not cursor.isdecimal():
        raise Refusal(400, "cursor or limit is wrong")
    start = int(cursor)
    end = start + limit
    following = str(end) if end < len(row.history) else ""
    return json_answer({"data": row.history[start:end], "next_cursor": following})


def _versioned(row: Fulfillment) -> dict[str, Any]:
    return {"id": row.id, "version": row.version}


_WRITE: Final = "sales:write"
_ONE: Final = "/fulfillments/{fulfillment_id}"

OPERATIONS: Final = (
    operation("getFulfillmentSummary", "GET /fulfillments", list_fulfillments, versions=CURRENT),
    operation(
        "postFulfillSale", "POST /fulfillments/fulfill", finish_sale, scope=_WRITE, versions=CURRENT
    ),
    operation(
        "postFulfillLineItems",
        f"POST {_ONE}/fulfill",
        stepper("fulfilled"),
        scope=_WRITE,
        versions=CURRENT,
    ),
    operation(
        "postPackLineItems", f"POST {_ONE}/pack", stepper("packed"), scope=_WRITE, versions=CURRENT
    ),
    operation(
        "postPickLineItems", f"POST {_ONE}/pick", stepper("picked"), scope=_WRITE, versions=CURRENT
    ),
    operation(
        "getFulfillmentHistory",
        f"GET {_ONE}/history",
        history,
        scope="fulfillments:read",
        versions=CURRENT,
    ),
)
