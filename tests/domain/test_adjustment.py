"""What is wrong with an adjustment, and which waits for a person."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lsync.core.domain.adjustment import (
    Adjustment,
    StockLimits,
    distinct,
    faults_of,
    over_limits,
    question_of,
    read_adjustments,
    says_the_same,
)
from lsync.core.domain.catalogue import Product
from lsync.core.domain.order_file.rows import DecimalMark
from lsync.core.domain.sheet import read_sheet

D = Decimal
BROKEN = Adjustment(name="A-1", outlet="Main", sku="T1", quantity=D(-3), reason="DAMAGE")
TEA = Product(id="p-1", name="Tea", sku="T1", supply_price=D(10))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"quantity": D(0)}, "other than zero"),
        ({"quantity": D("NaN")}, "other than zero"),
        ({"quantity": D("-1.000001")}, "more than 5 decimals"),
        ({"quantity": D(3)}, "lowers the stock"),
        ({"quantity": D(-3), "reason": "stock_found"}, "raises the stock"),
        ({"reason": " "}, "reason is missing"),
        ({"outlet": ""}, "outlet is missing"),
        ({"sku": None}, "SKU or product id is missing"),
    ],
)
def test_an_impossible_adjustment_is_refused(changes: dict[str, object], why: str) -> None:
    assert faults_of(BROKEN) == []
    assert any(why in fault for fault in faults_of(replace(BROKEN, **changes)))  # type: ignore[arg-type]  # its own fields


def test_a_reason_of_the_shops_own_goes_either_way() -> None:
    for quantity in (D(3), D(-3)):
        assert faults_of(replace(BROKEN, reason="Display", quantity=quantity)) == []


@pytest.mark.parametrize(
    ("quantity", "price", "asked"),
    [("-50", "10", False), ("-51", "10", True), ("100", None, False), ("100.5", None, True)],
)
def test_units_and_value_have_limits(quantity: str, price: str | None, *, asked: bool) -> None:
    adjustment = replace(BROKEN, quantity=D(quantity))
    product = replace(TEA, supply_price=None if price is None else D(price))
    why = over_limits(adjustment, product, limits=StockLimits())
    assert (why is not None) is asked
    if why:
        assert why in question_of(adjustment, why=why)


def test_one_call_holds_no_two_alike() -> None:
    one = replace(BROKEN, product_id="p-1", outlet_id="o-1")
    other = replace(one, name="A-3", quantity=D(-4))
    assert distinct([one, replace(one, name="A-2"), other], most=9) == [one, other]
    assert distinct([one, other], most=1) == [one]


def test_the_same_wish_is_known_whatever_its_capitals() -> None:
    assert says_the_same(BROKEN, replace(BROKEN, outlet=" main", sku="t1", reason="damage"))
    assert not says_the_same(BROKEN, replace(BROKEN, quantity=D(-4)))


def read(*rows: str) -> tuple[list[str], list[tuple[int, str]]]:
    """The names that can be read, and what is wrong with the others."""
    text = "name,outlet,sku,quantity,reason\n" + "\n".join(rows)
    sheet = read_sheet(text.encode(), filename="a.csv", required=("name",))
    found, faults = read_adjustments(sheet, decimal=DecimalMark.POINT)
    return [it.name for _, it in found], [(row.line, why) for row, why in faults]


def test_what_is_right_in_a_file_is_read() -> None:
    assert read("A,Main,T1,-1,DAMAGE", "B,Main,T1,2,STOCK_FOUND") == (["A", "B"], [])


def test_a_text_of_a_file_may_be_as_long_as_one_that_is_typed() -> None:
    assert read(f"{'n' * 190},Main,T1,-1,{'r' * 50}") == (["n" * 190], [])
    _, faults = read(f"{'n' * 191},Main,T1,-1,{'r' * 51}")
    assert [why for _, why in faults] == [
        "name is too long: 191 characters, at most 190 are allowed",
        "reason is too long: 51 characters, at most 50 are allowed",
    ]


def test_everything_that_is_wrong_in_a_file_is_told_at_once() -> None:
    found, faults = read(
        "A,Main,T1,-1,DAMAGE",
        "A,,T1,2,DAMAGE",
        "C,Main",
        ",Main,T1,x,",
        "D,Main,T1,0,THEFT",
        "E,Main,T1,-1,THEFT",
    )
    assert found == ["A", "E"]
    assert faults == [
        (3, "outlet is missing"),
        (3, "DAMAGE lowers the stock: its quantity is negative"),
        (3, "the name A is given in line 2 already"),
        (4, "the row has 2 columns, the header has 5"),
        (5, "name is missing"),
        (5, "quantity is not a number (“x”)"),
        (5, "reason is missing"),
        (6, "the quantity has to be a number other than zero"),
    ]
