"""Changing an order by hand."""

from datetime import date
from decimal import Decimal

import pytest

from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.domain.order_changes import order_changes
from lsync.core.domain.order_edit import EditRefusedError, LineEdit, OrderEdit, edited

ORDER = PurchaseOrder(
    order_number="PO-1",
    supplier="A",
    outlet="B",
    note="old",
    lines=(
        OrderLine(line_no=1, sku="S1", quantity=Decimal(2), unit_cost=Decimal(1)),
        OrderLine(line_no=2, product_id="p-2", quantity=Decimal(3), received=Decimal(1)),
        OrderLine(line_no=3, sku="TWICE", quantity=Decimal(1)),
        OrderLine(line_no=4, sku="twice", quantity=Decimal(1)),
    ),
)


def changes(*lines: LineEdit, **header: str) -> tuple[str, ...]:
    return order_changes(ORDER, edited(ORDER, OrderEdit(header=header, lines=lines)))


def test_fields_are_set_and_taken_away() -> None:
    new = edited(ORDER, OrderEdit(header={"due_date": "2026-12-01", "note": " "}))
    assert (new.due_date, new.note, new.supplier) == (date(2026, 12, 1), None, "A")


def test_a_line_is_named_by_sku_product_or_place() -> None:
    assert changes(LineEdit(name="s1", quantity="5")) == ("line 1 S1: quantity 2 → 5",)
    assert changes(LineEdit(name="p-2", quantity="4")) == ("line 2 p-2: quantity 3 → 4",)
    assert changes(LineEdit(name="#4", quantity="9")) == ("line 4 twice: quantity 1 → 9",)


def test_numbers_that_are_not_named_stay() -> None:
    new = edited(ORDER, OrderEdit(lines=[LineEdit(name="S1", unit_cost="2.5")]))
    assert (new.lines[0].quantity, new.lines[0].unit_cost) == (Decimal(2), Decimal("2.5"))
    bare = edited(ORDER, OrderEdit(lines=[LineEdit(name="S1", unit_cost="")]))
    assert bare.lines[0].unit_cost is None
    assert edited(ORDER, OrderEdit(lines=[LineEdit(name="p-2", quantity="9")])).lines[
        1
    ].received == Decimal(1)


def test_a_new_sku_is_added_behind_the_others_and_a_line_taken_out() -> None:
    assert changes(LineEdit(name="NEW", quantity="1", unit_cost="3")) == (
        "line 5 added: 1 × NEW at 3",
    )
    assert changes(LineEdit(name="S1", remove=True)) == ("line 1 removed: 2 × S1 at 1",)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (OrderEdit(header={"supplier": " "}), "supplier may not be empty"),
        (OrderEdit(header={"due_date": "tomorrow"}), "due_date is not a date"),
        (OrderEdit(header={"state": "approved"}), "no field state"),
        (OrderEdit(header={"note": "\x1b[2J"}), "control characters"),
        (OrderEdit(lines=[LineEdit(name="S1", quantity="many")]), "not a number"),
        (OrderEdit(lines=[LineEdit(name="S1", quantity="-1")]), "negative"),
        (OrderEdit(lines=[LineEdit(name="S1", unit_cost="1e3")]), "exponent"),
        (OrderEdit(lines=[LineEdit(name="TWICE", quantity="1")]), "say #3 or #4"),
        (OrderEdit(lines=[LineEdit(name="NEW", unit_cost="1")]), "needs a quantity"),
        (OrderEdit(lines=[LineEdit(name="#9", quantity="1")]), "no line #9"),
        (OrderEdit(lines=[LineEdit(name="NEW", remove=True)]), "no line NEW"),
    ],
)
def test_what_cannot_be_done_is_said(edit: OrderEdit, told: str) -> None:
    with pytest.raises(EditRefusedError, match=told):
        edited(ORDER, edit)


def test_all_faults_are_told_at_once() -> None:
    wrong = [LineEdit(name="S1", quantity="x"), LineEdit(name="#9", quantity="1")]
    with pytest.raises(EditRefusedError) as refused:
        edited(ORDER, OrderEdit(header={"outlet": ""}, lines=wrong))
    assert len(refused.value.faults) == 3
