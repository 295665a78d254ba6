"""What all consignments of an order mean together."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from lsync.core.domain.consignment import ConsignmentLineView, ConsignmentView
from lsync.core.domain.family import (
    Family,
    assess,
    continues,
    is_split_off,
    remainder,
    unanswered,
)
from lsync.core.domain.order import OrderState, PurchaseOrder, SyncState
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.problem import ProblemCode, Severity

S, P = OrderState, ProblemCode
ORDER = PurchaseOrder(order_number="PO-1", supplier="s", outlet="o", state=S.SUBMITTED)
LINES = (
    ResolvedLine(line_no=1, product_id="p", sku="MUG", quantity=Decimal(10), unit_cost=Decimal(2)),
    ResolvedLine(line_no=2, product_id="q", sku="JUG", quantity=Decimal(4), unit_cost=Decimal(3)),
)


def view(
    status: str = "SENT",
    *,
    name: str = "c1",
    counts: tuple[int, int] = (10, 4),
    received: tuple[int, int] | None = None,
    version: int = 100,
    outlet: str = "o1",
) -> ConsignmentView:
    got = received or (0, 0)
    costs = (Decimal(2), Decimal(3))
    lines = tuple(
        ConsignmentLineView(
            product_id=product_id, count=Decimal(count), received=Decimal(amount), cost=cost
        )
        for product_id, count, amount, cost in zip("pq", counts, got, costs, strict=True)
        if count or amount
    )
    return ConsignmentView(
        consignment_id=name,
        status=status,
        version=version,
        supplier_id="s1",
        outlet_id=outlet,
        lines=lines,
    )


def judged(
    *members: ConsignmentView,
    state: OrderState = S.SUBMITTED,
    duplicates: tuple[ConsignmentView, ...] = (),
    written: bool = True,
) -> tuple[OrderState, SyncState, list[ProblemCode]]:
    primary, *splits = members
    family = Family(primary=primary, splits=tuple(splits), duplicates=duplicates)
    found = assess(replace(ORDER, state=state), LINES, family, written=written)
    return found.state, found.sync_state, [problem.code for problem in found.problems]


RECEIVED_ALL = view("RECEIVED", received=(10, 4))
RECEIVED_PART = view("RECEIVED", received=(6, 4))
REST = view("SENT", name="c2", counts=(4, 0), version=200)


@pytest.mark.parametrize(
    ("members", "state", "codes"),
    [
        ([view("OPEN")], S.APPROVED, []),
        ([view("SENT")], S.SUBMITTED, []),
        ([view("DISPATCHED")], S.RECEIVING, []),
        ([view("DISPATCHED", received=(12, 0))], S.RECEIVING, [P.OVER_RECEIPT]),
        ([RECEIVED_ALL], S.RECEIVED, []),
        ([RECEIVED_PART], S.RECEIVED, [P.SHORT_RECEIPT]),
        ([RECEIVED_PART, REST], S.PARTIALLY_RECEIVED, []),
        ([RECEIVED_PART, replace(REST, status="CANCELLED")], S.RECEIVED, [P.SHORT_RECEIPT]),
    ],
)
def test_an_order_follows_its_consignments(
    members: list[ConsignmentView], state: OrderState, codes: list[ProblemCode]
) -> None:
    assert judged(*members, state=S.APPROVED) == (state, SyncState.SYNCED, codes)


@pytest.mark.parametrize("state", [S.RECEIVING, S.RECEIVED, S.CLOSED])
def test_a_step_back_is_reported_and_the_order_stays(state: OrderState) -> None:
    assert judged(view("SENT"), state=state)[:2] == (state, SyncState.DRIFTED)
    assert P.FLIPPED_BACK in judged(view("SENT"), state=state)[2]


@pytest.mark.parametrize("state", [S.DRAFT, S.PENDING_APPROVAL])
def test_lightspeed_cannot_approve_an_order(state: OrderState) -> None:
    assert judged(view("OPEN"), state=state)[0] is state


def test_a_closed_order_stays_closed() -> None:
    assert judged(RECEIVED_ALL, state=S.CLOSED) == (S.CLOSED, SyncState.SYNCED, [])


def test_a_cancelled_order_is_settled_when_nothing_of_it_lives() -> None:
    gone = view("CANCELLED")
    assert judged(gone, state=S.CANCELLED) == (S.CANCELLED, SyncState.SYNCED, [])
    assert judged(RECEIVED_PART, state=S.CANCELLED)[1:] == (SyncState.SYNCED, [])
    assert judged(view("SENT"), state=S.CANCELLED)[1] is SyncState.DRIFTED
    assert judged(gone, state=S.SUBMITTED)[2] == [P.CANCELLED_REMOTELY]


def test_a_change_that_still_has_to_be_sent_is_no_drift() -> None:
    changed = view("SENT", counts=(8, 4))
    assert judged(changed)[2] == [P.QUANTITY_DIFFERS]
    assert judged(changed, written=False)[2] == []
    too_late = view("DISPATCHED", counts=(8, 4))
    assert judged(too_late, written=False)[2] == [P.QUANTITY_DIFFERS, P.NOT_EDITABLE]


def test_a_duplicate_is_reported_until_it_is_cancelled() -> None:
    twin = view("OPEN", name="c9")
    assert judged(view("SENT"), duplicates=(twin,))[2] == [P.DUPLICATE_CONSIGNMENT]
    assert judged(view("SENT"), duplicates=(replace(twin, status="CANCELLED"),))[2] == []


def test_received_quantities_add_up_over_the_family() -> None:
    family = Family(
        primary=RECEIVED_PART,
        splits=(view("RECEIVED", name="c2", counts=(4, 0), received=(3, 0), version=200),),
    )
    found = assess(ORDER, LINES, family)
    assert found.received == {1: Decimal(9), 2: Decimal(4)}
    assert [problem.message for problem in found.problems] == ["MUG: 9 of 10 received, 1 short"]
    assert {problem.severity for problem in found.problems} == {Severity.WARNING}


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        (REST, True),
        (view("OPEN", name="c2", counts=(1, 0), version=200), True),
        (view("SENT", name="c2", counts=(5, 0), version=200), False),
        (view("SENT", name="c2", counts=(4, 1), version=200), False),
        (view("SENT", name="c2", counts=(0, 0), version=200), False),
        (view("SENT", name="c2", counts=(4, 0), version=99), False),
        (view("SENT", name="c2", counts=(4, 0), version=200, outlet="o2"), False),
    ],
)
def test_only_what_lies_within_the_remainder_is_a_split_off(
    candidate: ConsignmentView, expected: bool
) -> None:
    family = Family(primary=RECEIVED_PART)
    assert is_split_off(candidate, family=family, lines=LINES) is expected
    assert not is_split_off(candidate, family=Family(primary=view("SENT")), lines=LINES)
    assert not is_split_off(
        candidate, family=Family(primary=RECEIVED_PART, splits=(REST,)), lines=LINES
    )


def test_the_remainder_counts_what_is_announced_and_forgets_what_is_cancelled() -> None:
    assert remainder(LINES, Family(primary=RECEIVED_PART)) == {"p": 4, "q": 0}
    assert remainder(LINES, Family(primary=RECEIVED_PART, splits=(REST,))) == {"p": 0, "q": 0}
    assert remainder(LINES, Family(primary=view("CANCELLED"))) == {"p": 10, "q": 4}


RECEIVED_AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"version": 100}, False),
        ({"outlet_id": "o2"}, False),
        ({"supplier_id": None}, False),
        ({"created_at": RECEIVED_AT}, True),
        ({"created_at": RECEIVED_AT - timedelta(seconds=30)}, True),
        ({"created_at": RECEIVED_AT - timedelta(hours=1)}, False),
        ({"lines": view(counts=(4, 1)).lines}, False),
        ({"lines": view(counts=(3, 0)).lines}, False),
        ({"lines": ()}, False),
    ],
)
def test_only_what_came_after_and_holds_the_rest_exactly_continues_a_receipt(
    changes: dict[str, object], expected: bool
) -> None:
    parent = replace(RECEIVED_PART, received_at=RECEIVED_AT)
    assert continues(replace(REST, **changes), parent) is expected  # type: ignore[arg-type]  # a view's own fields


def test_a_rest_that_nothing_later_takes_up_is_unanswered() -> None:
    last = view("RECEIVED", name="c2", counts=(4, 0), received=(1, 0), version=200)
    assert unanswered(Family(primary=RECEIVED_PART)) == (RECEIVED_PART,)
    assert unanswered(Family(primary=RECEIVED_PART, splits=(last,))) == (last,)
    for status in ("SENT", "CANCELLED"):
        answer = replace(REST, status=status)
        assert unanswered(Family(primary=RECEIVED_PART, splits=(answer,))) == ()
    assert unanswered(Family(primary=view("DISPATCHED", received=(6, 4)))) == ()
    assert unanswered(Family(primary=RECEIVED_ALL)) == ()
