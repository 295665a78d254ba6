"""Which consignment of no order is what an order came without."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.domain.consignment import ConsignmentLineView, ConsignmentView
from lsync.core.domain.family import continues
from lsync.core.domain.late_split_off import Short, allot, is_worth_a_look


def short(order_id: int, *, lacking: int = 4, version: int = 10) -> Short:
    line = ConsignmentLineView(product_id="p", count=Decimal(9), received=Decimal(9 - lacking))
    parent = ConsignmentView(
        consignment_id=f"c{order_id}",
        status="RECEIVED",
        version=version,
        supplier_id="s",
        outlet_id="o",
        lines=(line,),
    )
    return Short(order_id=order_id, order_number=f"PO-{order_id}", parent=parent)


def stranger(name: str, *, count: int = 4, version: int = 20) -> ConsignmentView:
    return ConsignmentView(
        consignment_id=name,
        status="SENT",
        version=version,
        supplier_id="s",
        outlet_id="o",
        lines=(ConsignmentLineView(product_id="p", count=Decimal(count)),),
    )


def test_one_that_fits_one_order_is_its_own() -> None:
    found = allot([stranger("x"), stranger("y", count=5)], [short(1), short(2, lacking=6)])
    assert [(it.stranger.consignment_id, it.order_number) for it in found.certain] == [
        ("x", "PO-1")
    ]
    assert found.doubtful == ()


def test_one_that_fits_two_orders_is_neither_s() -> None:
    found = allot([stranger("x")], [short(1), short(2)])
    assert found.certain == ()
    assert [found.other_orders(it) for it in found.doubtful] == [("PO-2",), ("PO-1",)]


def test_of_two_that_fit_one_order_none_is_taken() -> None:
    found = allot([stranger("x"), stranger("y")], [short(1)])
    assert found.certain == ()
    assert [found.rivals_of(it) for it in found.doubtful] == [("y",), ("x",)]
    cancelled = replace(stranger("y"), status="CANCELLED")
    assert len(allot([stranger("x"), cancelled], [short(1)]).certain) == 1


@pytest.mark.parametrize(
    ("changes", "compared", "expected"),
    [
        ({}, False, True),
        ({"status": "CANCELLED"}, False, False),
        ({"status": "CANCELLED"}, True, True),
        ({"version": 10}, False, False),
        ({"outlet_id": "else"}, False, False),
    ],
)
def test_only_what_may_belong_to_an_order_is_worth_a_look(
    changes: dict[str, object], compared: bool, expected: bool
) -> None:
    one = replace(stranger("x"), **changes)  # type: ignore[arg-type]  # a view's own fields
    assert is_worth_a_look(one, [short(1)], compared=compared) is expected


@given(
    counts=st.lists(st.integers(1, 3), max_size=5),
    lacking=st.lists(st.integers(1, 3), max_size=5),
    versions=st.lists(st.integers(5, 15), min_size=5, max_size=5),
)
def test_each_is_given_once_and_only_where_nothing_else_fits(
    counts: list[int], lacking: list[int], versions: list[int]
) -> None:
    strangers = [stranger(f"x{no}", count=it, version=12) for no, it in enumerate(counts)]
    orders = [short(no, lacking=it, version=versions[no]) for no, it in enumerate(lacking)]
    found = allot(strangers, orders)
    for each in found.certain:
        assert [it for it in orders if continues(each.stranger, it.parent)] == [
            orders[each.order_id]
        ]
        parent = orders[each.order_id].parent
        assert [it for it in strangers if continues(it, parent)] == [each.stranger]
    pairs = sum(continues(it, each.parent) for it in strangers for each in orders)
    assert len(found.certain) + len(found.doubtful) == pairs
