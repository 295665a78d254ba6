"""The smallest repair of what differs."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lsync.core.domain.consignment import ConsignmentLineView, ConsignmentView
from lsync.core.domain.diff import diff
from lsync.core.domain.family import Family
from lsync.core.domain.order import OrderState
from lsync.core.domain.push import Step
from lsync.core.domain.repair import Repair, Standing, plan_repair
from tests.domain.push.model import wanted_lines

WANTED = wanted_lines(3)
SUBMITTED = OrderState.SUBMITTED


def repair_of(
    seen: ConsignmentView | None,
    *,
    duplicates: tuple[ConsignmentView, ...] = (),
    orphans: tuple[ConsignmentView, ...] = (),
    state: OrderState = SUBMITTED,
    step: Step | None = Step.DONE,
) -> Repair:
    family = Family(primary=seen, duplicates=duplicates) if seen else None
    return plan_repair(Standing(state=state, lines=WANTED, seen=family, orphans=orphans, step=step))


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
        (view(p1=0, p2=9), ["lines", "lines", "verify"], 4),
        (view(q=5), ["remove", "verify"], 2),
        (view(q=5, p1=9), ["remove", "lines", "verify"], 4),
        (view("DISPATCHED", p1=9), [], 0),
        (view("CANCELLED"), ["create"], 4),
        (None, ["create"], 4),
    ],
)
def test_only_what_differs_is_written(
    seen: ConsignmentView | None, steps: list[str], calls: int
) -> None:
    repair = repair_of(seen)
    assert [step.step for step in repair.steps] == steps
    assert repair.calls == calls


def test_what_was_received_is_left_to_a_person() -> None:
    odd = received(view(q=5), "q")
    repair = repair_of(odd)
    assert "remove" not in [step.step for step in repair.steps]
    assert len(repair.by_hand) == 1
    twin = received(view(name="c2"), "p1")
    repair = repair_of(received(view(), "p1"), duplicates=(twin,))
    assert repair.steps == ()
    assert len(repair.by_hand) == 1
    assert "correct the stock" in repair.by_hand[0]


def test_goods_that_came_on_the_duplicate_make_it_the_orders() -> None:
    twin = received(view("DISPATCHED", name="c2"), "p1")
    repair = repair_of(view(), duplicates=(twin, view(name="c3")))
    assert [step.step for step in repair.steps] == ["adopt", "cancel", "cancel"]
    assert (repair.adopts, repair.by_hand) == (twin, ())


@pytest.mark.parametrize(
    "twins",
    [
        (received(view(name="c2", q=4), "p1"),),
        (replace(received(view(name="c2"), "p1"), outlet_id="elsewhere"),),
        (received(view(name="c2"), "p1"), received(view(name="c3"), "p2")),
    ],
    ids=["other products", "another outlet", "two of them"],
)
def test_goods_on_what_may_not_be_the_orders_are_left_to_a_person(
    twins: tuple[ConsignmentView, ...],
) -> None:
    repair = repair_of(view(), duplicates=twins)
    assert (repair.steps, repair.adopts) == ((), None)
    assert len(repair.by_hand) == len(twins)


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
    repair = repair_of(view(), duplicates=(twin,))
    assert [step.step for step in repair.steps] == steps


@pytest.mark.parametrize("state", [OrderState.RECEIVED, OrderState.DRAFT])
def test_an_order_past_repair_is_not_written(state: OrderState) -> None:
    assert repair_of(view(p1=9), state=state).steps == ()


def test_an_order_cancelled_here_is_cancelled_there() -> None:
    repair = repair_of(view(), state=OrderState.CANCELLED)
    assert [step.step for step in repair.steps] == ["cancel"]
    kept = repair_of(received(view(), "p1"), state=OrderState.CANCELLED)
    assert (kept.steps, len(kept.by_hand)) == ((), 1)


def test_an_unfinished_push_and_an_order_never_pushed_are_for_a_sync() -> None:
    for step, seen in ((Step.FILLING, view(p1=0)), (None, None)):
        repair = repair_of(seen, step=step)
        assert repair.steps == ()
        assert "sync" in repair.by_hand[0]


def test_an_orphan_takes_the_place_of_a_consignment_that_is_gone() -> None:
    orphan = view("OPEN", name="c2", p1=9)
    for seen in (None, view("CANCELLED")):
        repair = repair_of(seen, orphans=(orphan,))
        assert repair.adopts == orphan
        assert [step.step for step in repair.steps] == ["adopt", "lines", "verify"]
        assert not repair.renews


def test_the_most_advanced_orphan_is_adopted_and_the_others_are_cancelled() -> None:
    behind, ahead = view("OPEN", name="c2"), view("SENT", name="c3")
    repair = repair_of(None, orphans=(behind, ahead), step=None)
    assert repair.adopts == ahead
    assert repair.joins == (behind,)
    assert [step.step for step in repair.steps] == ["adopt", "cancel"]


def test_an_orphan_beside_the_orders_consignment_is_one_too_many() -> None:
    repair = repair_of(view(), orphans=(view("SENT", name="c2"),))
    assert [step.step for step in repair.steps] == ["cancel"]
    assert repair.adopts is None
    assert [it.consignment_id for it in repair.joins] == ["c2"]


def test_an_orphan_with_the_rest_of_a_part_receipt_is_adopted() -> None:
    parent = replace(view("RECEIVED"), supplier_id="s", outlet_id="o", version=5)
    first, *others = parent.lines
    parent = replace(parent, lines=(first, *(replace(it, received=it.count) for it in others)))
    rest = replace(parent, consignment_id="c2", status="SENT", version=9, lines=(first,))
    repair = repair_of(parent, orphans=(rest,), state=OrderState.RECEIVED)
    assert [step.step for step in repair.steps] == ["adopt"]


def test_a_diff_of_nothing_shows_the_order() -> None:
    lines = diff(WANTED, believed=None, seen=None)
    assert [line.there for line in lines] == [None, None, None]
    assert [line.ordered for line in lines] == [line.quantity for line in WANTED]
