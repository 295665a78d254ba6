"""What somebody changed at Lightspeed on a consignment that lsync had written.

A difference alone does not tell who made it: the lines as lsync last wrote them are the third
value between the order here and the consignment there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lsync.core.domain.amount import plain
from lsync.core.domain.consignment import ConsignmentLineView
from lsync.core.domain.decision import DecisionKind
from lsync.core.domain.drift import label
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.sanitise import visible

K = DecisionKind


class Policy(StrEnum):
    """What a change made at Lightspeed does to the order."""

    APPLY = "apply"
    PROPOSE = "propose"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenLine:
    """A line as lsync last wrote it. ``unit_cost`` is None where Lightspeed chose the cost.

    A ``quantity`` of zero: a line that an edit is about to add and that was not seen there yet.
    """

    quantity: Decimal
    unit_cost: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteChange:
    """One change made at Lightspeed.

    ``ours`` is the order's value and ``theirs`` Lightspeed's: a unit cost for ``cost``, else a
    quantity. ``line`` is None for a product nobody ordered here, whose cost is ``cost``.
    """

    kind: DecisionKind
    product_id: str
    line: ResolvedLine | None = None
    ours: Decimal | None = None
    theirs: Decimal | None = None
    cost: Decimal | None = None
    sku: str | None = None

    @property
    def doubled(self) -> bool:
        """Whether Lightspeed has exactly twice as much, as after a write that ran twice."""
        return self.kind is K.QUANTITY and self.ours is not None and self.theirs == 2 * self.ours

    @property
    def label(self) -> str:
        """What a person calls the product."""
        return label(self.line) if self.line else visible(self.sku or self.product_id)


def remote_changes(
    lines: Sequence[ResolvedLine],
    there: Iterable[ConsignmentLineView],
    *,
    written: Mapping[str, WrittenLine],
    up_to_date: bool,
) -> tuple[RemoteChange, ...]:
    """Return what differs from the order because of Lightspeed, in the order's sequence.

    ``written`` are the lines by product as lsync last wrote them. ``up_to_date``: Lightspeed was
    shown to hold this revision of the order, so that a line that was never written (an order
    taken over) was there as ordered. A product listed with a count of zero is not there.
    """
    held = {line.product_id: line for line in there if line.count or line.received}
    found: list[RemoteChange] = []
    for line in lines:
        base = written.get(line.product_id)
        if base is None and up_to_date:
            base = WrittenLine(quantity=line.quantity, unit_cost=line.unit_cost)
        now = held.pop(line.product_id, None)
        if base is not None:
            found += _of_line(line, base, now)
    found += [_added(line) for line in held.values() if line.product_id not in written]
    return tuple(found)


def _of_line(
    line: ResolvedLine, base: WrittenLine, now: ConsignmentLineView | None
) -> Iterator[RemoteChange]:
    product_id = line.product_id
    if now is None:
        if base.quantity:
            yield RemoteChange(
                kind=K.LINE_REMOVED, product_id=product_id, line=line, ours=line.quantity
            )
        return
    if now.count not in {base.quantity, line.quantity}:
        yield RemoteChange(
            kind=K.QUANTITY,
            product_id=product_id,
            line=line,
            ours=line.quantity,
            theirs=now.count,
        )
    if None not in {base.unit_cost, now.cost} and now.cost not in {base.unit_cost, line.unit_cost}:
        yield RemoteChange(
            kind=K.COST, product_id=product_id, line=line, ours=line.unit_cost, theirs=now.cost
        )


def _added(line: ConsignmentLineView) -> RemoteChange:
    return RemoteChange(
        kind=K.LINE_ADDED,
        product_id=line.product_id,
        theirs=line.count,
        cost=line.cost,
        sku=line.sku,
    )


def policy_for(change: RemoteChange, *, cost_policy: Policy, line_policy: Policy) -> Policy:
    """Return what is to be done with a change.

    A doubled quantity is never applied without a person: it may be an error, and it would be
    paid for.
    """
    policy = cost_policy if change.kind is K.COST else line_policy
    return Policy.PROPOSE if policy is Policy.APPLY and change.doubled else policy


def question_of(change: RemoteChange) -> str:
    """Return the change as a sentence."""
    name, ours, theirs = change.label, _shown(change.ours), _shown(change.theirs)
    match change.kind:
        case K.COST:
            return f"{name}: the unit cost is {theirs} at Lightspeed and {ours} here"
        case K.LINE_ADDED:
            return f"{name}: {theirs} were added at Lightspeed, none was ordered here"
        case K.LINE_REMOVED:
            return f"{name}: the line was taken out at Lightspeed, {ours} are ordered here"
        case _:
            twice = ", exactly twice as much" if change.doubled else ""
            return f"{name}: {theirs} at Lightspeed and {ours} here{twice}"


def consequence_of(change: RemoteChange) -> str:
    """Return what accepting the change does, as a clause."""
    match change.kind:
        case K.COST:
            cost = _shown(change.theirs)
            return f"the line costs {cost}, and so does the product at this supplier"
        case K.LINE_ADDED:
            return f"a line of {_shown(change.theirs)} is added to the order"
        case K.LINE_REMOVED:
            return "the line is taken out of the order"
        case _:
            return f"the line orders {_shown(change.theirs)}"


def _shown(value: Decimal | None) -> str:
    return "none" if value is None else plain(value)
