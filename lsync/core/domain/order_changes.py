"""What differs between the order that is known and the one that comes in, for people."""

from collections.abc import Iterator
from itertools import zip_longest

from lsync.core.domain.amount import plain
from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.domain.sanitise import visible

HEADER = ("supplier", "outlet", "due_date", "supplier_invoice", "note")
MOST = 100
"""Differences that are listed; the rest is counted."""


def order_changes(old: PurchaseOrder, new: PurchaseOrder) -> tuple[str, ...]:
    """Return one sentence per difference of the two documents; none if they say the same.

    States, received quantities and everything else lsync keeps about an order are left aside.
    """
    found = [*_header(old, new), *_lines(old, new)]
    if len(found) <= MOST:
        return tuple(found)
    return (*found[:MOST], f"and {len(found) - MOST} more differences")


def _header(old: PurchaseOrder, new: PurchaseOrder) -> Iterator[str]:
    for name in HEADER:
        before, after = getattr(old, name) or None, getattr(new, name) or None
        if before != after:
            yield f"{name}: {_text(before)} → {_text(after)}"


def _lines(old: PurchaseOrder, new: PurchaseOrder) -> Iterator[str]:
    for before, after in zip_longest(old.lines, new.lines):
        if before is None:
            yield f"line {after.line_no} added: {_summary(after)}"
        elif after is None:
            yield f"line {before.line_no} removed: {_summary(before)}"
        elif before.label != after.label:
            yield f"line {after.line_no}: {_summary(before)} → {_summary(after)}"
        else:
            yield from _line(before, after)


def _line(before: OrderLine, after: OrderLine) -> Iterator[str]:
    where = f"line {after.line_no} {visible(after.label)}"
    if before.quantity != after.quantity:
        yield f"{where}: quantity {plain(before.quantity)} → {plain(after.quantity)}"
    if before.unit_cost != after.unit_cost:
        yield f"{where}: unit_cost {_cost(before)} → {_cost(after)}"
    for name in ("sku", "product_id", "name"):
        old, new = getattr(before, name) or None, getattr(after, name) or None
        if old != new:
            yield f"{where}: {name} {_text(old)} → {_text(new)}"


def _summary(line: OrderLine) -> str:
    return f"{plain(line.quantity)} × {visible(line.label)} at {_cost(line)}"


def _cost(line: OrderLine) -> str:
    return "no cost" if line.unit_cost is None else plain(line.unit_cost)


def _text(value: object) -> str:
    return "nothing" if value is None else visible(str(value))
