"""The difference of two versions of an order, in words."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from lsync.core.domain.order import OrderLine, OrderState, PurchaseOrder
from lsync.core.domain.order_changes import order_changes


def line(line_no: int, **changes: object) -> OrderLine:
    values: dict[str, object] = {"sku": f"S{line_no}", "quantity": Decimal(2)}
    values["unit_cost"] = Decimal("1.50")
    return OrderLine(line_no=line_no, **{**values, **changes})  # type: ignore[arg-type]  # a line's own fields


ORDER = PurchaseOrder(order_number="PO-1", supplier="A", outlet="B", lines=(line(1), line(2)))


def test_the_same_document_has_no_differences() -> None:
    same = replace(
        ORDER,
        id=7,
        state=OrderState.APPROVED,
        note="",
        lines=(line(1, quantity=Decimal("2.00000"), received=Decimal(1)), line(2)),
    )
    assert order_changes(ORDER, same) == ()


def test_each_difference_is_one_sentence() -> None:
    new = replace(
        ORDER,
        supplier="C",
        due_date=date(2026, 12, 1),
        lines=(
            line(1, quantity=Decimal("3.50")),
            line(2, unit_cost=None, name="\x1b[2J"),
            line(3),
        ),
    )
    assert order_changes(ORDER, new) == (
        "supplier: A → C",
        "due_date: nothing → 2026-12-01",
        "line 1 S1: quantity 2 → 3.5",
        "line 2 S2: unit_cost 1.5 → no cost",
        "line 2 S2: name nothing → ␛[2J",
        "line 3 added: 2 × S3 at 1.5",
    )
    assert order_changes(new, ORDER)[-1] == "line 3 removed: 2 × S3 at 1.5"


def test_another_product_in_the_same_place_is_named() -> None:
    new = replace(ORDER, lines=(line(1, sku="X"), line(2)))
    assert order_changes(ORDER, new) == ("line 1: 2 × S1 at 1.5 → 2 × X at 1.5",)


def test_very_many_differences_are_counted() -> None:
    new = replace(ORDER, lines=tuple(line(number) for number in range(1, 500)))
    changes = order_changes(ORDER, new)
    assert len(changes) == 101
    assert changes[-1] == "and 397 more differences"
