"""Consignments and their lines over HTTP. The rules are in the packages above."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from lsync.simulator.api.call import Answer, Call, data_answer, page_answer, row_answer
from lsync.simulator.api.operation import operation
from lsync.simulator.api.paging import Query, page_rule, read_cursor, read_text, take_page
from lsync.simulator.consignments import lines, rules, writing
from lsync.simulator.entities import Consignment
from lsync.simulator.refusal import Refusal
from lsync.simulator.wire import ZERO, five_places
from lsync.simulator.world import World


def list_consignments(world: World, call: Call) -> Answer:
    """Filters: type, status, outlet_id. There is none for reference, supplier or time."""
    query = call.query()
    return page_answer(
        take_page(world.consignments, read_cursor(query, page_rule(world)), keep=_wanted(query))
    )


def _wanted(query: Query) -> Callable[[Consignment], bool] | None:
    kind, status = read_text(query, "type"), read_text(query, "status")
    outlet_id = read_text(query, "outlet_id")
    if kind is not None and kind not in rules.TRANSITIONS:
        raise Refusal(400, f"unknown type {kind}")
    if status is not None and status not in rules.STATUSES:
        raise Refusal(400, f"unknown status {status}")
    if kind is None and status is None and outlet_id is None:
        return None
    return lambda row: (
        (kind is None or row.type == kind)
        and (status is None or row.status == status)
        and (outlet_id is None or row.outlet_id == outlet_id)
    )


WRITE_SCOPES: Final[Mapping[str, str]] = {
    rules.SUPPLIER: "consignments:write:stock_order",
    rules.RETURN: "consignments:write:stock_order",
    rules.OUTLET: "consignments:write:stock_transfer",
    rules.STOCKTAKE: "consignments:write:inventory_count",
}


def _check_scope(call: Call, kind: object) -> None:
    scope = WRITE_SCOPES.get(str(kind))
    if scope is not None and not call.grant.allows(scope):
        raise Refusal(403, f"the token lacks the scope {scope}")


def _writable(world: World, call: Call, consignment_id: str) -> Consignment:
    consignment = writing.consignment_with(world, consignment_id)
    _check_scope(call, consignment.type)
    return consignment


def create(world: World, call: Call) -> Answer:
    """201 with the new consignment."""
    body = call.json_object()
    _check_scope(call, body.get("type"))
    consignment, effect = writing.create_consignment(world, body)
    return row_answer(consignment, status=201, effect=effect)


def get(world: World, _call: Call, consignment_id: str) -> Answer:
    """One consignment."""
    return row_answer(writing.consignment_with(world, consignment_id))


def update(world: World, call: Call, consignment_id: str) -> Answer:
    """Writable fields and status."""
    consignment = _writable(world, call, consignment_id)
    updated, effect = writing.update_consignment(world, consignment, call.json_object())
    return row_answer(updated, effect=effect)


def delete(world: World, call: Call, consignment_id: str) -> Answer:
    """204 without a body."""
    consignment = _writable(world, call, consignment_id)
    return Answer(status=204, effect=writing.delete_consignment(world, consignment))


def totals(world: World, _call: Call, consignment_id: str) -> Answer:
    """Counts with five places, costs with ten, all strings; not for stocktakes."""
    consignment = writing.consignment_with(world, consignment_id)
    if consignment.type == rules.STOCKTAKE:
        raise Refusal(422, "a stocktake has no totals")
    rows = list(consignment.lines)
    return data_answer(
        [
            {
                "total_sent_count": five_places(sum((row.count for row in rows), ZERO)),
                "total_sent_cost": _ten_places(sum((row.count * row.cost for row in rows), ZERO)),
                "total_received_count": five_places(sum((row.received for row in rows), ZERO)),
                "total_received_cost": _ten_places(
                    sum((row.received * row.cost for row in rows), ZERO)
                ),
            }
        ]
    )


def _ten_places(amount: Decimal) -> str:
    return f"{amount:.10f}"


def bulk(world: World, call: Call, consignment_id: str) -> Answer:
    """A bare array of lines; amounts add up."""
    consignment = _writable(world, call, consignment_id)
    body = call.json()
    if not isinstance(body, list):
        raise Refusal(400, "the body must be an array of lines")
    amounts, effect = lines.change_in_bulk(
        world, consignment, [lines.read_line(item) for item in body]
    )
    return data_answer(amounts, effect=effect)


def list_lines(world: World, call: Call, consignment_id: str) -> Answer:
    """Lines in version order."""
    consignment = writing.consignment_with(world, consignment_id)
    return page_answer(take_page(consignment.lines, read_cursor(call.query(), page_rule(world))))


def add_line(world: World, call: Call, consignment_id: str) -> Answer:
    """One more product. `deleted_at` is an empty string: the schema requires a string."""
    consignment = _writable(world, call, consignment_id)
    line, effect = lines.add_line(world, consignment, lines.read_line(call.json_object()))
    return data_answer({**line.shown(), "deleted_at": ""}, effect=effect)


def set_line(world: World, call: Call, consignment_id: str, product_id: str) -> Answer:
    """Absolute values. The schema nests a collection inside `data`."""
    consignment = _writable(world, call, consignment_id)
    given = lines.read_line(call.json_object(), product_id=product_id)
    line, effect = lines.set_line(world, consignment, given)
    return data_answer({"data": [line.shown()]}, effect=effect)


def remove_line(world: World, call: Call, consignment_id: str, product_id: str) -> Answer:
    """204 without a body."""
    consignment = _writable(world, call, consignment_id)
    return Answer(status=204, effect=lines.remove_line(world, consignment, product_id))


_ALL: Final = "/consignments"
_ONE: Final = "/consignments/{consignment_id}"
_LINE: Final = f"{_ONE}/products/{{product_id}}"
_READ: Final = "consignments:read"

OPERATIONS: Final = (
    operation("GetConsignments", f"GET {_ALL}", list_consignments, scope=_READ),
    operation("CreateConsignment", f"POST {_ALL}", create),
    operation("GetConsignmentByID", f"GET {_ONE}", get, scope=_READ),
    operation("UpdateConsignmentByID", f"PUT {_ONE}", update),
    operation("DeleteConsignmentByID", f"DELETE {_ONE}", delete),
    operation("ListConsignmentTotals", f"GET {_ONE}/totals", totals, scope=_READ),
    operation("CreateOrUpdateConsignmentProducts", f"POST {_ONE}/bulk", bulk),
    operation("ListProductsByConsignmentID", f"GET {_ONE}/products", list_lines, scope=_READ),
    operation("CreateConsignmentProduct", f"POST {_ONE}/products", add_line),
    operation("UpdateProductInConsignment", f"PUT {_LINE}", set_line),
    operation("DeleteProductFromConsignment", f"DELETE {_LINE}", remove_line),
)
