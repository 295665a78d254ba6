"""The order state machine and the totals of an order."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.domain.order import (
    TRANSITIONS,
    IllegalTransitionError,
    OrderLine,
    OrderState,
    PurchaseOrder,
    move,
)

S = OrderState
FORWARD = [
    S.DRAFT,
    S.PENDING_APPROVAL,
    S.APPROVED,
    S.SUBMITTED,
    S.RECEIVING,
    S.PARTIALLY_RECEIVED,
    S.RECEIVED,
    S.CLOSED,
]


def test_every_state_has_a_row_in_the_table() -> None:
    assert set(TRANSITIONS) == set(OrderState)


@pytest.mark.parametrize("state", FORWARD[:-2])
def test_an_order_can_be_cancelled_from_every_state_before_received(state: OrderState) -> None:
    assert move(state, S.CANCELLED) is S.CANCELLED


@pytest.mark.parametrize("state", [S.RECEIVED, S.CLOSED])
def test_a_received_order_cannot_be_cancelled(state: OrderState) -> None:
    with pytest.raises(IllegalTransitionError, match="cannot become cancelled"):
        move(state, S.CANCELLED)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [(a, b) for a, b in product(FORWARD[2:7], FORWARD[2:7]) if FORWARD.index(a) < FORWARD.index(b)],
)
def test_a_pull_may_skip_forward_and_never_moves_back(
    earlier: OrderState, later: OrderState
) -> None:
    assert move(earlier, later) is later
    with pytest.raises(IllegalTransitionError):
        move(later, earlier)


@given(st.sampled_from(OrderState))
def test_staying_put_is_always_allowed(state: OrderState) -> None:
    assert move(state, state) is state


def test_totals_add_up_exactly() -> None:
    order = PurchaseOrder(
        order_number="PO-1",
        supplier="Alpine Trading",
        outlet="Main Street",
        lines=(
            OrderLine(line_no=1, sku="A", quantity=Decimal("0.1"), unit_cost=Decimal("0.2")),
            OrderLine(line_no=2, sku="B", quantity=Decimal("0.2"), received=Decimal(3)),
        ),
    )
    assert order.ordered == Decimal("0.3")
    assert order.received == Decimal(3)
    assert order.cost == Decimal("0.02")


def test_a_line_is_called_by_sku_then_product_then_number() -> None:
    line = OrderLine(line_no=4, quantity=Decimal(1))
    assert line.label == "line 4"
    assert OrderLine(line_no=4, quantity=Decimal(1), product_id="p").label == "p"
    assert OrderLine(line_no=4, quantity=Decimal(1), product_id="p", sku="s").label == "s"
