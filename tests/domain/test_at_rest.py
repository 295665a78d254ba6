"""How an order stands when its work was taken off the queue."""

import pytest

from lsync.core.domain.at_rest import Remains, state_at_rest
from lsync.core.domain.order import SyncState
from lsync.core.domain.problem import Problem, ProblemCode, Severity

DRIFT = Problem(
    code=ProblemCode.QUANTITY_DIFFERS, message="2, not 3", fix="repair", severity=Severity.DRIFT
)
SHORT = Problem(
    code=ProblemCode.SHORT_RECEIPT, message="1 of 3", fix="none", severity=Severity.WARNING
)
BLOCKING = Problem(code=ProblemCode.UNKNOWN_SKU, message="no such thing", fix="correct it")


@pytest.mark.parametrize(
    ("remains", "state"),
    [
        (Remains(held_there=False), SyncState.NOT_SYNCED),
        (Remains(held_there=True), SyncState.SYNCED),
        (Remains(held_there=True, problems=(SHORT,)), SyncState.SYNCED),
        (Remains(held_there=True, problems=(SHORT, DRIFT)), SyncState.DRIFTED),
        (Remains(held_there=True, unwithdrawn=True), SyncState.DRIFTED),
        (Remains(held_there=False, failed=True), SyncState.FAILED),
        (Remains(held_there=False, failed=True, problems=(BLOCKING,)), SyncState.FAILED),
        (Remains(held_there=True, failed=True, problems=(BLOCKING, DRIFT)), SyncState.FAILED),
        (Remains(held_there=True, failed=True, problems=(DRIFT,)), SyncState.DRIFTED),
    ],
)
def test_an_order_stands_as_before_the_work_that_was_taken_off(
    remains: Remains, state: SyncState
) -> None:
    assert state_at_rest(remains) is state
