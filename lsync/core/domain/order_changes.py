"""What differs between the order that is known and the one that comes in, for people."""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence

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
    """Compare product by product: rows in another order are the same document."""
    pairs = _paired(old.lines, new.lines)
    for after in new.lines:
        before = pairs.get(after.line_no)
        if before is None:
            yield f"line {after.line_no} added: {_summary(after)}"
        elif before.label != after.label:
            yield f"line {after.line_no}: {_summary(before)} → {_summary(after)}"
        else:
            yield from _line(before, after)
    kept = {before.line_no for before in pairs.values()}
    for before in old.lines:
        if before.line_no not in kept:
            yield f"line {before.line_no} removed: {_summary(before)}"


def _paired(old: Sequence[OrderLine], new: Sequence[OrderLine]) -> dict[int, OrderLine]:
    """Return, by number of the new line, the old line it stands for.

    A product that comes twice goes with its equal first. What is left on both sides at the same
    place counts as exchanged.
    """
    pairs: dict[int, OrderLine] = {}
    for alike in (_document, _product, _place):
        taken = {before.line_no for before in pairs.values()}
        waiting: dict[object, deque[OrderLine]] = defaultdict(deque)
        for before in old:
            if before.line_no not in taken:
                waiting[alike(before)].append(before)
        for after in new:
            if after.line_no not in pairs and waiting[alike(after)]:
                pairs[after.line_no] = waiting[alike(after)].popleft()
    return pairs


def _document(line: OrderLine) -> object:
    texts = (line.sku, line.product_id, line.name)
    return (*(text or None for text in texts), line.quantity, line.unit_cost)


def _product(line: OrderLine) -> object:
    return line.label


def _place(line: OrderLine) -> object:
    return line.line_no


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
