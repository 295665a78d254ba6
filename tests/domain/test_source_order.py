"""What the rows of a back office's own tables say."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.domain.source_order import SourceDocument, cell, read_document, renumbered

CELLS = st.none() | st.integers() | st.floats() | st.decimals() | st.text() | st.binary()


def document(**changes: Any) -> SourceDocument:
    values: dict[str, Any] = {
        "key": "1",
        "number": "PO-1",
        "cancelled": False,
        "header": {"supplier": "A", "outlet": "B"},
        "lines": ({"sku": "S-1", "quantity": "2", "unit_cost": "1.50000"},),
        **changes,
    }
    return SourceDocument(**values)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (True, "1"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (Decimal("1E+3"), "1000"),
        (b"caf\xc3\xa9", "café"),
        (datetime(2026, 11, 23, 9), "2026-11-23T09:00:00"),  # noqa: DTZ001 - as a driver gives it
    ],
)
def test_a_value_becomes_the_text_of_a_file(value: Any, text: str | None) -> None:
    assert cell(value) == text


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (date(2026, 11, 23), "2026-11-23"),
        ("2026-11-23 09:00:00", "2026-11-23"),
        ("0000-00-00", None),
        ("", None),
    ],
)
def test_a_day_is_read_however_it_is_kept(value: Any, day: str | None) -> None:
    assert cell(value, day=True) == day


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=4), CELLS, CELLS)
def test_whatever_the_cells_hold_an_order_is_whole_or_explained(
    lines: list[tuple[object, object, object]], number: object, supplier: object
) -> None:
    names = ("sku", "quantity", "unit_cost")
    read = document(
        number=(cell(number) or "").strip(),
        header={"supplier": cell(supplier), "outlet": "B"},
        lines=[dict(zip(names, map(cell, line), strict=True)) for line in lines],
    )
    found = read_document(read)
    assert (found.order is None) is bool(found.faults)
    assert found.order is None or len(found.order.lines) == len(lines)
    assert len(read.digest) == 64


def test_a_fault_of_the_header_is_told_once() -> None:
    line = {"sku": "S-1", "quantity": "2", "unit_cost": "1"}
    found = read_document(document(header={"outlet": "B"}, lines=(line, line, line)))
    assert found.faults == ("supplier is missing",)


def test_only_what_the_back_office_says_counts_as_news() -> None:
    assert document().digest == document(key="2", linked="id").digest
    changed = ({"sku": "S-1", "quantity": "3", "unit_cost": "1.5"},)
    for other in (document(lines=changed), document(cancelled=True), document(number="PO-2")):
        assert other.digest != document().digest


def test_lines_keep_their_numbers_and_receipts_by_product() -> None:
    def order(*lines: OrderLine) -> PurchaseOrder:
        return PurchaseOrder(order_number="PO-1", supplier="A", outlet="B", lines=lines)

    def line(number: int, sku: str, received: int = 0) -> OrderLine:
        one = Decimal(1)
        return OrderLine(line_no=number, sku=sku, quantity=one, received=Decimal(received))

    old = order(line(1, "a", 1), line(2, "b", 2), line(4, "a", 3))
    new = renumbered(old, order(line(1, "c"), line(2, "A"), line(3, "b"), line(4, "a")))
    told = [(each.line_no, each.sku, int(each.received)) for each in new.lines]
    assert told == [(1, "A", 1), (2, "b", 2), (4, "a", 3), (5, "c", 0)]
