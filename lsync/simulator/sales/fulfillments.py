"""Handing over what was sold: picking, packing, fulfilling. State and rules, no HTTP.

A fulfilment has a version of its own, counted from 1; a change must name the present one.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lsync.simulator import shape
from lsync.simulator.entities import Sale
from lsync.simulator.refusal import Refusal, not_found
from lsync.simulator.sales.handover import Fulfillment, Progress, Step
from lsync.simulator.sales.states import put_sale, sale_with
from lsync.simulator.wire import ZERO, timestamp
from lsync.simulator.world import World


def plan_fulfillments(world: World, sale: Sale) -> None:
    """Open one fulfilment for each way in which lines of a pending sale leave the shop."""
    if sale.fields["state"] != "pending":
        return
    by_type: dict[str, list[Progress]] = {}
    for line in sale.fields["line_items"]:
        if line["fulfillment_method"]:
            by_type.setdefault(line["fulfillment_method"], []).append(
                Progress(
                    sale_line_item_id=line["id"],
                    product_id=line["product"]["id"],
                    quantity=Decimal(str(line["quantity"])),
                )
            )
    for kind, lines in by_type.items():
        _open(world, sale, kind, lines)


def _open(world: World, sale: Sale, kind: str, lines: list[Progress]) -> None:
    now = timestamp(world.clock.now())
    fulfillment = Fulfillment(
        id=str(world.next_version()),
        sale_id=sale.id,
        outlet_id=sale.fields["source"]["outlet_id"],
        type=kind,
        user_id=sale.fields["source"]["author"]["id"],
        lines=lines,
        created_at=now,
        updated_at=now,
    )
    for line in lines:
        fulfillment.note_event(line, "CREATED", now, quantity=line.quantity)
    world.fulfillments[fulfillment.id] = fulfillment


def fulfillment_with(world: World, key: str) -> Fulfillment:
    """The fulfilment of that id; refuses with 404."""
    found = world.fulfillments.get(key)
    if found is None:
        raise not_found("fulfillment", key)
    return found


def advance(world: World, fulfillment: Fulfillment, step: Step, body: Mapping[str, Any]) -> None:
    """Set how much of some lines was picked, packed or fulfilled; 409 on an old version."""
    given = shape.read_fields(
        body,
        {"version": shape.number, "line_items": shape.objects},
        required=("version", "line_items"),
    )
    if given["version"] != fulfillment.version:
        raise Refusal(409, f"the fulfillment is at version {fulfillment.version}")
    amounts = [_amount(fulfillment, item) for item in given["line_items"]]
    _set(world, fulfillment, step, amounts)


def fulfill_sale(world: World, sale_id: str) -> list[Fulfillment]:
    """Hand over everything of a sale and close it; doing it again changes nothing."""
    sale = sale_with(world, sale_id)
    found = [row for row in world.fulfillments.values() if row.sale_id == sale.id]
    if not found:
        raise Refusal(409, "the sale has nothing to fulfill")
    for fulfillment in found:
        if fulfillment.state != "FULFILLED":
            amounts = [(line, line.quantity) for line in fulfillment.lines]
            _set(world, fulfillment, "fulfilled", amounts)
    return found


def _amount(fulfillment: Fulfillment, item: Mapping[str, Any]) -> tuple[Progress, Decimal]:
    given = shape.read_fields(
        item,
        {"sale_line_item_id": shape.required_text, "quantity": shape.number},
        required=("sale_line_item_id", "quantity"),
    )
    amount = Decimal(str(given["quantity"]))
    for line in fulfillment.lines:
        if line.sale_line_item_id == given["sale_line_item_id"]:
            if not ZERO <= amount <= line.quantity:
                raise Refusal(400, f"quantity must lie within 0 and {line.quantity}")
            return line, amount
    raise Refusal(400, f"no line {given['sale_line_item_id']} in this fulfillment")


def _set(
    world: World,
    fulfillment: Fulfillment,
    step: Step,
    amounts: Sequence[tuple[Progress, Decimal]],
) -> None:
    now = timestamp(world.clock.now())
    for line, amount in amounts:
        change = amount - getattr(line, step)
        setattr(line, step, amount)
        fulfillment.note_event(line, step.upper(), now, **{step: change})
    fulfillment.version += 1
    fulfillment.updated_at = now
    if fulfillment.state == "FULFILLED":
        _close_sale(world, fulfillment.sale_id)


def _close_sale(world: World, sale_id: str) -> None:
    rows = [row for row in world.fulfillments.values() if row.sale_id == sale_id]
    sale = sale_with(world, sale_id)
    if sale.fields["state"] == "pending" and all(row.state == "FULFILLED" for row in rows):
        sale.fields = {**sale.fields, "state": "closed", "updated_at": world.timestamp()}
        put_sale(world, sale, before="pending")
