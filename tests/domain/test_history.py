"""An order as it stood, folded from facts; and what happened, told in one sequence."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lsync.core.domain.happenings import happenings
from lsync.core.domain.history import Fact, Noted, document_of, order_at
from lsync.core.domain.order import OrderLine, OrderState, PurchaseOrder, SyncState
from lsync.core.domain.records import LogStatus, Receipt, SyncLogEntry

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
ORDER = PurchaseOrder(
    order_number="PO-1",
    supplier="Northwind",
    outlet="Main Street",
    due_date=date(2026, 12, 1),
    lines=(OrderLine(line_no=1, sku="A", quantity=Decimal("2.5"), unit_cost=Decimal("1.10")),),
)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def noted(minutes: int, fact: Fact, value: Any) -> Noted:
    return Noted(at=at(minutes), fact=fact, value=value)


CHANGED = replace(
    ORDER, revision=2, lines=(replace(ORDER.lines[0], quantity=Decimal(7)),), supplier="Other"
)
FACTS = [
    noted(0, Fact.DOCUMENT, document_of(ORDER)),
    noted(0, Fact.STATE, "draft"),
    noted(1, Fact.STATE, "approved"),
    noted(1, Fact.HELD, True),
    noted(2, Fact.HELD, False),
    noted(3, Fact.CONSIGNMENT, "c1"),
    noted(3, Fact.SYNC_STATE, "synced"),
    noted(4, Fact.DOCUMENT, document_of(CHANGED)),
    noted(5, Fact.RECEIVED, {"1": "3"}),
    noted(5, Fact.PROBLEMS, [["over_receipt", "one too many"]]),
    noted(6, Fact.PROBLEMS, []),
]


def test_each_time_shows_what_was_so_then() -> None:
    then = order_at("PO-1", FACTS, until=at(1))
    assert then is not None
    assert (then.state, then.held, then.consignment_id) == (OrderState.APPROVED, True, None)
    assert then.lines == ORDER.lines
    later = order_at("PO-1", FACTS, until=at(5))
    assert later is not None
    assert (later.held, later.consignment_id) == (False, "c1")
    assert (later.sync_state, later.since) == (SyncState.SYNCED, at(5))
    assert (later.lines[0].quantity, later.lines[0].received) == (Decimal(7), Decimal(3))
    assert later.problems == (("over_receipt", "one too many"),)
    now = order_at("PO-1", FACTS)
    assert now is not None
    assert now.problems == ()


def test_before_the_first_fact_nothing_is_known() -> None:
    assert order_at("PO-1", FACTS, until=at(-1)) is None
    assert order_at("PO-1", []) is None


@given(st.integers(min_value=-2, max_value=9), st.integers(min_value=0, max_value=5))
def test_what_comes_later_never_changes_the_past(minutes: int, more: int) -> None:
    later = [noted(10 + place, Fact.STATE, "cancelled") for place in range(more)]
    assert order_at("PO-1", [*FACTS, *later], until=at(minutes)) == order_at(
        "PO-1", FACTS, until=at(minutes)
    )


def test_the_records_are_told_in_one_sequence() -> None:
    entry = SyncLogEntry(
        created_at=at(3),
        operation="push",
        step="create",
        status=LogStatus.OK,
        message="Created",
        detail={"requests": ["r1"]},
        job_id=5,
    )
    receipt = Receipt(
        order_id=1,
        consignment_id="c1",
        product_id="p",
        line_no=1,
        received_before=Decimal(0),
        received_after=Decimal(3),
        version=2,
        observed_at=at(5),
    )
    told = happenings(FACTS, [entry], [receipt])
    assert [it.at for it in told] == sorted(it.at for it in told)
    said = {it.what: it.message for it in told}
    assert said["push create"] == "Created"
    assert said["receipt"] == "line 1: 3 received, 0 before"
    assert said["state"] == "draft → approved"
    assert said["consignment"] == "c1"
    assert said["document"] == (
        "revision 2: supplier: Northwind → Other; line 1 A: quantity 2.5 → 7"
    )
    assert said["problems"] == "no problems any more"
    assert next(it for it in told if it.what == "push create").requests == ("r1",)
