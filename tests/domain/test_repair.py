"""The smallest repair of what differs."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lsync.core.domain.consignment import ConsignmentLineView, ConsignmentView
from lsync.core.domain.diff import diff
from lsync.core.domain.family import Family
from lsync.core.domain.order import OrderState
from lsync.core.domain.repair import plan_repair
from tests.domain.push.model import wanted_lines

WANTED = wanted_lines(3)
SUBMITTED = OrderState.SUBMITTED


def view(status: str = "SENT", *, name: str = "c1", **counts: int) -> ConsignmentView:
    amounts = {line.product_id: line.quantity for line in WANTED} | {
        product: Decimal(count) for product, count in counts.items()
    }
    lines = tuple(
        ConsignmentLineView(product_id=product, count=count, cost=Decimal("2.5"))
        for product, count in amounts.items()
        if count
    )
    return ConsignmentView(consignment_id=name, status=status, version=9, lines=lines)


def received(seen: ConsignmentView, product: str) -> ConsignmentView:
    lines = [
        replace(line, received=Decimal(1)) if line.product_id == product else line
        for line in seen.lines
    ]
    return replace(seen, lines=tuple(lines))


@pytest.mark.parametrize(
    ("seen", "steps", "calls"),
    [
        (view(), [], 0),
        (view(p1=9), ["lines", "verify"], 2),
        (view(p1=9, p2=9), ["lines", "verify"], 3),
        (view(p1=0), ["lines", "verify"], 2),
        (view(q=5), ["remove", "verify"], 2),
        (view(q=5, p1=9), ["remove", "lines", "verify"], 3),
        (view("DISPATCHED", p1=9), [], 0),
        (view("CANCELLED"), ["create"], 4),
        (None, ["create"], 4),
    ],
)
def test_only_what_differs_is_written(
    seen: ConsignmentView | None, steps: list[str], calls: int
) -> None:
    repair = plan_repair(SUBMITTED, WANTED, Family(primary=seen) if seen else None)
    assert [step.step for step in repair.steps] == steps
    assert repair.calls == calls


def test_what_was_received_is_left_to_a_person() -> None:
    odd = received(view(q=5), "q")
    repair = plan_repair(SUBMITTED, WANTED, Family(primary=odd))
    assert "remove" not in [step.step for step in repair.steps]
    assert len(repair.by_hand) == 1
    twin = received(view(name="c2"), "p1")
    repair = plan_repair(SUBMITTED, WANTED, Family(primary=view(), duplicates=(twin,)))
    assert repair.steps == ()
    assert len(repair.by_hand) == 1


@pytest.mark.parametrize(
    ("twin", "steps"),
    [
        (ConsignmentView(consignment_id="c2", status="OPEN", version=9), ["delete"]),
        (view("OPEN", name="c2"), ["cancel"]),
        (view("SENT", name="c2"), ["cancel"]),
        (view("CANCELLED", name="c2"), []),
        (view("RECEIVED", name="c2"), []),
    ],
)
def test_a_duplicate_goes_if_it_may(twin: ConsignmentView, steps: list[str]) -> None:
    repair = plan_repair(SUBMITTED, WANTED, Family(primary=view(), duplicates=(twin,)))
    assert [step.step for step in repair.steps] == steps


@pytest.mark.parametrize("state", [OrderState.RECEIVED, OrderState.CANCELLED, OrderState.DRAFT])
def test_an_order_past_repair_is_not_written(state: OrderState) -> None:
    assert plan_repair(state, WANTED, Family(primary=view(p1=9))).steps == ()


def test_a_diff_of_nothing_shows_the_order() -> None:
    lines = diff(WANTED, believed=None, seen=None)
    assert [line.there for line in lines] == [None, None, None]
    assert [line.ordered for line in lines] == [line.quantity for line in WANTED]
