"""What a sync would do and cost, before anybody is asked."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lsync.core.domain.consignment import ConsignmentLineView, ConsignmentView
from lsync.core.domain.family import Family
from lsync.core.domain.order import OrderLine, OrderState, PurchaseOrder
from lsync.core.domain.plan import Known, plan
from lsync.core.domain.preflight import Preflight, ResolvedOrder
from lsync.core.domain.problem import Problem, ProblemCode
from lsync.core.domain.push import Push, Step
from tests.domain.push.model import wanted_lines

PROBLEM = Problem(code=ProblemCode.UNKNOWN_SKU, message="no such thing", fix="correct it")


def known(lines: int = 3, **changes: object) -> Known:
    wanted = wanted_lines(lines)
    order = PurchaseOrder(
        order_number="PO-1",
        supplier="s",
        outlet="o",
        state=OrderState.APPROVED,
        lines=tuple(
            OrderLine(line_no=it.line_no, sku=it.sku, quantity=it.quantity) for it in wanted
        ),
    )
    resolved = ResolvedOrder(order_number="PO-1", supplier_id="s1", outlet_id="o1", lines=wanted)
    return replace(Known(order=order, checked=Preflight(resolved=resolved)), **changes)  # type: ignore[arg-type]  # its own fields


def push(step: Step) -> Push:
    return Push(order_id=1, reference="PO-1", revision=1, watermark=9, step=step)


@pytest.mark.parametrize(("lines", "calls"), [(1, 4), (500, 4), (501, 5), (1200, 7)])
def test_a_new_order(lines: int, calls: int) -> None:
    planned = plan(known(lines))
    assert planned.action == "create"
    assert [step.step for step in planned.steps] == ["create", "lines", "verify", "send"]
    assert planned.calls == calls


def test_without_auto_send_nothing_is_sent() -> None:
    assert plan(known(auto_send=False)).calls == 3


def test_problems_cost_nothing() -> None:
    planned = plan(known(checked=Preflight(problems=(PROBLEM,))))
    assert (planned.action, planned.calls, planned.problems) == ("blocked", 0, (PROBLEM,))


def test_a_cancelled_order_costs_nothing() -> None:
    facts = known()
    planned = plan(replace(facts, order=replace(facts.order, state=OrderState.CANCELLED)))
    assert (planned.action, planned.calls) == ("none", 0)


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({"state": OrderState.DRAFT}, ["approve"]),
        ({"state": OrderState.PENDING_APPROVAL}, ["approve"]),
        ({"held": True}, ["release"]),
        ({"state": OrderState.DRAFT, "held": True}, ["approve", "release"]),
    ],
)
def test_what_a_person_has_to_do_first_comes_first(
    changes: dict[str, object], first: list[str]
) -> None:
    facts = known()
    planned = plan(replace(facts, order=replace(facts.order, **changes)))  # type: ignore[arg-type]  # its own fields
    assert [step.step for step in planned.steps] == [*first, "create", "lines", "verify", "send"]
    assert (planned.action, planned.calls) == ("create", 4)
    bad = replace(facts, checked=Preflight(problems=(PROBLEM,)))
    blocked = plan(replace(bad, order=replace(bad.order, **changes)))  # type: ignore[arg-type]  # its own fields
    assert (blocked.action, blocked.problems) == ("blocked", (PROBLEM,))


@pytest.mark.parametrize(
    ("step", "steps"),
    [
        (Step.CREATING, ["look", "read", "lines", "verify", "send"]),
        (Step.FILLING, ["read", "lines", "verify", "send"]),
        (Step.VERIFIED, ["read", "verify", "send"]),
        (Step.SENDING, ["read", "verify", "send"]),
    ],
)
def test_an_interrupted_push_goes_on_from_its_recovery_point(step: Step, steps: list[str]) -> None:
    planned = plan(known(push=push(step)))
    assert planned.action == "resume"
    assert [it.step for it in planned.steps] == steps


def family(changed: int) -> Family:
    lines = tuple(
        ConsignmentLineView(
            product_id=line.product_id,
            count=line.quantity + (1 if place < changed else 0),
            cost=line.unit_cost,
        )
        for place, line in enumerate(wanted_lines(3))
    )
    return Family(
        primary=ConsignmentView(consignment_id="c1", status="SENT", version=9, lines=lines)
    )


def test_a_new_revision_writes_only_what_changed() -> None:
    planned = plan(known(push=push(Step.DONE), family=family(2)))
    assert planned.action == "update"
    assert [(it.step, it.calls) for it in planned.steps] == [
        ("read", 2),
        ("lines", 2),
        ("verify", 1),
    ]
    assert plan(known(push=push(Step.DONE), family=family(0))).calls == 2


def test_an_order_that_is_there_is_only_read() -> None:
    planned = plan(known(push=push(Step.DONE), family=family(0), written=True))
    assert (planned.action, planned.calls) == ("pull", 2)


def test_the_hash_changes_with_whatever_the_plan_was_made_from() -> None:
    facts = known()
    other = [
        replace(facts, order=replace(facts.order, revision=2)),
        replace(facts, order=replace(facts.order, held=True)),
        replace(facts, order=replace(facts.order, outlet="elsewhere")),
        replace(
            facts,
            order=replace(
                facts.order,
                lines=(replace(facts.order.lines[0], quantity=Decimal(9)), *facts.order.lines[1:]),
            ),
        ),
        replace(facts, push=push(Step.CREATING)),
        replace(facts, family=family(0)),
        replace(facts, auto_send=False),
        replace(facts, checked=Preflight(problems=(PROBLEM,))),
    ]
    hashes = {plan(it).state_hash for it in [facts, *other]}
    assert len(hashes) == 1 + len(other)
    assert plan(known()).state_hash == plan(facts).state_hash
