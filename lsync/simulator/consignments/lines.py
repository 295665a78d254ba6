"""Lines of a consignment: adding one, setting one, removing one, and the bulk call that adds up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lsync.simulator.consignments import rules
from lsync.simulator.consignments.new_lines import new_line
from lsync.simulator.consignments.transferring import follow_count
from lsync.simulator.consignments.writing import set_status
from lsync.simulator.entities import Consignment, Line, Record
from lsync.simulator.ledger import Effect
from lsync.simulator.refusal import Refusal, not_found
from lsync.simulator.wire import ZERO, five_places, read_decimal
from lsync.simulator.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class LineInput:
    """One line of a request; None where the request says nothing."""

    product_id: str
    count: Decimal | None
    received: Decimal | None
    cost: Decimal | None


def read_line(body: object, *, product_id: str | None = None) -> LineInput:
    """A line from its JSON; `product_id` is the one in the path. Refuses with 422."""
    if not isinstance(body, Mapping):
        raise Refusal(422, "a line must be an object")
    key = product_id or body.get("product_id")
    if not isinstance(key, str) or not key:
        raise Refusal(422, "product_id is required and must be a string")
    return LineInput(
        product_id=key,
        count=_optional_decimal(body, "count"),
        received=_optional_decimal(body, "received"),
        cost=_optional_decimal(body, "cost"),
    )


def add_line(world: World, consignment: Consignment, line: LineInput) -> tuple[Line, Effect]:
    """Add one product. What a repeat does is undocumented and decided by a switch."""
    rules.check_not_frozen(consignment.type, consignment.status)
    product = _orderable(world, line.product_id)
    existing = consignment.lines.get(line.product_id)
    if existing is not None and world.switches.repeated_line == "reject":
        raise Refusal(422, f"product {line.product_id} is already on the consignment")
    adds_up = world.switches.repeated_line == "accumulate"
    dispatches = _dispatches(consignment, [line], statuses={"SENT"})
    changes = [
        _apply(world, consignment, line, product=product, adds_up=adds_up, dispatches=dispatches)
    ]
    effect = _finish(world, consignment, changes, dispatches=dispatches)
    added = consignment.lines.get(line.product_id)
    if added is None:  # pragma: no cover  it was put there above
        raise AssertionError("the line vanished")
    return added, effect


def set_line(world: World, consignment: Consignment, line: LineInput) -> tuple[Line, Effect]:
    """Set the values of a line to those given: the same call twice changes nothing more."""
    rules.check_not_frozen(consignment.type, consignment.status)
    existing = consignment.lines.get(line.product_id)
    if existing is None:
        raise not_found("line with product", line.product_id)
    dispatches = _dispatches(consignment, [line], statuses={"SENT"})
    changes = [_apply(world, consignment, line, product=None, dispatches=dispatches)]
    return existing, _finish(world, consignment, changes, dispatches=dispatches)


def remove_line(world: World, consignment: Consignment, product_id: str) -> Effect:
    """Take a product off the consignment."""
    line = consignment.lines.get(product_id)
    if line is None:
        raise not_found("line with product", product_id)
    rules.check_line_removable(consignment.type, consignment.status)
    consignment.lines.remove(product_id)
    return _finish(world, consignment, [{"product_id": product_id, "removed": line.shown()}])


def change_in_bulk(
    world: World, consignment: Consignment, lines: Sequence[LineInput]
) -> tuple[dict[str, dict[str, str]], Effect]:
    """Add up counts or received amounts and replace costs, all lines or none.

    Returns the resulting amount per product. Calling it twice doubles the amounts.
    """
    rules.check_not_frozen(consignment.type, consignment.status)
    for line in lines:
        if line.count is None and line.received is None:
            raise Refusal(422, f"product {line.product_id} needs count or received")
    products = [_orderable(world, line.product_id) for line in lines]
    dispatches = _dispatches(consignment, lines, statuses={"OPEN", "SENT"})
    changes = [
        _apply(world, consignment, line, product=product, adds_up=True, dispatches=dispatches)
        for line, product in zip(lines, products, strict=True)
    ]
    effect = _finish(world, consignment, changes, dispatches=dispatches)
    return {line.product_id: _amounts(consignment, line.product_id) for line in lines}, effect


def _amounts(consignment: Consignment, product_id: str) -> dict[str, str]:
    line = consignment.lines.get(product_id)
    if line is None:  # pragma: no cover  only called for lines just written
        return {}
    if consignment.status in rules.RECEIVED_SETTABLE[consignment.type]:
        return {"received": five_places(line.received)}
    return {"count": five_places(line.count)}


def _dispatches(
    consignment: Consignment, lines: Sequence[LineInput], *, statuses: set[str]
) -> bool:
    return (
        consignment.type == rules.SUPPLIER
        and consignment.status in statuses
        and any(line.received is not None for line in lines)
    )


def _apply(
    world: World,
    consignment: Consignment,
    line: LineInput,
    *,
    product: Record | None,
    adds_up: bool = False,
    dispatches: bool = False,
) -> dict[str, Any]:
    """Write one line as the consignment's status allows; returns what changed."""
    kind, status = consignment.type, consignment.status
    row = consignment.lines.get(line.product_id) or _line_of(world, consignment, product)
    before, counted = (row.shown() if row.version else None), row.count
    if line.count is not None and status in rules.COUNT_SETTABLE[kind]:
        row.count = (row.count if adds_up else ZERO) + line.count
        follow_count(world, consignment, row, before=counted)
    if line.received is not None and (dispatches or status in rules.RECEIVED_SETTABLE[kind]):
        row.received = (row.received if adds_up else ZERO) + line.received
        row.received_is_set = True
    if line.cost is not None and status in rules.COST_SETTABLE[kind]:
        row.cost = line.cost
    row.updated_at = world.timestamp()
    consignment.lines.put(row)
    return _change(row, before)


def _change(row: Line, before: Mapping[str, Any] | None) -> dict[str, Any]:
    after = row.shown()
    change: dict[str, Any] = {"product_id": row.product_id, "sku": row.sku}
    for field in ("count", "received", "cost"):
        change[field] = [before[field] if before else None, after[field]]
    return change


def _finish(
    world: World,
    consignment: Consignment,
    changes: list[dict[str, Any]],
    *,
    dispatches: bool = False,
) -> Effect:
    before = consignment.status
    if dispatches:
        set_status(world, consignment, "DISPATCHED")
    elif world.switches.bump_on_line_change:
        set_status(world, consignment, before)
    effect: dict[str, Any] = {"lines": changes}
    if consignment.status != before:
        effect["changed"] = {"status": [before, consignment.status]}
    return Effect(consignment_id=consignment.id, changes=effect)


def _line_of(world: World, consignment: Consignment, product: Record | None) -> Line:
    if product is None:  # pragma: no cover  set_line refuses unknown lines first
        raise AssertionError("a line cannot be made without its product")
    return new_line(world, consignment, product)


def _orderable(world: World, product_id: str) -> Record:
    product = world.products.get(product_id)
    if product is None or product.deleted_at is not None:
        raise Refusal(422, f"product {product_id} does not exist")
    if product.value("is_composite"):
        raise Refusal(422, f"product {product_id} is a composite and cannot be ordered")
    return product


def _optional_decimal(body: Mapping[str, Any], field: str) -> Decimal | None:
    value = body.get(field)
    return None if value is None else read_decimal(value, field=field)
