"""An order's lines as text to be edited, and the edited text as an order file."""

import json
from decimal import Decimal, InvalidOperation

from lsync.core.control.messages import LineMessage, OrderDetail
from lsync.core.domain.sanitise import visible
from lsync.tui.view.words import NOTHING, quantity

EDIT_WORDS = (
    "One line each: number, quantity, unit cost; what follows is for you to read. "
    "A line that is taken out leaves the order."
)


class UnreadableEditError(ValueError):
    """The text cannot be read as lines of the order; says which row and why."""


def editable(order: OrderDetail) -> str:
    """Return the lines as text: ``2  24  3.50  MUG-012  name``."""
    return "\n".join(_row(each) for each in order.lines) + "\n"


def _row(each: LineMessage) -> str:
    product = visible(each.sku or each.product_id or "")
    cost = NOTHING if each.unit_cost is None else quantity(each.unit_cost)
    name = visible(each.name or "")
    return (
        f"{each.line_no:>3}  {quantity(each.quantity):>8}  {cost:>10}  {product}  {name}".rstrip()
    )


def edited(order: OrderDetail, text: str) -> bytes:
    """Return the order with the edited lines as a JSON order file.

    Raises:
        UnreadableEditError: a row has no number of the order's, or an amount that is none.
    """
    known = {each.line_no: each for each in order.lines}
    rows = [_edited(row, known=known, order=order) for row in text.split("\n") if row.strip()]
    if not rows:
        raise UnreadableEditError("An order without lines cannot be sent. Hold it instead.")
    return json.dumps(rows).encode()


def _edited(row: str, *, known: dict[int, LineMessage], order: OrderDetail) -> dict[str, object]:
    words = row.split()
    if len(words) < 3 or not words[0].isdecimal() or int(words[0]) not in known:
        raise UnreadableEditError(
            f"“{visible(row.strip())[:40]}” does not begin with the number of a line, "
            "a quantity and a cost."
        )
    line = known[int(words[0])]
    cost = None if words[2] == NOTHING else _amount(words[2], what="cost")
    values = {
        "order_number": order.order_number,
        "supplier": order.supplier,
        "outlet": order.outlet,
        "sku": line.sku,
        "product_id": line.product_id,
        "name": line.name,
        "quantity": _amount(words[1], what="quantity"),
        "unit_cost": cost,
        "due_date": order.due_date.isoformat() if order.due_date else None,
        "supplier_invoice": order.supplier_invoice,
        "note": order.note,
    }
    return {name: value for name, value in values.items() if value is not None}


def _amount(word: str, *, what: str) -> str:
    try:
        amount = Decimal(word)
    except InvalidOperation:
        raise UnreadableEditError(
            f"“{visible(word)[:20]}” is no {what}: write 12 or 3.50."
        ) from None
    if not amount.is_finite():
        raise UnreadableEditError(f"“{visible(word)[:20]}” is no {what}.")
    return word
