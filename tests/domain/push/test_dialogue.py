"""What a push does next, observation by observation."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from lsync.core.domain.consignment import ConsignmentLineView, ConsignmentView
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.problem import ProblemCode
from lsync.core.domain.push import (
    TRANSITIONS,
    Header,
    Push,
    Situation,
    Step,
    decide,
    intend,
    undo,
)
from lsync.core.domain.push.dialogue import (
    AddLines,
    Adopt,
    Adopted,
    Candidate,
    Create,
    Created,
    Event,
    Filled,
    Finish,
    Gone,
    Looked,
    LookForCreate,
    Lost,
    Read,
    ReadBack,
    RemoveLines,
    Rest,
    Resumed,
    Retreat,
    Send,
    Sent,
    SetHeader,
    SetLines,
    Stop,
)
from tests.domain.push.model import QUIET, START, wanted_lines

ARMED = Push(order_id=1, reference="PO-1", revision=1, watermark=100)
WANTED = wanted_lines(3)
NOW = Situation(wanted=WANTED, now=START, quiet=QUIET)
LATER = replace(NOW, now=START + QUIET)


def at(step: Step) -> Push:
    return replace(ARMED, step=step, consignment_id="c1")


def view(
    status: str = "OPEN", lines: tuple[ResolvedLine, ...] = WANTED, consignment_id: str = "c1"
) -> ConsignmentView:
    return ConsignmentView(
        consignment_id=consignment_id,
        status=status,
        version=101,
        reference="PO-1",
        created_at=START,
        lines=tuple(
            ConsignmentLineView(
                product_id=line.product_id, count=line.quantity, cost=line.unit_cost
            )
            for line in lines
        ),
    )


def read(seen: ConsignmentView, *, awaited: frozenset[str] = frozenset()) -> Read:
    return Read(consignment=seen, action=ReadBack(whole=False, awaited=awaited))


def test_a_clean_push_is_create_bulk_read_send() -> None:
    push, steps, actions = ARMED, [], []
    event: Event = Resumed()
    for answer in (
        Created(consignment=view(lines=())),
        Filled(action=AddLines(lines=WANTED)),
        read(view()),
        Sent(consignment=view("SENT")),
        None,
    ):
        decision = decide(push, event, NOW)
        push = intend(decision.push, decision.action)
        actions.append(decision.action)
        steps.append(push.step)
        if answer:
            event = answer
    assert actions == [
        Create(),
        AddLines(lines=WANTED),
        ReadBack(whole=False),
        Send(),
        Finish(consignment=view("SENT")),
    ]
    assert steps == [Step.CREATING, Step.FILLING, Step.FILLED, Step.SENDING, Step.DONE]


@pytest.mark.parametrize("step", sorted(set(Step) - {Step.ARMED, Step.CREATING}))
def test_whatever_may_exist_is_read_before_anything_is_written(step: Step) -> None:
    assert decide(at(step), Resumed(), NOW).action == ReadBack(whole=True)


def test_a_create_that_may_have_happened_is_looked_for_and_never_repeated_at_once() -> None:
    creating = replace(ARMED, step=Step.CREATING)
    look = LookForCreate(after=100, reference="PO-1")
    resumed = decide(creating, Resumed(), NOW)
    lost = decide(creating, Lost(action=Create()), NOW)
    assert resumed.action == lost.action == look
    rest = decide(lost.push, Looked(candidates=()), NOW)
    assert isinstance(rest.action, Rest)
    assert rest.action.until == START + QUIET
    assert [p.code for p in rest.action.problems] == [ProblemCode.UNCERTAIN_CREATE]
    early = decide(rest.push, Resumed(), replace(NOW, now=START + QUIET / 2))
    assert isinstance(early.action, Rest)
    second = decide(rest.push, Resumed(), LATER)
    assert second.action == look
    assert decide(second.push, Looked(candidates=()), LATER).action == Create()


def test_looking_on_request_never_creates() -> None:
    situation = replace(LATER, may_create=False)
    creating = replace(ARMED, step=Step.CREATING, uncertain_since=START, looks=1)
    assert isinstance(decide(creating, Resumed(), situation).action, LookForCreate)
    assert isinstance(decide(creating, Looked(candidates=()), situation).action, Rest)
    assert isinstance(decide(ARMED, Resumed(), situation).action, Retreat)


def candidate(name: str, status: str = "OPEN", *, lines: bool = False, age: int = 0) -> Candidate:
    seen = replace(
        view(status, lines=(), consignment_id=name), created_at=START - timedelta(minutes=age)
    )
    return Candidate(consignment=seen, has_lines=lines)


@pytest.mark.parametrize(
    ("candidates", "chosen", "surplus", "others"),
    [
        ([candidate("a")], "a", [], []),
        ([candidate("a"), candidate("b", age=5)], "b", ["a"], []),
        ([candidate("a", lines=True), candidate("b", age=5)], "a", ["b"], []),
        ([candidate("a", lines=True), candidate("b", "SENT", lines=True)], "b", [], ["a"]),
        ([candidate("a", "SENT", lines=True), candidate("b", "RECEIVED")], "b", [], ["a"]),
        ([candidate("a", "CANCELLED"), candidate("b")], "b", [], ["a"]),
        ([candidate("a", "NEW_ONE"), candidate("b")], "b", [], ["a"]),
    ],
)
def test_of_several_the_most_advanced_then_the_earliest_is_adopted(
    candidates: list[Candidate], chosen: str, surplus: list[str], others: list[str]
) -> None:
    creating = replace(ARMED, step=Step.CREATING)
    action = decide(creating, Looked(candidates=tuple(candidates)), NOW).action
    assert isinstance(action, Adopt)
    assert action.chosen.consignment_id == chosen
    assert [it.consignment_id for it in action.surplus] == surplus
    assert [it.consignment_id for it in action.others] == others


def test_an_adopted_consignment_is_read_before_lines_are_added() -> None:
    creating = replace(ARMED, step=Step.CREATING)
    decision = decide(creating, Adopted(consignment=view(lines=())), NOW)
    assert decision.push.consignment_id == "c1"
    assert decision.action == ReadBack(whole=False)


def test_lines_go_out_in_chunks_of_500() -> None:
    many = replace(NOW, wanted=wanted_lines(1200))
    first = decide(
        replace(ARMED, step=Step.CREATING), Created(consignment=view(lines=())), many
    ).action
    assert isinstance(first, AddLines)
    second = decide(at(Step.FILLING), Filled(action=first), many).action
    assert isinstance(second, AddLines)
    third = decide(at(Step.FILLING), Filled(action=second), many).action
    assert isinstance(third, AddLines)
    assert [len(action.lines) for action in (first, second, third)] == [500, 500, 200]
    assert decide(at(Step.FILLING), Filled(action=third), many).action == ReadBack(whole=False)


def test_unconfirmed_lines_that_are_there_count_as_written() -> None:
    lost = decide(at(Step.FILLING), Lost(action=AddLines(lines=WANTED[:2])), NOW)
    assert lost.action == ReadBack(whole=False, awaited=frozenset({"p1", "p2"}))
    seen = read(view(lines=WANTED[:2]), awaited=frozenset({"p1", "p2"}))
    assert decide(lost.push, seen, NOW).action == AddLines(lines=WANTED[2:])


def test_unconfirmed_lines_that_are_not_there_rest_before_they_are_added_again() -> None:
    lost = decide(at(Step.FILLING), Lost(action=AddLines(lines=WANTED)), NOW)
    empty = read(view(lines=()), awaited=frozenset({"p1", "p2", "p3"}))
    rest = decide(lost.push, empty, NOW)
    assert isinstance(rest.action, Rest)
    assert rest.push.step is Step.FILLING
    assert decide(rest.push, empty, LATER).action == AddLines(lines=WANTED)


def test_after_a_crash_while_adding_lines_a_difference_rests_too() -> None:
    resumed = decide(at(Step.FILLING), Resumed(), NOW)
    assert resumed.push.uncertain_since == START
    assert isinstance(decide(resumed.push, read(view(lines=WANTED[:1])), NOW).action, Rest)


def test_few_differing_lines_are_set_to_the_ordered_values() -> None:
    doubled = (*WANTED[:2], replace(WANTED[2], quantity=WANTED[2].quantity * 2))
    assert decide(at(Step.FILLED), read(view(lines=doubled)), NOW).action == SetLines(
        lines=(WANTED[2],)
    )


def test_many_lacking_lines_are_added_in_bulk_by_their_difference() -> None:
    many = wanted_lines(30)
    there = tuple(replace(line, quantity=line.quantity - Decimal("0.5")) for line in many[:20])
    situation = replace(NOW, wanted=many)
    action = decide(at(Step.FILLED), read(view(lines=there)), situation).action
    assert isinstance(action, AddLines)
    lacking = {line.product_id: line.quantity for line in action.lines}
    assert lacking["p1"] == Decimal("0.5")
    assert lacking["p30"] == many[29].quantity
    assert len(lacking) == 30


def test_many_doubled_lines_are_never_set_by_adding() -> None:
    many = wanted_lines(30)
    there = tuple(replace(line, quantity=line.quantity * 2) for line in many)
    action = decide(at(Step.FILLED), read(view(lines=there)), replace(NOW, wanted=many)).action
    assert action == SetLines(lines=many)


def test_a_line_that_somebody_else_added_stops_the_push() -> None:
    foreign = replace(WANTED[0], product_id="foreign")
    action = decide(at(Step.FILLED), read(view(lines=(*WANTED, foreign))), NOW).action
    assert isinstance(action, Stop)
    assert [problem.code for problem in action.problems] == [ProblemCode.LINE_EXTRA]
    assert "Take the line out at Lightspeed" in action.problems[0].fix


def test_a_line_that_lsync_wrote_and_the_order_dropped_is_removed() -> None:
    dropped = replace(WANTED[0], product_id="dropped")
    seen = view("SENT", lines=(*WANTED[1:], dropped))
    ours = replace(NOW, ours=frozenset({"dropped"}))
    decision = decide(at(Step.DONE), read(seen), ours)
    assert decision.action == RemoveLines(product_ids=("dropped",))
    after = view("SENT", lines=WANTED[1:])
    filled = decide(replace(decision.push, step=Step.FILLING), Filled(action=decision.action), ours)
    assert filled.action == ReadBack(whole=False)
    assert decide(filled.push, read(after), ours).action == AddLines(lines=WANTED[:1])


def test_a_line_on_which_goods_were_received_is_never_removed() -> None:
    received = ConsignmentLineView(
        product_id="dropped", count=Decimal(1), received=Decimal(1), cost=Decimal(1)
    )
    seen = replace(view("SENT"), lines=(*view().lines, received))
    ours = replace(NOW, ours=frozenset({"dropped"}))
    assert isinstance(decide(at(Step.DONE), read(seen), ours).action, Stop)


HEADER = Header(supplier_id="s1", outlet_id="o1", due_at=START, supplier_invoice="INV")


def test_a_changed_header_goes_out_once_when_the_lines_are_equal() -> None:
    seen = replace(view("SENT"), supplier_id="s1", outlet_id="o1")
    changed = replace(NOW, header=HEADER)
    decision = decide(at(Step.DONE), read(seen), changed)
    assert decision.action == SetHeader()
    said = replace(changed, headers=1)
    assert decide(decision.push, read(seen), said).action == Finish(consignment=seen)
    fitting = replace(seen, due_at=START + timedelta(minutes=5), supplier_invoice="INV")
    assert decide(at(Step.DONE), read(fitting), changed).action == Finish(consignment=fitting)
    lost = decide(replace(decision.push, step=Step.FILLING), Lost(action=SetHeader()), said)
    assert lost.action == ReadBack(whole=True)


def test_a_header_that_comes_too_late_is_not_written_and_said() -> None:
    seen = replace(view("DISPATCHED"), supplier_id="s1", outlet_id="o1")
    action = decide(at(Step.DONE), read(seen), replace(NOW, header=HEADER)).action
    assert action == Finish(consignment=seen, equal=False)


def test_a_difference_that_will_not_go_away_stops_the_push() -> None:
    action = decide(at(Step.FILLED), read(view(lines=WANTED[:2])), replace(NOW, reads=4)).action
    assert isinstance(action, Stop)


def test_an_equal_consignment_is_sent_only_with_auto_send() -> None:
    held_back = decide(at(Step.FILLED), read(view()), replace(NOW, auto_send=False))
    assert held_back.action == Finish(consignment=view())
    assert held_back.push.step is Step.VERIFIED
    assert decide(at(Step.FILLED), read(view()), NOW).action == Send()


def test_a_send_is_believed_only_if_the_answer_shows_it() -> None:
    once = replace(NOW, sends=1)
    assert decide(at(Step.SENDING), Sent(consignment=view("OPEN")), once).action == ReadBack(
        whole=True
    )
    twice = replace(NOW, sends=2)
    assert isinstance(decide(at(Step.SENDING), Lost(action=Send()), twice).action, Retreat)
    assert isinstance(decide(at(Step.SENDING), read(view()), twice).action, Retreat)


@pytest.mark.parametrize("status", ["SENT", "DISPATCHED", "RECEIVED"])
def test_an_order_that_is_there_already_costs_no_write(status: str) -> None:
    decision = decide(at(Step.DONE), read(view(status)), NOW)
    assert decision.action == Finish(consignment=view(status))


def test_a_difference_of_a_revision_that_was_written_is_drift_and_stays() -> None:
    situation = replace(NOW, unwritten=False)
    seen = view("SENT", lines=WANTED[:2])
    action = decide(at(Step.DONE), read(seen), situation).action
    assert action == Finish(consignment=seen, equal=False)


def test_a_new_revision_of_a_sent_order_is_written_as_absolute_values() -> None:
    changed = (replace(WANTED[0], quantity=Decimal(50)), *WANTED[1:])
    decision = decide(at(Step.DONE), read(view("SENT")), replace(NOW, wanted=changed))
    assert decision.action == SetLines(lines=changed[:1])


def test_a_new_revision_that_comes_too_late_is_not_written() -> None:
    seen = view("DISPATCHED", lines=WANTED[:2])
    action = decide(at(Step.DONE), read(seen), NOW).action
    assert action == Finish(consignment=seen, equal=False)


def test_unknown_and_cancelled_consignments_are_not_written() -> None:
    unknown = decide(at(Step.FILLED), read(view("ON_HOLD")), NOW).action
    gone = view("CANCELLED", lines=())
    cancelled = decide(at(Step.FILLED), read(gone), NOW).action
    assert isinstance(unknown, Stop)
    assert cancelled == Finish(consignment=gone, equal=False)
    assert [p.code for p in unknown.problems] == [ProblemCode.UNKNOWN_STATUS]


def test_a_deleted_consignment_is_not_replaced_by_itself() -> None:
    action = decide(at(Step.SENDING), Gone(), NOW).action
    assert isinstance(action, Stop)
    assert [p.code for p in action.problems] == [ProblemCode.CONSIGNMENT_MISSING]


def test_a_write_proven_not_to_have_happened_goes_back_one_step() -> None:
    undone = {step: undo(at(step)).step for step in Step}
    assert undone[Step.CREATING] is Step.ARMED
    assert undone[Step.FILLING] is Step.FILLED
    assert undone[Step.SENDING] is Step.VERIFIED
    assert all(undone[step] is step for step in (Step.ARMED, Step.CREATED, Step.DONE))


def test_no_step_is_skipped() -> None:
    assert set(TRANSITIONS) == set(Step)
    with pytest.raises(ValueError, match="armed cannot become sending"):
        ARMED.at(Step.SENDING)
