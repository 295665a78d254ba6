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


def test_a_file_comes_whole_or_not_at_all() -> None:
    def read(*rows: str) -> tuple[list[Adjustment], dict[int, list[str]]]:
        text = "name,outlet,sku,quantity,reason\n" + "\n".join(rows)
        sheet = read_sheet(text.encode(), filename="a.csv", required=("name",))
        return read_adjustments(sheet, decimal=DecimalMark.POINT)

    found, faults = read("A,Main,T1,-1,DAMAGE", "B,Main,T1,2,STOCK_FOUND")
    assert (len(found), faults) == (2, {})
    found, faults = read("A,Main,T1,-1,DAMAGE", "A,Main,T1,-2,DAMAGE", "C,Main,T1,1,THEFT")
    assert found == []
    assert set(faults) == {3, 4}
