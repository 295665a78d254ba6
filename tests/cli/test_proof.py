"""The simulator's ledger as the judge of the orders."""

from decimal import Decimal
from typing import Any

import pytest

from lsync.cli.demo.proof import differences, read_ledger
from lsync.core.control.messages import LineMessage, OrderDetail
from lsync.core.domain.order import OrderState, SyncState


def created(consignment: str, reference: str) -> dict[str, Any]:
    shown = {"id": consignment, "reference": reference, "status": "OPEN"}
    return {"consignment_id": consignment, "effect": {"created": shown}}


def bulk(consignment: str, **counts: tuple[str, str]) -> dict[str, Any]:
    lines = [
        {"product_id": f"p-{sku}", "sku": sku, "count": [None, count], "cost": [None, cost]}
        for sku, (count, cost) in counts.items()
    ]
    return {"consignment_id": consignment, "effect": {"lines": lines}}


def received(consignment: str, **amounts: str) -> dict[str, Any]:
    effect = {"received": amounts, "changed": {"status": ["SENT", "RECEIVED"]}}
    return {"consignment_id": consignment, "effect": effect}


def order(
    number: str,
    *lines: tuple[str, str, str | None, str],
    consignments: tuple[str, ...] = ("c1",),
) -> OrderDetail:
    return OrderDetail(
        order_number=number,
        state=OrderState.SUBMITTED,
        sync_state=SyncState.SYNCED,
        supplier="S",
        outlet="O",
        lines=tuple(
            LineMessage(
                line_no=place,
                sku=sku,
                quantity=Decimal(quantity),
                unit_cost=cost and Decimal(cost),
                received=Decimal(got),
            )
            for place, (sku, quantity, cost, got) in enumerate(lines, start=1)
        ),
        ordered=Decimal(0),
        received=Decimal(0),
        consignment_ids=consignments,
    )


CLEAN = [
    created("c1", "PO-1"),
    bulk("c1", A=("2.00000", "3.50000"), B=("1.00000", "0.00000")),
    {"consignment_id": "c1", "effect": {"changed": {"status": ["OPEN", "SENT"]}}},
]


def test_a_clean_push_equals_its_order() -> None:
    clean = order("PO-1", ("A", "2", "3.50", "0"), ("B", "1", None, "0"))
    assert differences([clean], read_ledger(CLEAN)) == []


def test_receipts_are_compared_too() -> None:
    ledger = read_ledger([*CLEAN, received("c1", A="2.00000", B="0.00000")])
    assert differences([order("PO-1", ("A", "2", "3.5", "2"), ("B", "1", None, "0"))], ledger) == []
    told = differences([order("PO-1", ("A", "2", "3.5", "1"), ("B", "1", None, "0"))], ledger)
    assert told == ["PO-1: A: received 2.00000, lsync has 1"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("A", "4", "3.5", "0"), ("B", "1", None, "0")], "A: 2.00000 instead of 4"),
        ([("A", "2", "3.6", "0"), ("B", "1", None, "0")], "A: cost 3.50000 instead of 3.6"),
        ([("A", "2", "3.5", "0")], "B is not ordered"),
        ([("A", "2", "3.5", "0"), ("B", "1", None, "0"), ("C", "1", None, "0")], "C is missing"),
    ],
)
def test_every_kind_of_difference_is_told(
    lines: list[tuple[str, str, str | None, str]], expected: str
) -> None:
    assert differences([order("PO-1", *lines)], read_ledger(CLEAN)) == [f"PO-1: {expected}"]


def test_a_second_consignment_is_told() -> None:
    ledger = read_ledger([*CLEAN, created("c2", "PO-1")])
    told = differences([order("PO-1", ("A", "2", "3.5", "0"), ("B", "1", None, "0"))], ledger)
    assert told == ["PO-1: has 2 consignments instead of one"]


def test_a_deleted_consignment_does_not_count() -> None:
    deleted = {"consignment_id": "c2", "effect": {"deleted": {"id": "c2"}}}
    assert len(read_ledger([*CLEAN, created("c2", "PO-1"), deleted])) == 1


def test_a_stopped_sync_must_not_have_written() -> None:
    told = differences([order("PO-1", ("A", "2", None, "0"), consignments=())], read_ledger(CLEAN))
    assert told == ["PO-1: wrote 1 consignments though its sync was stopped"]


def test_a_consignment_of_no_order_is_told() -> None:
    assert differences([], read_ledger(CLEAN)) == ["PO-1: a consignment without an order"]


def test_a_line_that_was_removed_and_set_again_counts_once() -> None:
    removed = {
        "consignment_id": "c1",
        "effect": {"lines": [{"product_id": "p-A", "removed": {"sku": "A"}}]},
    }
    ledger = read_ledger([*CLEAN, removed, bulk("c1", A=("5.00000", "3.50000"))])
    assert differences([order("PO-1", ("A", "5", "3.5", "0"), ("B", "1", None, "0"))], ledger) == []
