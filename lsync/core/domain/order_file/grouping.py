"""Rows become orders. An order comes in whole or not at all."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.domain.order_file.fields import HEADER_COLUMNS, RowValues, read_row, read_text
from lsync.core.domain.order_file.rows import (
    DecimalMark,
    FileProblem,
    ParsedFile,
    Refusal,
    Row,
    UnreadableRowError,
    quoted,
)

MOST_PROBLEMS = 20
"""Problems listed per order; a file that is wrong throughout says so once, not 200,000 times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a row says, or why it cannot be read; ``place`` counts the rows of the file.

    Without an ``order_number`` it is a stray: a row of which it is not known whose it is.
    """

    place: int
    line: int
    element: int | None = None
    order_number: str | None
    values: RowValues | None = None
    fault: str | None = None


def read(row: Row, *, place: int, decimal: DecimalMark) -> Reading:
    """Return what a row says. Never raises: what is wrong with it is its ``fault``."""
    number = _number_of(row)
    values, fault = None, row.fault
    if fault is None:
        try:
            values = read_row(row.cells, line=row.line, decimal=decimal)
        except UnreadableRowError as error:
            fault = str(error)
    return Reading(
        place=place,
        line=row.line,
        element=row.element,
        order_number=number,
        values=None if number is None else values,
        fault=None if fault is None else row.told(fault),
    )


def _number_of(row: Row) -> str | None:
    raw = row.order_number if row.fault is not None else row.cells.get("order_number")
    try:
        return read_text(raw, column="order_number")
    except UnreadableRowError:
        return None


@dataclass(slots=True)
class _Problems:
    """The first problems of an order, and how many more there are."""

    listed: list[FileProblem] = field(default_factory=list)
    hidden: int = 0

    def add(self, problem: FileProblem) -> None:
        if len(self.listed) < MOST_PROBLEMS:
            self.listed.append(problem)
        else:
            self.hidden += 1

    def take_over(self, other: "_Problems") -> None:
        for problem in other.listed:
            self.add(problem)
        self.hidden += other.hidden

    def __bool__(self) -> bool:
        return bool(self.listed)


class Gathering:
    """The rows of one order. Its lines are kept only while nothing is wrong with them."""

    def __init__(self, number: str) -> None:
        """No row is known yet."""
        self.number = number
        self.first = self.last = 0
        self._lines: list[OrderLine] = []
        self._said: dict[str, object] = {}
        self._unreadable = _Problems()
        self._contradictions: dict[str, _Problems] = {}
        self._count = self._wrong = 0

    def add(self, reading: Reading) -> None:
        """Take the next row of this order in the sequence of the file."""
        self.first = self.first if self._count else reading.place
        self.last = reading.place
        self._count += 1
        if reading.values is None:
            self._unreadable.add(self._problem(str(reading.fault), reading))
            self._wrong += 1
        else:
            self._wrong += self._contradicts(reading, reading.values)
            self._lines.append(_line(reading.values, len(self._lines) + 1))
        if self._wrong:
            self._lines.clear()

    def finished(
        self, *, stray: Reading | None = None, alike: Iterable[str] = ()
    ) -> PurchaseOrder | Refusal:
        """Return the order, or everything that keeps it out.

        ``stray`` is a stray row among or beside its own, ``alike`` are numbers of other orders
        that differ from its own only in case.
        """
        problems = _Problems()
        problems.take_over(self._unreadable)
        if stray is not None:
            message = (
                "this row cannot be read and may belong to the order; put it right or remove it"
            )
            problems.add(self._problem(message, stray))
        for column in HEADER_COLUMNS:
            problems.take_over(self._contradictions.get(column, _Problems()))
        for other in alike:
            message = f"differs from {quoted(other)} only in upper and lower case; use one spelling"
            problems.add(FileProblem(message=message, order_number=self.number))
        return self._told(problems) if problems else self._order()

    def _contradicts(self, reading: Reading, values: RowValues) -> bool:
        """Whether the row says about the whole order what an earlier one said otherwise.

        What no earlier one said is kept.
        """
        found = False
        for column in HEADER_COLUMNS:
            value = getattr(values, column)
            if value is None:
                continue
            first = self._said.setdefault(column, value)
            if value != first:
                message = (
                    f"{column} is {quoted(value)} here and {quoted(first)} in an earlier row of "
                    "the same order"
                )
                problems = self._contradictions.setdefault(column, _Problems())
                problems.add(self._problem(message, reading))
                found = True
        return found

    def _problem(self, message: str, reading: Reading) -> FileProblem:
        return FileProblem(
            message=message,
            line=reading.line,
            element=reading.element,
            order_number=self.number,
        )

    def _told(self, problems: _Problems) -> Refusal:
        told = problems.listed
        if problems.hidden:
            more = f"and {problems.hidden} more problem{'s' if problems.hidden > 1 else ''}"
            told = [*told, FileProblem(message=more, order_number=self.number)]
        return Refusal(problems=tuple(told), rows=self._wrong)

    def _order(self) -> PurchaseOrder:
        said: dict[str, object] = {column: self._said.get(column) for column in HEADER_COLUMNS}
        return PurchaseOrder(order_number=self.number, lines=tuple(self._lines), **said)  # type: ignore[arg-type]  # each column's values are of its field's type


def _line(row: RowValues, place: int) -> OrderLine:
    return OrderLine(
        line_no=place,
        sku=row.sku,
        product_id=row.product_id,
        name=row.name,
        quantity=row.quantity,
        unit_cost=row.unit_cost,
    )


def stray_problems(strays: Iterable[Reading], *, count: int) -> Iterable[FileProblem]:
    """Yield what is wrong with the first strays of a file, and that there are more."""
    for shown, stray in enumerate(strays):
        if shown == MOST_PROBLEMS:
            yield FileProblem(
                message=f"and {count - shown} more rows without a readable order number"
            )
            return
        yield FileProblem(
            message=f"{stray.fault}; its order is unknown, so the orders around it stay out as "
            "well",
            line=stray.line,
            element=stray.element,
        )


def group_rows(rows: Iterable[Row], *, decimal: DecimalMark) -> ParsedFile:
    """Return the orders whose every row can be read, and the problems of the others.

    A row without a readable order number may belong to any order around it: those before,
    after and across it stay out too. For what is small: all rows are held.
    """
    gathered: dict[str, Gathering] = {}
    strays: list[Reading] = []
    for place, row in enumerate(rows):
        reading = read(row, place=place, decimal=decimal)
        if reading.order_number is None:
            strays.append(reading)
        else:
            number = reading.order_number
            gathered.setdefault(number, Gathering(number)).add(reading)
    return _parsed(list(gathered.values()), strays)


def _parsed(gathered: Sequence[Gathering], strays: Sequence[Reading]) -> ParsedFile:
    spellings: dict[str, list[str]] = {}
    for each in gathered:
        spellings.setdefault(each.number.casefold(), []).append(each.number)
    orders: list[PurchaseOrder] = []
    problems = list(stray_problems(strays, count=len(strays)))
    for each in gathered:
        alike = others(each.number, spellings[each.number.casefold()])
        found = each.finished(stray=_stray_among(each, strays), alike=alike)
        if isinstance(found, PurchaseOrder):
            orders.append(found)
        else:
            problems += found.problems
    return ParsedFile(orders=tuple(orders), problems=tuple(problems))


def others(number: str, spellings: Iterable[str]) -> Iterable[str]:
    """Yield the other ``spellings`` of a number that are to be named beside it.

    They come in the sequence of the file: the first is named with all others, they with the first.
    """
    first = None
    for each in spellings:
        if first is None:
            first = each
            if each != number:
                yield each
                return
        else:
            yield each


def _stray_among(order: Gathering, strays: Sequence[Reading]) -> Reading | None:
    nearest = bisect_left(strays, order.first - 1, key=lambda stray: stray.place)
    if nearest < len(strays) and strays[nearest].place <= order.last + 1:
        return strays[nearest]
    return None
