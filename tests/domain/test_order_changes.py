"""The difference of two versions of an order, in words."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

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


def test_the_same_lines_in_another_order_are_no_difference() -> None:
    new = replace(ORDER, lines=(line(1, sku="S2"), line(2, sku="S1")))
    assert order_changes(ORDER, new) == ()


def test_a_line_put_in_front_is_the_only_difference() -> None:
    new = replace(ORDER, lines=(line(1, sku="X"), line(2, sku="S1"), line(3, sku="S2")))
    assert order_changes(ORDER, new) == ("line 1 added: 2 × X at 1.5",)
    assert order_changes(new, ORDER) == ("line 1 removed: 2 × X at 1.5",)


def test_a_product_that_comes_twice_goes_with_its_equal_first() -> None:
    twice = replace(
        ORDER,
        lines=(line(1, sku="A"), line(2, sku="A", quantity=Decimal(3))),
    )
    turned = replace(
        ORDER,
        lines=(line(1, sku="A", quantity=Decimal("3.0")), line(2, sku="A")),
    )
    assert order_changes(twice, turned) == ()
    grown = replace(turned, lines=(turned.lines[0], line(2, sku="A", quantity=Decimal(4))))
    assert order_changes(twice, grown) == ("line 2 A: quantity 2 → 4",)
    thrice = replace(twice, lines=(*twice.lines, line(3, sku="A")))
    assert order_changes(twice, thrice) == ("line 3 added: 2 × A at 1.5",)


@given(st.permutations(range(1, 7)), st.lists(st.integers(1, 3), min_size=6, max_size=6))
def test_no_shuffle_of_the_rows_is_a_difference(places: list[int], products: list[int]) -> None:
    lines = [line(place, sku=f"S{product}") for place, product in enumerate(products, 1)]
    shuffled = [replace(lines[place - 1], line_no=at) for at, place in enumerate(places, 1)]
    old, new = replace(ORDER, lines=tuple(lines)), replace(ORDER, lines=tuple(shuffled))
    assert order_changes(old, new) == ()


def test_very_many_differences_are_counted() -> None:
    new = replace(ORDER, lines=tuple(line(number) for number in range(1, 500)))
    changes = order_changes(ORDER, new)
    assert len(changes) == 101
    assert changes[-1] == "and 397 more differences"
