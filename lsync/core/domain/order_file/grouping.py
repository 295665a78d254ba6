"""Rows become orders. An order comes in whole or not at all."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.domain.order_file.fields import HEADER_COLUMNS, RowValues, read_row, read_text
from lsync.core.domain.order_file.rows import (
    DecimalMark,
    FileProblem,
    FileProblemKind,
    ParsedFile,
    Row,
    UnreadableRowError,
    quoted,
)

T = TypeVar("T")

MOST_PROBLEMS = 20
"""Problems listed per order; a file that is wrong throughout says so once, not 200,000 times."""


@dataclass(slots=True, kw_only=True)
class _Gathering:
    """The rows of one order so far, and the places of the file it covers."""

    number: str
    first: int
    last: int
    rows: list[RowValues] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)
    hidden: int = 0

    def refuse(self, message: str, *, line: int | None) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(FileProblem(message=message, line=line, order_number=self.number))
        else:
            self.hidden += 1


def group_rows(rows: Sequence[Row], *, decimal: DecimalMark) -> ParsedFile:
    """Return the orders whose every row can be read, and the problems of the others.

    A row without a readable order number may belong to any order around it: those before,
    after and across it stay out too.
    """
    orders: dict[str, _Gathering] = {}
    strays: list[tuple[int, FileProblem]] = []
    for place, row in enumerate(rows):
        number = _number_of(row)
        if number is None:
            strays.append((place, _stray(row, decimal)))
            continue
        order = orders.setdefault(number, _Gathering(number=number, first=place, last=place))
        order.last = place
        _add(order, row, decimal=decimal)
    _keep_out_neighbours(orders.values(), strays)
    _refuse_contradictions(orders.values())
    _refuse_lookalikes(orders.values())
    return ParsedFile(
        orders=tuple(_order(order) for order in orders.values() if not order.problems),
        problems=(*_shortened(strays), *_problems(orders.values())),
    )


def _number_of(row: Row) -> str | None:
    raw = row.order_number if row.fault is not None else row.cells.get("order_number")
    try:
        return read_text(raw, column="order_number")
    except UnreadableRowError:
        return None


def _add(order: _Gathering, row: Row, *, decimal: DecimalMark) -> None:
    try:
        if row.fault is not None:
            raise UnreadableRowError(row.fault)  # noqa: TRY301 - both kinds end the same way
        order.rows.append(read_row(row.cells, line=row.line, decimal=decimal))
    except UnreadableRowError as error:
        order.refuse(row.told(str(error)), line=row.line)


def _stray(row: Row, decimal: DecimalMark) -> FileProblem:
    reason = row.fault
    if reason is None:
        try:
            read_row(row.cells, line=row.line, decimal=decimal)
        except UnreadableRowError as error:
            reason = str(error)
    told = row.told(str(reason))
    return FileProblem(
        message=f"{told}; its order is unknown, so the orders around it stay out as well",
        line=row.line,
    )


def _keep_out_neighbours(
    orders: Iterable[_Gathering], strays: Sequence[tuple[int, FileProblem]]
) -> None:
    places = [place for place, _ in strays]
    for order in orders:
        nearest = bisect_left(places, order.first - 1)
        if nearest < len(places) and places[nearest] <= order.last + 1:
            line = strays[nearest][1].line
            order.refuse(
                f"line {line} cannot be read and may belong to this order; put it right or "
                "remove it",
                line=line,
            )


def _refuse_contradictions(orders: Iterable[_Gathering]) -> None:
    for order in orders:
        for column in HEADER_COLUMNS:
            _refuse_contradiction(order, column)


def _refuse_contradiction(order: _Gathering, column: str) -> None:
    first: object = None
    for row in order.rows:
        value = getattr(row, column)
        if value is None or value == first:
            continue
        if first is None:
            first = value
            continue
        order.refuse(
            f"{column} is {quoted(value)} here and {quoted(first)} in an earlier row of the "
            "same order",
            line=row.line,
        )


def _refuse_lookalikes(orders: Iterable[_Gathering]) -> None:
    """Refuse numbers that differ only in case: a database may take them for the same order."""
    seen: dict[str, _Gathering] = {}
    for order in orders:
        other = seen.setdefault(order.number.casefold(), order)
        if other is not order:
            message = "differs from {} only in upper and lower case; use one spelling"
            order.refuse(message.format(quoted(other.number)), line=None)
            other.refuse(message.format(quoted(order.number)), line=None)


def _order(order: _Gathering) -> PurchaseOrder:
    first = order.rows[0]
    return PurchaseOrder(
        order_number=order.number,
        supplier=first.supplier,
        outlet=first.outlet,
        due_date=_first_said(row.due_date for row in order.rows),
        supplier_invoice=_first_said(row.supplier_invoice for row in order.rows),
        note=_first_said(row.note for row in order.rows),
        lines=tuple(_line(row, place) for place, row in enumerate(order.rows, start=1)),
    )


def _first_said(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


def _line(row: RowValues, place: int) -> OrderLine:
    return OrderLine(
        line_no=place,
        sku=row.sku,
        product_id=row.product_id,
        name=row.name,
        quantity=row.quantity,
        unit_cost=row.unit_cost,
    )


def _problems(orders: Iterable[_Gathering]) -> Iterable[FileProblem]:
    for order in orders:
        yield from order.problems
        if order.hidden:
            yield FileProblem(
                message=f"and {order.hidden} more rows that cannot be read",
                order_number=order.number,
            )


def _shortened(strays: Sequence[tuple[int, FileProblem]]) -> Iterable[FileProblem]:
    for _, problem in strays[:MOST_PROBLEMS]:
        yield problem
    if len(strays) > MOST_PROBLEMS:
        yield FileProblem(
            message=f"and {len(strays) - MOST_PROBLEMS} more rows without a readable order number",
            kind=FileProblemKind.ROW,
        )
