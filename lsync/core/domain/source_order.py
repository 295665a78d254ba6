"""Orders of a back office's own tables: what a row says, and whether it says something new. Pure.

How rows are read from a database is the store's business.
"""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from lsync.core.domain.catalogue import key
from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.domain.order_file.grouping import group_rows
from lsync.core.domain.order_file.rows import DecimalMark, Row

NO_DAY = ("", "0000-00-00")
"""How an empty day is written by databases that have no better word for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDocument:
    """One order as its rows say it: the text of each cell, by lsync's name of the field.

    ``key`` names its row in the order table. ``linked`` is the consignment that its row names.
    """

    key: str
    number: str
    cancelled: bool
    header: Mapping[str, str | None]
    lines: Sequence[Mapping[str, str | None]] = ()
    linked: str | None = None

    @property
    def digest(self) -> str:
        """The same for the same document; ``linked`` is lsync's own and does not count."""
        parts = (self.number, self.cancelled, sorted(self.header.items()))
        lines = [sorted(line.items()) for line in self.lines]
        text = repr((parts, lines))
        return sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocument:
    """The order of a document, or everything that keeps it out."""

    order: PurchaseOrder | None
    faults: tuple[str, ...] = ()


def cell(value: Any, *, day: bool = False) -> str | None:
    """Return the text of a database's value, as an order file would hold it."""
    if value is None:
        return None
    text = _text(value)
    if not day:
        return text
    text = text.strip()[:10]
    return None if text in NO_DAY else text


def _text(value: Any) -> str:
    match value:
        case bool():
            return str(int(value))
        case float() | Decimal():
            number = Decimal(repr(value)) if isinstance(value, float) else value
            return format(number, "f") if number.is_finite() else str(value)
        case bytes():
            return value.decode("utf-8", errors="surrogateescape")
        case date():
            return value.isoformat()
    return str(value)


def read_document(document: SourceDocument) -> ReadDocument:
    """Read a document by the rules of order files: whole, or every reason why not."""
    if not document.lines:
        fault = "it has no lines yet; it comes in as soon as it has"
        return ReadDocument(order=None, faults=(fault,))
    rows = [
        Row(line=place, cells={**document.header, **line, "order_number": document.number})
        for place, line in enumerate(document.lines, start=1)
    ]
    parsed = group_rows(rows, decimal=DecimalMark.POINT)
    if parsed.orders:
        return ReadDocument(order=parsed.orders[0])
    told = [
        f"row {problem.line}: {problem.message}" if problem.line else problem.message
        for problem in parsed.problems
    ]
    return ReadDocument(order=None, faults=_shortened(told))


def _shortened(told: Sequence[str]) -> tuple[str, ...]:
    """Say once what every row says: a fault of the header would be repeated for each line."""
    by_message: dict[str, list[str]] = {}
    for each in told:
        place, _, message = each.partition(": ")
        by_message.setdefault(message or place, []).append(each)
    return tuple(same[0] if len(same) == 1 else said for said, same in by_message.items())


def renumbered(old: PurchaseOrder, new: PurchaseOrder) -> PurchaseOrder:
    """Return ``new`` with the line numbers and received quantities that ``old`` gave its products.

    Receipts, counts and decisions name lines by their numbers, which therefore have to stay.
    """
    waiting: dict[str, deque[OrderLine]] = defaultdict(deque)
    for line in old.lines:
        waiting[_product(line)].append(line)
    number = max((line.line_no for line in old.lines), default=0)
    lines = []
    for line in new.lines:
        known = waiting[_product(line)]
        if known:
            before = known.popleft()
            lines.append(replace(line, line_no=before.line_no, received=before.received))
        else:
            number += 1
            lines.append(replace(line, line_no=number))
    return replace(new, lines=tuple(sorted(lines, key=lambda line: line.line_no)))


def _product(line: OrderLine) -> str:
    return line.product_id or f"sku:{key(line.label)}"
