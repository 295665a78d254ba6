"""Telling what Lightspeed changed from what the order changed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.domain.consignment import ConsignmentLineView
from lsync.core.domain.decision import DecisionKind
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.remote_change import (
    Policy,
    RemoteChange,
    WrittenLine,
    consequence_of,
    policy_for,
    question_of,
    remote_changes,
)

K = DecisionKind
D = Decimal


def line(quantity: int = 10, cost: str | None = "3.50", product: str = "p-1") -> ResolvedLine:
    return ResolvedLine(
        line_no=1,
        product_id=product,
        sku="SKU-1",
        quantity=D(quantity),
        unit_cost=None if cost is None else D(cost),
    )


def there(
    count: int = 10, cost: str | None = "3.50", product: str = "p-1", received: int | None = None
) -> ConsignmentLineView:
    return ConsignmentLineView(
        product_id=product,
        count=D(count),
        cost=None if cost is None else D(cost),
        received=None if received is None else D(received),
    )


def wrote(quantity: int = 10, cost: str | None = "3.50") -> dict[str, WrittenLine]:
    return {
        "p-1": WrittenLine(quantity=D(quantity), unit_cost=None if cost is None else D(cost)),
    }


def kinds(
    ours: ResolvedLine | None,
    theirs: ConsignmentLineView | None,
    base: dict[str, WrittenLine],
    *,
    up_to_date: bool = True,
) -> list[DecisionKind]:
    found = remote_changes(
        [ours] if ours else [],
        [theirs] if theirs else [],
        written=base,
        up_to_date=up_to_date,
    )
    return [change.kind for change in found]


@pytest.mark.parametrize(
    ("ours", "theirs", "base", "expected"),
    [
        (line(), there(), wrote(), []),
        (line(), there(cost="4"), wrote(), [K.COST]),
        (line(), there(count=8), wrote(), [K.QUANTITY]),
        (line(), there(count=8, cost="4"), wrote(), [K.QUANTITY, K.COST]),
        (line(), None, wrote(), [K.LINE_REMOVED]),
        (line(), there(count=0), wrote(), [K.LINE_REMOVED]),
        (None, there(), {}, [K.LINE_ADDED]),
    ],
)
def test_what_lightspeed_changed_is_found(
    ours: ResolvedLine | None,
    theirs: ConsignmentLineView | None,
    base: dict[str, WrittenLine],
    expected: list[DecisionKind],
) -> None:
    assert kinds(ours, theirs, base) == expected


@pytest.mark.parametrize(
    ("ours", "theirs", "base"),
    [
        (line(quantity=12), there(), wrote()),
        (line(cost="5"), there(), wrote()),
        (None, there(), wrote()),
        (line(), None, {}),
    ],
)
def test_an_edit_that_is_still_to_be_sent_is_not_lightspeeds(
    ours: ResolvedLine | None, theirs: ConsignmentLineView | None, base: dict[str, WrittenLine]
) -> None:
    assert kinds(ours, theirs, base, up_to_date=False) == []


def test_both_sides_changing_to_the_same_is_no_change() -> None:
    assert kinds(line(quantity=8, cost="4"), there(count=8, cost="4"), wrote()) == []


def test_both_sides_changing_differently_is_lightspeeds_change() -> None:
    (change,) = remote_changes(
        [line(cost="5")], [there(cost="4")], written=wrote(), up_to_date=False
    )
    assert (change.ours, change.theirs) == (D(5), D(4))


def test_a_cost_that_lightspeed_chose_itself_is_no_change() -> None:
    assert kinds(line(cost=None), there(cost="4"), wrote(cost=None)) == []


def test_a_received_surplus_without_a_count_is_an_added_line() -> None:
    assert kinds(None, there(count=0, received=3), {}) == [K.LINE_ADDED]


def test_the_lines_of_an_order_taken_over_count_as_ordered() -> None:
    assert kinds(line(), there(count=8), {}) == [K.QUANTITY]
    assert kinds(line(), there(count=8), {}, up_to_date=False) == []


def change(kind: DecisionKind, ours: int | None, theirs: int | None) -> RemoteChange:
    return RemoteChange(
        kind=kind,
        product_id="p-1",
        line=None if kind is K.LINE_ADDED else line(),
        ours=None if ours is None else D(ours),
        theirs=None if theirs is None else D(theirs),
    )


def test_each_kind_follows_its_policy() -> None:
    for kind in (K.QUANTITY, K.LINE_ADDED, K.LINE_REMOVED):
        policy = policy_for(
            change(kind, 10, 8), cost_policy=Policy.APPLY, line_policy=Policy.REPORT
        )
        assert policy is Policy.REPORT
    cost = change(K.COST, 3, 4)
    assert policy_for(cost, cost_policy=Policy.APPLY, line_policy=Policy.REPORT) is Policy.APPLY


def test_a_doubled_quantity_is_never_applied_by_itself() -> None:
    doubled = change(K.QUANTITY, 10, 20)
    for policy, expected in (
        (Policy.APPLY, Policy.PROPOSE),
        (Policy.PROPOSE, Policy.PROPOSE),
        (Policy.REPORT, Policy.REPORT),
    ):
        assert policy_for(doubled, cost_policy=Policy.APPLY, line_policy=policy) is expected
    assert "exactly twice as much" in question_of(doubled)


@pytest.mark.parametrize("kind", [K.COST, K.QUANTITY, K.LINE_ADDED, K.LINE_REMOVED])
def test_every_change_is_a_question_with_a_consequence(kind: DecisionKind) -> None:
    asked = change(kind, 10, 8)
    assert question_of(asked).startswith(asked.label)
    assert consequence_of(asked)


def test_an_outside_name_cannot_write_control_characters() -> None:
    found = RemoteChange(kind=K.LINE_ADDED, product_id="p\x1b[2J", theirs=D(1))
    assert "\x1b" not in question_of(found)


quantities = st.integers(min_value=1, max_value=4)
costs = st.sampled_from(["1", "2", "3"])


@given(ours=st.tuples(quantities, costs), theirs=st.tuples(quantities, costs))
def test_taking_every_change_over_leaves_nothing_to_ask(
    ours: tuple[int, str], theirs: tuple[int, str]
) -> None:
    base = wrote(2, "2")
    found = remote_changes(
        [line(*ours)], [there(*theirs)], written=base, up_to_date=ours == (2, "2")
    )
    taken = {change.kind: change.theirs for change in found}
    after = line(int(taken.get(K.QUANTITY) or ours[0]), str(taken.get(K.COST) or ours[1]))
    again = remote_changes([after], [there(*theirs)], written=base, up_to_date=False)
    assert again == ()
