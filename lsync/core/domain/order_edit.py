"""Changing an order by hand, as words that are read by the rules of order files. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.domain.order_file.fields import (
    HEADER_COLUMNS,
    read_day,
    read_number,
    read_text,
)
from lsync.core.domain.order_file.rows import DecimalMark, UnreadableRowError
from lsync.core.domain.sanitise import visible

REQUIRED = ("supplier", "outlet")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEdit:
    """What becomes of one line. ``name`` is its SKU or product id, or ``#4`` for line 4.

    A SKU that the order does not have is added; that needs a quantity. ``unit_cost`` may be
    empty, which takes the cost away; ``None`` leaves quantity or cost as they are.
    """

    name: str
    quantity: str | None = None
    unit_cost: str | None = None
    remove: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEdit:
    """Fields of the order by name (an empty one is taken away), then its lines, in turn."""

    header: Mapping[str, str] = field(default_factory=dict)
    lines: Sequence[LineEdit] = ()


class EditRefusedError(ValueError):
    """The edit cannot be made; nothing was changed. ``faults`` are all of its reasons."""

    def __init__(self, faults: Sequence[str]) -> None:
        """Keep every reason, so that all can be corrected at once."""
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


def edited(order: PurchaseOrder, edit: OrderEdit) -> PurchaseOrder:
    """Return the order as it would be after the edit.

    Raises:
        EditRefusedError: something in it cannot be read, or a line it names is not there.
    """
    faults: list[str] = []
    changes: dict[str, Any] = {}
    for name, text in edit.header.items():
        try:
            changes[name] = _field(name, text)
        except UnreadableRowError as error:
            faults.append(str(error))
    lines = list(order.lines)
    for each in edit.lines:
        try:
            lines = _changed(lines, each)
        except UnreadableRowError as error:
            faults.append(str(error))
    if faults:
        raise EditRefusedError(faults)
    return replace(order, lines=tuple(lines), **changes)


def _field(name: str, text: str) -> object:
    if name not in HEADER_COLUMNS:
        raise UnreadableRowError(f"an order has no field {visible(name)}")
    value = read_text(text, column=name)
    if value is None and name in REQUIRED:
        raise UnreadableRowError(f"{name} may not be empty")
    return read_day(value, column=name) if value and name == "due_date" else value


def _changed(lines: list[OrderLine], edit: LineEdit) -> list[OrderLine]:
    found = [line for line in lines if _is_meant(line, edit.name)]
    if len(found) > 1:
        places = " or ".join(f"#{line.line_no}" for line in found)
        raise UnreadableRowError(f"{visible(edit.name)} is in several lines; say {places}")
    if edit.remove:
        if not found:
            raise UnreadableRowError(f"there is no line {visible(edit.name)} to take out")
        return [line for line in lines if line is not found[0]]
    if found:
        return [_with_numbers(line, edit) if line is found[0] else line for line in lines]
    return [*lines, _new(lines, edit)]


def _is_meant(line: OrderLine, name: str) -> bool:
    if name.startswith("#"):
        return name[1:] == str(line.line_no)
    return name.casefold() in {text.casefold() for text in (line.sku, line.product_id) if text}


def _new(lines: Sequence[OrderLine], edit: LineEdit) -> OrderLine:
    if edit.name.startswith("#"):
        raise UnreadableRowError(f"there is no line {visible(edit.name)}")
    if edit.quantity is None:
        raise UnreadableRowError(
            f"{visible(edit.name)} is not in the order; a new line needs a quantity"
        )
    number = max((line.line_no for line in lines), default=0) + 1
    sku = read_text(edit.name, column="sku")
    quantity = _number(edit.quantity, column="quantity")
    return _with_numbers(OrderLine(line_no=number, sku=sku, quantity=quantity), edit)


def _with_numbers(line: OrderLine, edit: LineEdit) -> OrderLine:
    if edit.quantity is not None:
        line = replace(line, quantity=_number(edit.quantity, column="quantity"))
    if edit.unit_cost is not None:
        text = edit.unit_cost.strip()
        line = replace(line, unit_cost=_number(text, column="unit_cost") if text else None)
    return line


def _number(text: str, *, column: str) -> Decimal:
    number = read_number(text.strip(), column=column, decimal=DecimalMark.POINT)
    if number < 0:
        raise UnreadableRowError(f"{column} is negative ({visible(text)})")
    return number
