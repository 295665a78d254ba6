"""Goods counted here: what may be recorded and what Lightspeed is told."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lsync.core.domain.consignment import ConsignmentLineView, ConsignmentView
from lsync.core.domain.family import Family
from lsync.core.domain.goods import (
    Counted,
    SentTotal,
    check_counted,
    plan_receipts,
    remarks,
    totals,
)
from lsync.core.domain.order import OrderLine, OrderState, PurchaseOrder
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.receipt import NOTHING

D = Decimal
ORDER = PurchaseOrder(
    order_number="PO-1",
    supplier="S",
    outlet="O",
    state=OrderState.SUBMITTED,
    lines=tuple(OrderLine(line_no=no, sku=f"T{no}", quantity=D(10)) for no in (1, 2)),
)
LINES = tuple(ResolvedLine(line_no=no, product_id=f"p-{no}", quantity=D(10)) for no in (1, 2))


def counted(line_no: int = 1, received: str = "5", *, damaged: Decimal = NOTHING) -> Counted:
    return Counted(line_no=line_no, received=D(received), damaged=damaged)


def view(status: str, *received: int | None, name: str = "c-1") -> ConsignmentView:
    lines = tuple(
        ConsignmentLineView(
            product_id=f"p-{no}", count=D(10), received=None if it is None else D(it)
        )
        for no, it in enumerate(received, start=1)
    )
    return ConsignmentView(consignment_id=name, status=status, version=1, lines=lines)


def family(*members: ConsignmentView) -> Family:
    return Family(primary=members[0], splits=members[1:])


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ([], "nothing was counted"),
        ([counted(9)], "no line 9"),
        ([counted(1), counted(1)], "named twice"),
        ([counted(1, "0")], "nothing was counted"),
        ([counted(1, "-4")], "below zero"),
        ([counted(1, "NaN")], "not a number"),
        ([counted(1, "1.000001")], "more than 5 decimals"),
        ([counted(1, "1", damaged=D(-1))], "zero or more"),
    ],
)
def test_an_impossible_count_is_refused_with_a_reason(given: list[Counted], why: str) -> None:
    (problem, *_) = check_counted(ORDER, given, before={1: D(3)})
    assert why in problem


def test_goods_of_an_order_that_was_never_sent_are_refused() -> None:
    draft = replace(ORDER, state=OrderState.DRAFT)
    assert "it was sent" in check_counted(draft, [counted()], before={})[0]


def test_a_correction_and_a_damaged_delivery_may_be_recorded() -> None:
    given = [counted(1, "-3"), counted(2, "0", damaged=D(2))]
    assert check_counted(ORDER, given, before={1: D(3)}) == []
    assert totals([counted(1, "3"), *given]) == {1: 0, 2: 0}


def test_more_than_ordered_is_remarked_on() -> None:
    assert remarks(ORDER, [counted(1, "4")], before={1: D(5)}) == []
    (told,) = remarks(ORDER, [counted(1, "7.5")], before={1: D(5)})
    assert "2.5 more than ordered" in told


def test_totals_are_written_absolutely_where_nobody_counted() -> None:
    plan = plan_receipts(LINES, {1: D(4), 2: D(10)}, family(view("SENT", None, None)), sent={})
    assert plan.consignment_id == "c-1"
    assert plan.writes == (("p-1", D(4)), ("p-2", D(10)))


def test_what_is_there_already_is_not_written() -> None:
    plan = plan_receipts(LINES, {1: D(4)}, family(view("DISPATCHED", 4, 7)), sent={})
    assert (plan.writes, plan.disagreements, plan.hindrance) == ((), (), None)


@pytest.mark.parametrize(
    "sent", [SentTotal(attempted=D(3), confirmed=D(3)), SentTotal(attempted=D(3), confirmed=None)]
)
def test_our_own_earlier_total_is_replaced_also_if_its_answer_was_lost(sent: SentTotal) -> None:
    there = family(view("DISPATCHED", 3, None))
    assert plan_receipts(LINES, {1: D(8)}, there, sent={"p-1": sent}).writes == (("p-1", D(8)),)


def test_a_count_made_there_is_never_written_over() -> None:
    there = family(view("DISPATCHED", 6, None))
    sent = {"p-1": SentTotal(attempted=D(3), confirmed=D(3))}
    plan = plan_receipts(LINES, {1: D(8), 2: D(1)}, there, sent=sent)
    assert plan.writes == (("p-2", D(1)),)
    (disagreement,) = plan.disagreements
    assert (disagreement.ours, disagreement.theirs) == (D(8), D(6))
    again = plan_receipts(LINES, {1: D(8)}, there, sent=sent, overruled={"p-1"})
    assert again.writes == (("p-1", D(8)),)


def test_a_split_off_is_told_only_the_rest() -> None:
    parts = family(view("RECEIVED", 4, 10), view("SENT", None, name="c-2"))
    sent = {"p-1": SentTotal(attempted=D(4), confirmed=D(4))}
    plan = plan_receipts(LINES, {1: D(9)}, parts, sent=sent)
    assert (plan.consignment_id, plan.writes) == ("c-2", (("p-1", D(5)),))
    less = plan_receipts(LINES, {1: D(3)}, parts, sent=sent)
    assert (less.writes, less.disagreements[0].theirs) == ((), D(4))


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ((view("OPEN", None, None),), "has to be sent first"),
        ((view("RECEIVED", 1, 1),), "takes no goods any more"),
        ((view("SENT", None, None), view("SENT", None, name="c-2")), "split over c-1 and c-2"),
    ],
)
def test_a_hindrance_is_said(members: tuple[ConsignmentView, ...], why: str) -> None:
    plan = plan_receipts(LINES, {1: D(9)}, family(*members), sent={})
    assert why in (plan.hindrance or "")
    assert plan.writes == ()
