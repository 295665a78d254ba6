"""Supplier invoices: which order line each line belongs to, and which difference is asked about."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from lsync.core.domain.amount import plain
from lsync.core.domain.catalogue import key
from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.domain.order_file.rows import DecimalMark
from lsync.core.domain.receipt import NOTHING
from lsync.core.domain.sanitise import visible
from lsync.core.domain.sheet import Cells, Fault, SheetRow

MOST_FAULTS = 20
"""Reasons listed per invoice."""
MOST_PLACES = 3
"""Rows named for each of them."""

COLUMNS = ("invoice_number", "supplier", "order_number", "sku", "quantity", "unit_cost")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """One line of an invoice; ``unit_cost`` is ex tax."""

    line: int
    order_number: str
    sku: str
    quantity: Decimal
    unit_cost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One invoice of a supplier."""

    number: str
    supplier: str
    day: date | None
    lines: tuple[InvoiceLine, ...]

    @property
    def digest(self) -> str:
        """A name for everything it says; the same invoice again has the same."""
        said = sorted(
            (it.order_number, key(it.sku), plain(it.quantity), plain(it.unit_cost))
            for it in self.lines
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableInvoice:
    """An invoice that stays out because rows of it cannot be read; ``why`` names the first."""

    number: str
    supplier: str
    why: str


class Verdict(StrEnum):
    """What a line of an invoice comes to."""

    EQUAL = "equal"
    WITHIN = "within"
    """It differs by no more than the limits."""
    DECISION = "decision"
    UNMATCHED = "unmatched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Above either of them a difference is asked about: money per line, and percent of the cost."""

    amount: Decimal = Decimal(50)
    percent: Decimal = Decimal(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedLine:
    """A line of an invoice beside its order line. ``message`` says what is unusual about it."""

    line: InvoiceLine
    verdict: Verdict
    order_line: OrderLine | None = None
    message: str = ""

    @property
    def difference(self) -> Decimal:
        """What the line costs more than ordered, in money; negative if less."""
        if self.order_line is None or self.order_line.unit_cost is None:
            return NOTHING
        return (self.line.unit_cost - self.order_line.unit_cost) * self.line.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReadRow:
    """A row whose invoice is known: its line, or its ``faults``."""

    row: SheetRow
    supplier: str
    number: str
    line: InvoiceLine | None
    day: date | None
    faults: tuple[str, ...]


def read_invoices(
    rows: Sequence[SheetRow], *, decimal: DecimalMark
) -> tuple[list[Invoice | UnreadableInvoice], list[Fault]]:
    """Return the invoices of a file, each whole or not at all.

    If it is not known of some row whose it is, it may be any invoice's: then there are none, but
    everything that is wrong with the file.
    """
    read = [_read(row, decimal=decimal) for row in rows]
    if any(not each.number or not each.supplier for each in read):
        return [], [each.row.wrong(fault) for each in read for fault in each.faults]
    gathered: dict[tuple[str, str], list[_ReadRow]] = {}
    for each in read:
        gathered.setdefault((key(each.supplier), each.number), []).append(each)
    return [_invoice(together) for together in gathered.values()], []


def _read(row: SheetRow, *, decimal: DecimalMark) -> _ReadRow:
    if row.fault is not None:
        return _ReadRow(row=row, supplier="", number="", line=None, day=None, faults=(row.fault,))
    cells = Cells(row, decimal)
    supplier, number = cells.required("supplier"), cells.required("invoice_number")
    order_number, sku = cells.required("order_number"), cells.required("sku")
    quantity, unit_cost = cells.number("quantity"), cells.number("unit_cost")
    day = cells.day("invoice_date")
    if quantity is not None and quantity <= 0:
        cells.faults.append("quantity has to be above zero")
    if unit_cost is not None and unit_cost < 0:
        cells.faults.append("unit_cost may not be below zero")
    line = None
    if quantity is not None and unit_cost is not None and not cells.faults:
        line = InvoiceLine(
            line=row.line,
            order_number=order_number,
            sku=sku,
            quantity=quantity,
            unit_cost=unit_cost,
        )
    return _ReadRow(
        row=row,
        supplier=supplier,
        number=number,
        line=line,
        day=day,
        faults=tuple(cells.faults),
    )


def _invoice(together: Sequence[_ReadRow]) -> Invoice | UnreadableInvoice:
    first = together[0]
    lines = tuple(each.line for each in together if each.line is not None)
    if len(lines) < len(together):
        return UnreadableInvoice(number=first.number, supplier=first.supplier, why=_why(together))
    return Invoice(
        number=first.number,
        supplier=first.supplier,
        day=next((each.day for each in together if each.day), None),
        lines=lines,
    )


def _why(together: Sequence[_ReadRow]) -> str:
    """Name each fault once, with the first rows that have it."""
    places: dict[str, list[str]] = {}
    for each in together:
        for fault in each.faults:
            places.setdefault(fault, []).append(each.row.place)
    return each_once(f"{_some(rows)}: {fault}" for fault, rows in places.items())


def _some(places: Sequence[str]) -> str:
    more = len(places) - MOST_PLACES
    return ", ".join(places[:MOST_PLACES]) + (f" and {more} more" if more > 0 else "")


def each_once(reasons: Iterable[str]) -> str:
    """Return why an invoice stays out as one text, however often a reason is given."""
    told = list(dict.fromkeys(reasons))
    more = [f"and {len(told) - MOST_FAULTS} more"] if len(told) > MOST_FAULTS else []
    return "; ".join([*told[:MOST_FAULTS], *more])


def match_invoice(
    invoice: Invoice,
    orders: Mapping[str, PurchaseOrder],
    *,
    limits: Limits,
    same_supplier: Callable[[str, str], bool],
    invoiced: Mapping[tuple[str, int], Decimal],
) -> tuple[MatchedLine, ...]:
    """Judge every line. ``same_supplier`` compares two supplier words.

    ``invoiced`` are the quantities of earlier invoices by order number and line.
    """
    sums = dict(invoiced)
    found = []
    for line in invoice.lines:
        order = orders.get(line.order_number)
        matched = _match(line, order, invoice, limits=limits, same_supplier=same_supplier)
        if matched.order_line is not None:
            place = (line.order_number, matched.order_line.line_no)
            sums[place] = sums.get(place, NOTHING) + line.quantity
            matched = _with_quantity(matched, sums[place])
        found.append(matched)
    return tuple(found)


def _match(
    line: InvoiceLine,
    order: PurchaseOrder | None,
    invoice: Invoice,
    *,
    limits: Limits,
    same_supplier: Callable[[str, str], bool],
) -> MatchedLine:
    def unmatched(why: str) -> MatchedLine:
        return MatchedLine(line=line, verdict=Verdict.UNMATCHED, message=why)

    if order is None:
        return unmatched(f"there is no order {visible(line.order_number)}")
    if not same_supplier(order.supplier, invoice.supplier):
        return unmatched(f"order {order.order_number} is of {visible(order.supplier)}")
    wanted = [
        it for it in order.lines if key(it.sku or "") == key(line.sku) or it.product_id == line.sku
    ]
    if len(wanted) != 1:
        several = "several lines" if wanted else "no line"
        return unmatched(f"order {order.order_number} has {several} with {visible(line.sku)}")
    return MatchedLine(line=line, order_line=wanted[0], verdict=_judge(line, wanted[0], limits))


def _judge(line: InvoiceLine, ordered: OrderLine, limits: Limits) -> Verdict:
    if line.unit_cost == ordered.unit_cost:
        return Verdict.EQUAL
    if not ordered.unit_cost:
        return Verdict.DECISION
    difference = abs(line.unit_cost - ordered.unit_cost)
    over_amount = difference * line.quantity > limits.amount
    over_percent = difference * 100 > limits.percent * ordered.unit_cost
    return Verdict.DECISION if over_amount or over_percent else Verdict.WITHIN


def _with_quantity(matched: MatchedLine, invoiced: Decimal) -> MatchedLine:
    """Remark on more goods invoiced than were ordered and received."""
    ordered = matched.order_line
    if ordered is None or invoiced <= max(ordered.quantity, ordered.received):
        return matched
    return MatchedLine(
        line=matched.line,
        order_line=ordered,
        verdict=matched.verdict,
        message=(
            f"{plain(invoiced)} invoiced, {plain(ordered.quantity)} ordered, "
            f"{plain(ordered.received)} received"
        ),
    )


def question_of(invoice: Invoice, matched: MatchedLine) -> str:
    """Return a cost difference as a sentence."""
    ordered, line = matched.order_line, matched.line
    before = "no cost" if ordered is None or ordered.unit_cost is None else plain(ordered.unit_cost)
    money = plain(matched.difference.quantize(Decimal("0.01")))
    return (
        f"{visible(line.sku)}: invoice {visible(invoice.number)} charges {plain(line.unit_cost)}, "
        f"ordered at {before}; {money} on {plain(line.quantity)} pieces"
    )
