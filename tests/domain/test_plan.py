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
from lsync.core.domain.remote_change import WrittenLine
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
        (Step.CREATING, ["look", "create", "lines", "verify", "send"]),
        (Step.FILLING, ["read", "lines", "verify", "send"]),
        (Step.VERIFIED, ["read", "send"]),
        (Step.SENDING, ["read", "send"]),
    ],
)
def test_an_interrupted_push_goes_on_from_its_recovery_point(step: Step, steps: list[str]) -> None:
    planned = plan(known(push=push(step)))
    assert planned.action == "resume"
    assert [it.step for it in planned.steps] == steps
    assert planned.at_most


@pytest.mark.parametrize("step", [Step.FILLING, Step.FILLED])
def test_an_interrupted_edit_of_a_sent_order_writes_what_it_changed(step: Step) -> None:
    facts = edited(push(step), changed=1)
    planned = plan(facts)
    assert (planned.action, planned.at_most) == ("resume", True)
    assert [(it.step, it.calls) for it in planned.steps] == [
        ("read", 2),
        ("lines", 1),
        ("verify", 1),
    ]
    changed = replace(facts, order=replace(facts.order, revision=2, supplier_invoice="R 7"))
    assert [it.step for it in plan(changed).steps][-2:] == ["header", "verify"]


def test_what_somebody_changed_there_is_not_written_over() -> None:
    facts = edited(push(Step.FILLED), changed=0)
    assert [it.step for it in plan(replace(facts, family=family(2))).steps] == ["read"]


@pytest.mark.parametrize(("step", "steps"), [(Step.FILLED, 3), (Step.DONE, 1)])
def test_only_what_an_edit_that_was_cut_short_may_have_written_is_written_over(
    step: Step, steps: int
) -> None:
    facts = edited(push(step), changed=1)
    there = family(1).primary
    first, *rest = there.lines
    half = replace(there, lines=(replace(first, count=first.count + 5), *rest))
    assert len(plan(replace(facts, family=Family(primary=half))).steps) == steps


def edited(started: Push, *, changed: int, lines: int = 3) -> Known:
    """A later revision of an order; Lightspeed has the earlier one just as lsync wrote it."""
    there = family(changed)
    ours = {
        it.product_id: WrittenLine(quantity=it.count, unit_cost=it.cost)
        for it in there.primary.lines
    }
    facts = known(lines, push=started, family=there, ours=ours, written_before=True)
    return replace(facts, order=replace(facts.order, revision=2))


@pytest.mark.parametrize("status", ["DISPATCHED", "RECEIVED", "CANCELLED", "UNHEARD_OF"])
def test_a_consignment_that_takes_no_changes_is_only_read(status: str) -> None:
    there = family(2)
    frozen = replace(there, primary=replace(there.primary, status=status))
    planned = plan(known(push=push(Step.FILLED), family=frozen))
    assert [(it.step, it.calls) for it in planned.steps] == [("read", 2)]


def test_a_removed_line_is_taken_off() -> None:
    planned = plan(edited(push(Step.DONE), changed=0, lines=2))
    assert [(it.step, it.calls) for it in planned.steps] == [
        ("read", 2),
        ("remove", 1),
        ("verify", 1),
    ]


@pytest.mark.parametrize(
    ("status", "steps"),
    [
        ("OPEN", [("look", 1), ("adopt", 0), ("read", 1), ("send", 1)]),
        ("SENT", [("look", 1), ("adopt", 0), ("read", 1)]),
    ],
)
def test_a_consignment_that_carries_the_reference_is_adopted(
    status: str, steps: list[tuple[str, int]]
) -> None:
    there = replace(family(0).primary, status=status)
    planned = plan(known(found=(there,)))
    assert (planned.action, planned.at_most) == ("adopt", True)
    assert [(it.step, it.calls) for it in planned.steps] == steps
    twins = (there, replace(there, consignment_id="c2", status="OPEN", lines=()))
    look, adopt, *_ = plan(known(found=twins)).steps
    assert (look.calls, adopt.calls) == (3, 1)


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
        primary=ConsignmentView(
            consignment_id="c1",
            status="SENT",
            version=9,
            supplier_id="s1",
            outlet_id="o1",
            lines=lines,
        )
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
        replace(facts, found=(replace(family(0).primary, consignment_id="c2"),)),
        replace(facts, auto_send=False),
        replace(facts, checked=Preflight(problems=(PROBLEM,))),
    ]
    hashes = {plan(it).state_hash for it in [facts, *other]}
    assert len(hashes) == 1 + len(other)
    assert plan(known()).state_hash == plan(facts).state_hash
