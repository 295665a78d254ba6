"""Plays a push through against what is believed of Lightspeed, to tell what it will cost. Pure.

The decisions are those of the push itself; only their outcomes are made up: every call is
answered, and Lightspeed holds what it was last seen to hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from lsync.core.domain.consignment import ConsignmentLineView, ConsignmentStatus, ConsignmentView
from lsync.core.domain.planned import Planned, chunks, pages
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.push import WHOLE, Header, Push, Situation, decide, intend
from lsync.core.domain.push.dialogue import (
    Action,
    AddLines,
    Adopt,
    Adopted,
    Candidate,
    Create,
    Created,
    Event,
    Filled,
    Finish,
    LineWrite,
    Looked,
    LookForCreate,
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
from lsync.core.domain.remote_change import WrittenLine
from lsync.core.domain.sanitise import visible

MOST_STEPS = 20
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_QUIET = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """What a push would start from.

    ``there``: its consignment, or those a look would find. ``ours``, ``base`` and ``header`` are
    what ``Situation`` says; ``unwritten``, too.
    """

    there: tuple[ConsignmentView, ...]
    wanted: tuple[ResolvedLine, ...]
    ours: frozenset[str] = frozenset()
    base: Mapping[str, WrittenLine] | None = None
    header: Header | None = None
    unwritten: bool = True
    auto_send: bool = True


def rehearse(push: Push, believed: Believed) -> list[Planned]:
    """Return the steps that the push would take.

    An open write counts as over: whether it took effect is what was believed.
    """
    stage = _Stage(believed, cut_short=push.step not in WHOLE)
    over = replace(push, uncertain_since=_LONG_AGO)
    decision = decide(over, Resumed(), stage.situation())
    for _ in range(MOST_STEPS):
        if isinstance(decision.action, Finish | Stop | Rest | Retreat):
            break
        intended = intend(decision.push, decision.action)
        event = stage.carry_out(decision.action)
        decision = decide(intended, event, stage.situation())
    return stage.steps


class _Stage:
    """Lightspeed as believed, while a push is played."""

    def __init__(self, believed: Believed, *, cut_short: bool) -> None:
        self.steps: list[Planned] = []
        self._cut_short = cut_short
        self._believed = believed
        self._view = believed.there[0] if believed.there else _EMPTY
        self._reads = self._sends = self._headers = 0

    def situation(self) -> Situation:
        known = self._believed
        return Situation(
            wanted=known.wanted,
            header=known.header,
            ours=known.ours,
            base=known.base,
            cut_short=self._cut_short,
            now=_LONG_AGO + _QUIET,
            quiet=_QUIET,
            unwritten=known.unwritten,
            auto_send=known.auto_send,
            reads=self._reads,
            sends=self._sends,
            headers=self._headers,
        )

    def carry_out(self, action: Action) -> Event:
        """Note the step and answer it as Lightspeed would."""
        match action:
            case Create():
                self._note("create", "Create the empty consignment, status OPEN", 1)
                return Created(consignment=self._view)
            case LookForCreate():
                return self._look()
            case Adopt():
                return self._adopt(action)
            case ReadBack():
                return self._read(action)
            case Send():
                self._sends += 1
                self._note("send", "Set the status to SENT", 1)
                self._view = replace(self._view, status=ConsignmentStatus.SENT.value)
                return Sent(consignment=self._view)
            case AddLines() | SetLines() | RemoveLines() | SetHeader():
                return self._write(action)
            case _:
                raise TypeError(f"{action} ends a push")

    def _note(self, step: str, description: str, calls: int) -> None:
        self.steps.append(Planned(step=step, description=description, calls=calls))

    def _look(self) -> Looked:
        there = self._believed.there
        if there:
            calls = 1 if len(there) == 1 else 1 + len(there)
            self._note("look", "Look for the consignment that carries the order's number", calls)
        else:
            told = "Look for the consignment that may have been created; create it only when it is "
            self._note("look", f"{told}not there after the quiet period", 2)
        found = [Candidate(consignment=it, has_lines=bool(it.lines)) for it in there]
        return Looked(candidates=tuple(found))

    def _adopt(self, action: Adopt) -> Adopted:
        self._view = action.chosen
        name = visible(action.chosen.consignment_id)
        told = f"Take {name} as the order's; it is {visible(action.chosen.status)}"
        surplus = len(action.surplus)
        self._note("adopt", told + f", and delete {surplus} empty ones" * bool(surplus), surplus)
        return Adopted(consignment=self._view, deleted=action.surplus, others=action.others)

    def _read(self, action: ReadBack) -> Read:
        lines = pages(len(self._believed.wanted))
        if self._reads or any(it.step == "create" for it in self.steps):
            self._note("verify", "Read the lines back; equal, or stop", lines + action.whole)
        else:
            what = "the consignment and its lines" if action.whole else "its lines"
            self._note("read", f"Read {what}", lines + action.whole)
        self._reads += 1
        return Read(consignment=self._view, action=action)

    def _write(self, action: LineWrite) -> Filled:
        match action:
            case AddLines(lines=lines, rest=rest):
                every = (*lines, *rest)
                self._note("lines", f"Add {len(every)} lines in bulk", chunks(len(every)))
                self._view = replace(self._view, lines=_added(self._view.lines, every))
                return Filled(action=AddLines(lines=every))
            case SetLines(lines=lines):
                told = f"Set {len(lines)} changed lines to what was ordered"
                self._note("lines", told, len(lines))
                self._view = replace(self._view, lines=_set(self._view.lines, lines))
            case RemoveLines(product_ids=gone):
                self._note("remove", f"Remove {len(gone)} lines no longer ordered", len(gone))
                kept = [it for it in self._view.lines if it.product_id not in gone]
                self._view = replace(self._view, lines=tuple(kept))
            case SetHeader():
                self._headers += 1
                self._note("header", "Set supplier, outlet, due date and invoice if changed", 1)
        return Filled(action=action)


_EMPTY = ConsignmentView(consignment_id="", status=ConsignmentStatus.OPEN.value, version=0)


def _added(
    held: Sequence[ConsignmentLineView], lines: Sequence[ResolvedLine]
) -> tuple[ConsignmentLineView, ...]:
    counts = {line.product_id: line.count for line in held}
    more = [
        replace(line, quantity=line.quantity + counts.get(line.product_id, Decimal(0)))
        for line in lines
    ]
    return _set(held, more)


def _set(
    held: Sequence[ConsignmentLineView], lines: Sequence[ResolvedLine]
) -> tuple[ConsignmentLineView, ...]:
    by_product = {line.product_id: line for line in held}
    for line in lines:
        before = by_product.get(line.product_id, _nothing(line.product_id))
        cost = before.cost if line.unit_cost is None else line.unit_cost
        by_product[line.product_id] = replace(before, count=line.quantity, cost=cost)
    return tuple(by_product.values())


def _nothing(product_id: str) -> ConsignmentLineView:
    return ConsignmentLineView(product_id=product_id, count=Decimal(0))
