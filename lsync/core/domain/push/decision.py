"""What comes next in a push, given what was observed. Pure: every crash point is a plain call."""

from dataclasses import replace
from typing import assert_never

from lsync.core.domain.push import create, lines
from lsync.core.domain.push.dialogue import (
    Action,
    AddLines,
    Adopted,
    Create,
    Created,
    Event,
    Filled,
    Gone,
    Looked,
    Lost,
    Read,
    ReadBack,
    RemoveLines,
    Resumed,
    Retreat,
    Send,
    Sent,
    SetHeader,
    SetLines,
)
from lsync.core.domain.push.recovery import Push, Step
from lsync.core.domain.push.situation import Decision, Situation, uncertain

_ANNOUNCING: dict[type[object], Step] = {
    Create: Step.CREATING,
    AddLines: Step.FILLING,
    SetLines: Step.FILLING,
    RemoveLines: Step.FILLING,
    SetHeader: Step.FILLING,
    Send: Step.SENDING,
}

_UNDONE: dict[Step, Step] = {
    Step.CREATING: Step.ARMED,
    Step.FILLING: Step.FILLED,
    Step.SENDING: Step.VERIFIED,
}


def intend(push: Push, action: Action) -> Push:
    """Return the push as it must be committed before ``action`` is carried out."""
    step = _ANNOUNCING.get(type(action))
    return push if step is None else push.at(step)


def undo(push: Push) -> Push:
    """Return the push after its open write was proven not to have happened."""
    step = _UNDONE.get(push.step)
    return push if step is None else push.at(step)


def decide(push: Push, event: Event, situation: Situation) -> Decision:
    """Settle what was observed and name the next action. A run begins with ``Resumed``."""
    match event:
        case Resumed():
            return _resume(push, situation)
        case Looked(candidates=candidates):
            return create.settle(push, candidates, situation)
        case Created() | Adopted():
            return _begin_lines(push, event, situation)
        case Filled() | Read() | Gone() | Sent():
            return _continue(push, event, situation)
        case Lost():
            return _lose(push, event, situation)
        case _:
            assert_never(event)


def _resume(push: Push, situation: Situation) -> Decision:
    match push.step:
        case Step.ARMED if situation.may_create:
            return Decision(push=push, action=Create())
        case Step.ARMED:
            return Decision(push=push, action=Retreat(reason="nothing was sent yet"))
        case Step.CREATING:
            return create.resume(push, situation)
        case Step.FILLING:
            unsure = uncertain(push, now=situation.now)
            return Decision(push=unsure, action=ReadBack(whole=True))
        case _:
            return Decision(push=push, action=ReadBack(whole=True))


def _begin_lines(push: Push, event: Created | Adopted, situation: Situation) -> Decision:
    """A consignment of ours is empty; one that was found has to be read first."""
    known = replace(push.at(Step.CREATED), consignment_id=event.consignment.consignment_id)
    if isinstance(event, Adopted):
        return Decision(push=known, action=ReadBack(whole=False))
    return Decision(push=known, action=lines.add(situation.wanted))


def _continue(push: Push, event: Filled | Read | Gone | Sent, situation: Situation) -> Decision:
    match event:
        case Filled(action=AddLines(rest=rest)) if rest:
            return Decision(push=push.at(Step.FILLED), action=lines.add(rest))
        case Filled():
            return Decision(push=push.at(Step.FILLED), action=ReadBack(whole=False))
        case Read(consignment=consignment, action=action):
            return lines.judge(push, consignment, action=action, situation=situation)
        case Gone():
            return lines.gone(push)
        case Sent(consignment=consignment):
            return lines.confirm_send(push, consignment, situation)
        case _:
            assert_never(event)


def _lose(push: Push, event: Lost, situation: Situation) -> Decision:
    match event.action:
        case Create():
            return create.lose(push, situation)
        case AddLines() | SetLines() | RemoveLines() | SetHeader() as write:
            unsure = replace(push, uncertain_since=situation.now)
            whole = isinstance(write, SetHeader)
            action = ReadBack(whole=whole, awaited=lines.touched(write))
            return Decision(push=unsure, action=action)
        case Send():
            return lines.send_unconfirmed(push, situation)
        case _:
            assert_never(event.action)
