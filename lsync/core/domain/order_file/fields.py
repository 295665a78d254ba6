"""The columns of an order file, and how the text of one cell becomes a value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lsync.core.domain.order_file.rows import DecimalMark, UnreadableRowError, quoted

HEADER_COLUMNS = ("supplier", "outlet", "due_date", "supplier_invoice", "note")
"""Columns that describe the whole order and may not contradict each other between its rows."""

LINE_COLUMNS = ("sku", "product_id", "name", "quantity", "unit_cost")
COLUMNS = ("order_number", *HEADER_COLUMNS, *LINE_COLUMNS)
REQUIRED_COLUMNS = ("order_number", "supplier", "outlet", "quantity", "unit_cost")

LONGEST = {
    "order_number": 180,
    "supplier": 255,
    "outlet": 255,
    "sku": 190,
    "product_id": 64,
    "name": 512,
    "supplier_invoice": 255,
    "note": 4000,
}
"""Longest text per column in characters; the order number leaves room for ``order:`` and ``/2``."""

UNADDRESSABLE = (".", "..")
"""Order numbers that vanish from a URL's path, so that such an order could not be asked for."""

MOST_DIGITS = 13
MOST_PLACES = 5

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_CONTROL_IN_NOTE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?")
_EXPONENT = re.compile(r"[+-]?[0-9.]+[eE][+-]?[0-9]+")


class JsonNumber(str):
    """A number as JSON wrote it: always with a decimal point, whatever the file's setting."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowValues:
    """One row, read. Fields of the whole order are ``None`` where the row leaves them empty."""

    line: int
    order_number: str
    supplier: str
    outlet: str
    due_date: date | None
    supplier_invoice: str | None
    note: str | None
    sku: str | None
    product_id: str | None
    name: str | None
    quantity: Decimal
    unit_cost: Decimal


def read_row(cells: Mapping[str, object], *, line: int, decimal: DecimalMark) -> RowValues:
    """Return the row's values.

    Raises:
        UnreadableRowError: a field is missing or cannot be read; the text names all of them.
    """
    reader = _Reader(cells, decimal)
    values = RowValues(
        line=line,
        order_number=reader.order_number(),
        supplier=reader.required("supplier"),
        outlet=reader.required("outlet"),
        due_date=reader.day("due_date"),
        supplier_invoice=reader.text("supplier_invoice"),
        note=reader.text("note"),
        sku=reader.text("sku"),
        product_id=reader.text("product_id"),
        name=reader.text("name"),
        quantity=reader.number("quantity"),
        unit_cost=reader.cost("unit_cost"),
    )
    if values.sku is None and values.product_id is None and not reader.faults:
        reader.faults.append("sku is missing (a product_id would do as well)")
    if reader.faults:
        raise UnreadableRowError("; ".join(reader.faults))
    return values


class _Reader:
    """Reads cell after cell and collects what is wrong instead of stopping at the first."""

    def __init__(self, cells: Mapping[str, object], decimal: DecimalMark) -> None:
        self.cells = cells
        self.decimal = decimal
        self.faults: list[str] = []

    def text(self, column: str) -> str | None:
        try:
            return read_text(self.cells.get(column), column=column)
        except UnreadableRowError as error:
            self.faults.append(str(error))
            return None

    def required(self, column: str) -> str:
        before = len(self.faults)
        found = self.text(column)
        if found is None and len(self.faults) == before:
            self.faults.append(f"{column} is missing")
        return found or ""

    def order_number(self) -> str:
        number = self.required("order_number")
        if number in UNADDRESSABLE:
            self.faults.append(
                f"order_number may not be {quoted(number)}: an address cannot hold it"
            )
        return number

    def day(self, column: str) -> date | None:
        text = self.text(column)
        try:
            return None if text is None else read_day(text, column=column)
        except UnreadableRowError as error:
            self.faults.append(str(error))
            return None

    def number(self, column: str) -> Decimal:
        raw = self.cells.get(column)
        before = len(self.faults)
        text = self.required(column)
        if len(self.faults) > before:
            return Decimal(0)
        mark = DecimalMark.POINT if isinstance(raw, JsonNumber) else self.decimal
        try:
            return read_number(text, column=column, decimal=mark)
        except UnreadableRowError as error:
            self.faults.append(str(error))
            return Decimal(0)

    def cost(self, column: str) -> Decimal:
        cost = self.number(column)
        if cost < 0:
            self.faults.append(f"{column} is negative ({quoted(self.cells.get(column))})")
        return cost


def read_text(value: object, *, column: str, longest: int | None = None) -> str | None:
    """Return trimmed text, or ``None`` for an empty cell.

    Without ``longest`` it may have as many characters as a column of that name in an order file.

    Raises:
        UnreadableRowError: broken encoding, control characters, too long, or not a text.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        raise UnreadableRowError(f"{column} is neither a text nor a number")
    if _SURROGATE.search(value):
        raise UnreadableRowError(f"{column} is not valid UTF-8")
    text = value.strip()
    control = _CONTROL_IN_NOTE if column == "note" else _CONTROL
    if control.search(text):
        raise UnreadableRowError(f"{column} holds control characters or a line break")
    longest = longest or LONGEST.get(column, 64)
    if len(text) > longest:
        raise UnreadableRowError(
            f"{column} is too long: {len(text)} characters, at most {longest} are allowed"
        )
    return text or None


def read_day(text: str, *, column: str) -> date:
    """Return a calendar day written as ``2026-11-30``.

    Raises:
        UnreadableRowError: it is written otherwise or there is no such day.
    """
    try:
        if not re.fullmatch(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError  # noqa: TRY301 - one message for both ways of being wrong
        return date.fromisoformat(text)
    except ValueError:
        raise UnreadableRowError(
            f"{column} is not a date like 2026-11-30, of the years 1000 to 2999 ({quoted(text)})"
        ) from None


def read_number(text: str, *, column: str, decimal: DecimalMark) -> Decimal:
    """Return an exact decimal, trailing zeros beyond five places dropped.

    Raises:
        UnreadableRowError: not plain digits, or more of them than can be kept exactly.
    """
    if decimal is DecimalMark.COMMA:
        if "." in text:
            raise UnreadableRowError(
                f"{column} holds a point although the decimal mark is a comma ({quoted(text)})"
            )
        text = text.replace(",", ".")
    match = _PLAIN.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        raise UnreadableRowError(_why_no_number(text, column=column, decimal=decimal))
    whole, places = match[2].lstrip("0"), (match[3] or "").rstrip("0")
    if len(whole) > MOST_DIGITS:
        raise UnreadableRowError(
            f"{column} is too large: at most {MOST_DIGITS} digits before the decimal mark"
        )
    if len(places) > MOST_PLACES:
        raise UnreadableRowError(f"{column} has more than {MOST_PLACES} decimals ({quoted(text)})")
    number = Decimal(f"{match[1]}{whole or '0'}{'.' if places else ''}{places}")
    return number or Decimal(0)


def _why_no_number(text: str, *, column: str, decimal: DecimalMark) -> str:
    if _EXPONENT.fullmatch(text):
        return f"{column} is written with an exponent; write it out ({quoted(text)})"
    if decimal is DecimalMark.POINT and "," in text:
        return (
            f"{column} holds a comma; numbers need a decimal point and no thousands separators, "
            f"or import with --decimal comma ({quoted(text)})"
        )
    return f"{column} is not a number ({quoted(text)})"
