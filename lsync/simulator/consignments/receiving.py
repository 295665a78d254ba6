"""Receiving goods in the shop: in full, short, in two parts, or not finished yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lsync.simulator.consignments import rules
from lsync.simulator.consignments.writing import set_status
from lsync.simulator.entities import Consignment, Line
from lsync.simulator.ledger import Effect
from lsync.simulator.refusal import Refusal
from lsync.simulator.table import Table
from lsync.simulator.wire import ZERO, five_places, read_decimal
from lsync.simulator.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiving:
    """How goods are received.

    `amounts` maps product ids or SKUs to what came; None means everything came as ordered, and a
    line that is not named came with nothing. `create_new_order` splits the rest off into a second
    SENT order with the reference `new_reference` (the parent's when None). With `finish` false the
    order stays DISPATCHED with the amounts entered so far.
    """

    amounts: Mapping[str, Decimal] | None = None
    create_new_order: bool = False
    new_reference: str | None = None
    finish: bool = True


def read_receiving(body: Mapping[str, Any]) -> Receiving:
    """A receipt from its JSON: `{lines: {product or SKU: amount}, create_new_order, finish}`."""
    lines = body.get("lines")
    if lines is not None and not isinstance(lines, Mapping):
        raise Refusal(422, "lines must map product ids or SKUs to received amounts")
    return Receiving(
        amounts=None
        if lines is None
        else {
            str(product): read_decimal(amount, field=f"lines.{product}")
            for product, amount in lines.items()
        },
        create_new_order=bool(body.get("create_new_order", False)),
        new_reference=body.get("new_reference"),
        finish=bool(body.get("finish", True)),
    )


def receive(world: World, consignment: Consignment, body: Mapping[str, Any]) -> Effect:
    """Receive goods as the body says; an empty one means everything as ordered."""
    return receive_goods(world, consignment, read_receiving(body))


def receive_goods(world: World, consignment: Consignment, receiving: Receiving) -> Effect:
    """Receive a SENT or DISPATCHED order; refuses with 422 what the till would not offer."""
    if consignment.status not in {"SENT", "DISPATCHED"}:
        raise Refusal(422, f"a consignment with status {consignment.status} cannot be received")
    amounts = _amounts_by_line(consignment, receiving.amounts)
    if receiving.finish and not any(amount > ZERO for amount in amounts.values()):
        raise Refusal(422, "at least one product needs a received quantity above zero")
    before = consignment.status
    for line in list(consignment.lines):
        _enter_received(world, consignment, line, amounts[line.product_id])
    if consignment.type == rules.SUPPLIER:
        set_status(world, consignment, "DISPATCHED")
    changes: dict[str, Any] = {
        "received": {line.sku: five_places(line.received) for line in consignment.lines},
    }
    if receiving.finish:
        changes.update(_finish(world, consignment, receiving))
    changes["changed"] = {"status": [before, consignment.status]}
    return Effect(consignment_id=consignment.id, changes=changes)


def _finish(world: World, consignment: Consignment, receiving: Receiving) -> dict[str, Any]:
    set_status(world, consignment, "RECEIVED")
    if not receiving.create_new_order:
        return {}
    rest = [line for line in consignment.lines if line.count > line.received]
    if not rest:
        return {}
    second = _split_off(world, consignment, rest, receiving.new_reference)
    return {"new_consignment_id": second.id}


def _amounts_by_line(
    consignment: Consignment, amounts: Mapping[str, Decimal] | None
) -> dict[str, Decimal]:
    if amounts is None:
        return {line.product_id: line.count for line in consignment.lines}
    by_product = {line.product_id: ZERO for line in consignment.lines}
    by_sku = {line.sku: line.product_id for line in consignment.lines}
    for named, amount in amounts.items():
        product_id = by_sku.get(named, named)
        if product_id not in by_product:
            raise Refusal(422, f"{named} is not on the consignment")
        by_product[product_id] = amount
    return by_product


def _enter_received(world: World, consignment: Consignment, line: Line, amount: Decimal) -> None:
    line.received = amount
    line.received_is_set = True
    line.updated_at = world.timestamp()
    consignment.lines.put(line)


def _split_off(
    world: World, parent: Consignment, rest: list[Line], reference: str | None
) -> Consignment:
    now = world.timestamp()
    second = Consignment(
        id=world.ids.new("consignment"),
        type=parent.type,
        status="SENT",
        name=parent.name,
        outlet_id=parent.outlet_id,
        supplier_id=parent.supplier_id,
        source_outlet_id=parent.source_outlet_id,
        reference=parent.reference if reference is None else reference,
        due_at=parent.due_at,
        split_from=parent.split_from or parent.id,
        consignment_date=now,
        created_at=now,
        updated_at=now,
        lines=Table(next_version=world.next_version),
    )
    for line in rest:
        second.lines.put(
            Line(
                id=world.ids.new("line"),
                product_id=line.product_id,
                sku=line.sku,
                count=line.count - line.received,
                underway=ZERO if line.taken_from is None else line.count - line.received,
                taken_from=line.taken_from,
                cost=line.cost,
                created_at=now,
                updated_at=now,
            )
        )
    world.consignments.put(second)
    return second
