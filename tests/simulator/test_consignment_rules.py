from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.simulator.consignments import rules
from lsync.simulator.refusal import Refusal

KINDS = st.sampled_from(sorted(rules.TRANSITIONS))
STATUSES = st.sampled_from(sorted(rules.STATUSES))


def may_go(kind: str, status: str, to: str, *, lines: int = 1, received: bool = True) -> bool:
    try:
        rules.check_status_change(
            kind, status=status, to=to, lines=lines, something_received=received
        )
    except Refusal:
        return False
    return True


def test_a_supplier_order_walks_its_four_statuses() -> None:
    for status, to in pairwise(("OPEN", "SENT", "DISPATCHED", "RECEIVED")):
        assert may_go("SUPPLIER", status, to)


@pytest.mark.parametrize(
    ("status", "to"),
    [("SENT", "OPEN"), ("DISPATCHED", "SENT"), ("OPEN", "DISPATCHED"), ("SENT", "RECEIVED")],
)
def test_a_supplier_order_skips_and_returns_nowhere(status: str, to: str) -> None:
    assert not may_go("SUPPLIER", status, to)


@pytest.mark.parametrize("status", ["OPEN", "SENT", "DISPATCHED"])
def test_a_supplier_order_can_be_cancelled_until_received(status: str) -> None:
    assert may_go("SUPPLIER", status, "CANCELLED")
    assert not may_go("SUPPLIER", "RECEIVED", "CANCELLED")


@given(kind=KINDS, status=STATUSES, to=STATUSES)
def test_no_status_changes_without_products(kind: str, status: str, to: str) -> None:
    counts = kind == rules.STOCKTAKE and may_go(kind, status, to)
    assert may_go(kind, status, to, lines=0) == (counts or status == to)


@given(kind=KINDS, status=STATUSES, to=STATUSES)
def test_a_frozen_status_leads_nowhere(kind: str, status: str, to: str) -> None:
    if status in rules.FROZEN[kind] and to != status:
        assert not may_go(kind, status, to)


def test_received_needs_something_received() -> None:
    assert not may_go("SUPPLIER", "DISPATCHED", "RECEIVED", received=False)
    assert may_go("OUTLET", "SENT", "RECEIVED", received=False)


@given(kind=KINDS, status=STATUSES)
def test_creation_is_limited_to_the_first_statuses(kind: str, status: str) -> None:
    if status in rules.CREATABLE[kind]:
        assert rules.initial_status(kind, status) == status
    else:
        with pytest.raises(Refusal):
            rules.initial_status(kind, status)
