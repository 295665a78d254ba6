"""What a family of consignments means for its order."""

import pytest

from lsync.core.domain.consignment import ConsignmentStatus, ConsignmentView, order_state_of
from lsync.core.domain.order import OrderState

C = ConsignmentStatus


@pytest.mark.parametrize(
    ("family", "state"),
    [
        ([C.OPEN], OrderState.APPROVED),
        ([C.SENT], OrderState.SUBMITTED),
        ([C.DISPATCHED], OrderState.RECEIVING),
        ([C.RECEIVED], OrderState.RECEIVED),
        ([C.CANCELLED], OrderState.CANCELLED),
        ([C.RECEIVED, C.SENT], OrderState.PARTIALLY_RECEIVED),
        ([C.RECEIVED, C.DISPATCHED], OrderState.PARTIALLY_RECEIVED),
        ([C.RECEIVED, C.RECEIVED], OrderState.RECEIVED),
        ([C.RECEIVED, C.CANCELLED], OrderState.RECEIVED),
        ([C.CANCELLED, C.SENT], OrderState.SUBMITTED),
    ],
)
def test_the_family_decides_the_state_of_the_order(
    family: list[ConsignmentStatus], state: OrderState
) -> None:
    assert order_state_of(family) is state


def test_a_status_lsync_does_not_know_is_kept_and_known_to_be_unknown() -> None:
    view = ConsignmentView(consignment_id="c", status="ON_A_TRUCK", version=1)
    assert view.known_status is None
    assert view.status == "ON_A_TRUCK"
