"""Compares orders with the simulator's ledger, line by line. Pure.

The ledger is the judge: it holds every write that the simulator accepted, in order, whatever
lsync believes about it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lsync.core.control.messages import OrderDetail

ZERO = Decimal(0)


@dataclass(slots=True, kw_only=True)
class LedgerLine:
    """What the writes of the ledger add up to for one product."""

    count: Decimal = ZERO
    received: Decimal = ZERO
    cost: Decimal | None = None


@dataclass(slots=True, kw_only=True)
class LedgerConsignment:
    """A consignment as the ledger's writes made it; lines by SKU."""

    consignment_id: str
    reference: str | None
    status: str
    lines: dict[str, LedgerLine] = field(default_factory=lambda: defaultdict(LedgerLine))


def read_ledger(entries: Sequence[Mapping[str, Any]]) -> list[LedgerConsignment]:
    """Replay the ledger; deleted consignments are left out."""
    found: dict[str, LedgerConsignment] = {}
    for entry in entries:
        effect = entry["effect"]
        if "created" in effect:
            created = effect["created"]
            found[created["id"]] = LedgerConsignment(
                consignment_id=created["id"],
                reference=created["reference"],
                status=created["status"],
            )
        elif "deleted" in effect:
            found.pop(effect["deleted"]["id"], None)
        elif entry["consignment_id"] in found:
            _apply(found[entry["consignment_id"]], effect)
    return list(found.values())


def differences(
    orders: "Iterable[OrderDetail]", consignments: Sequence[LedgerConsignment]
) -> list[str]:
    """Every way in which orders and ledger disagree; empty when they are equal."""
    by_reference: dict[str, list[LedgerConsignment]] = defaultdict(list)
    for each in consignments:
        by_reference[each.reference or ""].append(each)
    told = [
        f"{order.order_number}: {difference}"
        for order in orders
        for difference in _of_order(order, by_reference.pop(order.order_number, []))
    ]
    strays = [
        f"{reference or 'no reference'}: a consignment without an order"
        for reference in by_reference
    ]
    return told + strays


def _apply(consignment: LedgerConsignment, effect: Mapping[str, Any]) -> None:
    for change in effect.get("lines", ()):
        if "removed" in change:
            consignment.lines.pop(change["removed"]["sku"], None)
            continue
        line = consignment.lines[change["sku"]]
        line.count, line.cost = Decimal(change["count"][1]), Decimal(change["cost"][1])
    for sku, amount in effect.get("received", {}).items():
        consignment.lines[sku].received = Decimal(amount)
    changed = effect.get("changed", {})
    consignment.status = changed.get("status", (None, consignment.status))[1]


def _of_order(order: "OrderDetail", consignments: Sequence[LedgerConsignment]) -> list[str]:
    if not order.consignment_ids:
        return [f"wrote {len(consignments)} consignments though its sync was stopped"] * bool(
            consignments
        )
    if len(consignments) != 1:
        return [f"has {len(consignments)} consignments instead of one"]
    return _lines_of(order, consignments[0])


def _lines_of(order: "OrderDetail", consignment: LedgerConsignment) -> list[str]:
    expected = {line.sku or line.product_id or "": line for line in order.lines}
    told = [f"{sku} is not ordered" for sku in consignment.lines.keys() - expected.keys()]
    for sku, line in expected.items():
        real = consignment.lines.get(sku)
        if real is None:
            told.append(f"{sku} is missing")
            continue
        if real.count != line.quantity:
            told.append(f"{sku}: {real.count} instead of {line.quantity}")
        if line.unit_cost is not None and real.cost != line.unit_cost:
            told.append(f"{sku}: cost {real.cost} instead of {line.unit_cost}")
        if real.received != line.received:
            told.append(f"{sku}: received {real.received}, lsync has {line.received}")
    return told
