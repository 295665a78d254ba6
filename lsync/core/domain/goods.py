"""Goods counted here: what may be recorded, what it adds up to, and what Lightspeed is told.

Lightspeed owns received quantities; a count made here is told to it as an absolute total, and
never over a count that somebody made there.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from lsync.core.domain.amount import plain
from lsync.core.domain.consignment import ConsignmentStatus, ConsignmentView
from lsync.core.domain.family import Family
from lsync.core.domain.order import OrderLine, OrderState, PurchaseOrder
from lsync.core.domain.preflight_lines import MOST_PLACES, ResolvedLine
from lsync.core.domain.receipt import NOTHING, received_totals
from lsync.core.domain.sanitise import visible

C = ConsignmentStatus
_OPEN_FOR_GOODS = frozenset({C.SENT, C.DISPATCHED})
RECEIVABLE = frozenset(
    {
        OrderState.SUBMITTED,
        OrderState.RECEIVING,
        OrderState.PARTIALLY_RECEIVED,
        OrderState.RECEIVED,
    }
)
"""States in which goods of an order can have arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted of one line in one delivery.

    ``received`` are good units and may be negative to correct an earlier count; ``damaged`` and
    ``short`` (announced but not there) are not among them.
    """

    line_no: int
    received: Decimal
    damaged: Decimal = NOTHING
    short: Decimal = NOTHING
    reason: str | None = None
    delivery: str = ""
    recorded_at: datetime | None = None
    recorded_by: str = ""


def check_counted(
    order: PurchaseOrder, counted: Sequence[Counted], *, before: Mapping[int, Decimal]
) -> list[str]:
    """Return what forbids recording this; ``before`` are the totals by line so far."""
    if order.state not in RECEIVABLE:
        return [f"the order is {order.state}; goods are counted once it was sent"]
    if not counted:
        return ["nothing was counted"]
    known = {line.line_no: line for line in order.lines}
    found, seen = [], set()
    for each in counted:
        line = known.get(each.line_no)
        if line is None:
            found.append(f"the order has no line {each.line_no}")
        elif each.line_no in seen:
            found.append(f"{_name(line)}: named twice")
        else:
            found += _check(line, each, before=before.get(each.line_no, NOTHING))
        seen.add(each.line_no)
    return found


def _check(line: OrderLine, each: Counted, *, before: Decimal) -> list[str]:
    name, numbers = _name(line), (each.received, each.damaged, each.short)
    if not all(number.is_finite() for number in numbers):
        return [f"{name}: not a number"]
    found = []
    if any(len(plain(number).partition(".")[2]) > MOST_PLACES for number in numbers):
        found.append(f"{name}: more than {MOST_PLACES} decimals")
    if each.damaged < 0 or each.short < 0:
        found.append(f"{name}: damaged and short are zero or more")
    if before + each.received < 0:
        found.append(f"{name}: {plain(before)} were counted so far, the total would be below zero")
    if not any(numbers):
        found.append(f"{name}: nothing was counted")
    return found


def remarks(
    order: PurchaseOrder, counted: Sequence[Counted], *, before: Mapping[int, Decimal]
) -> list[str]:
    """Return what is unusual about a count that may be recorded: more than was ordered."""
    known = {line.line_no: line for line in order.lines}
    told = []
    for each in counted:
        line, total = known[each.line_no], before.get(each.line_no, NOTHING) + each.received
        if total > line.quantity:
            over = plain(total - line.quantity)
            told.append(f"{_name(line)}: {plain(total)} counted, {over} more than ordered")
    return told


def totals(counted: Iterable[Counted]) -> dict[int, Decimal]:
    """Return the good units counted of each line, over all deliveries."""
    found: dict[int, Decimal] = {}
    for each in counted:
        found[each.line_no] = found.get(each.line_no, NOTHING) + each.received
    return found


def _name(line: OrderLine) -> str:
    return f"line {line.line_no} {visible(line.label)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentTotal:
    """The total lsync wrote last for a product, and the one it has read back."""

    attempted: Decimal
    confirmed: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A product that was counted there as well: ``ours`` and ``theirs`` are family totals."""

    line: ResolvedLine
    ours: Decimal
    theirs: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPlan:
    """What Lightspeed is to be told.

    ``writes`` are the received amounts of ``consignment_id`` by product, absolute. ``hindrance``
    says why nothing can be told at all.
    """

    consignment_id: str | None = None
    writes: tuple[tuple[str, Decimal], ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    hindrance: str | None = None


def plan_receipts(
    lines: Sequence[ResolvedLine],
    counted: Mapping[int, Decimal],
    family: Family,
    *,
    sent: Mapping[str, SentTotal],
    overruled: AbstractSet[str] = frozenset(),
) -> ReceiptPlan:
    """Return which totals have to be written so that Lightspeed has what was counted here.

    ``counted`` are the totals by line, ``sent`` what lsync itself has written, by product. A value
    there that lsync did not write is a disagreement, unless a person has ``overruled`` it.
    """
    there = received_totals(family.members)
    differing = [
        line
        for line in lines
        if line.line_no in counted and counted[line.line_no] != there.get(line.product_id, NOTHING)
    ]
    if not differing:
        return ReceiptPlan()
    open_for_goods = [it for it in family.members if it.known_status in _OPEN_FOR_GOODS]
    if len(open_for_goods) != 1:
        return ReceiptPlan(hindrance=_hindrance(family, open_for_goods))
    return _plan(differing, counted, there, open_for_goods[0], sent=sent, overruled=overruled)


def _plan(
    differing: Sequence[ResolvedLine],
    counted: Mapping[int, Decimal],
    there: Mapping[str, Decimal],
    target: ConsignmentView,
    *,
    sent: Mapping[str, SentTotal],
    overruled: AbstractSet[str],
) -> ReceiptPlan:
    held = {line.product_id: line.received or NOTHING for line in target.lines}
    writes, disagreements = [], []
    for line in differing:
        ours, theirs = counted[line.line_no], there.get(line.product_id, NOTHING)
        present = held.get(line.product_id)
        elsewhere = theirs - (present or NOTHING)
        may_write = line.product_id in overruled or _is_ours(theirs, sent.get(line.product_id))
        if present is None or ours < elsewhere or not may_write:
            disagreements.append(Disagreement(line=line, ours=ours, theirs=theirs))
        else:
            writes.append((line.product_id, ours - elsewhere))
    return ReceiptPlan(
        consignment_id=target.consignment_id,
        writes=tuple(writes),
        disagreements=tuple(disagreements),
    )


def _is_ours(theirs: Decimal, sent: SentTotal | None) -> bool:
    if sent is None:
        return theirs == NOTHING
    return theirs in {sent.attempted, sent.confirmed or NOTHING}


def _hindrance(family: Family, open_for_goods: Sequence[ConsignmentView]) -> str:
    if open_for_goods:
        ids = " and ".join(visible(it.consignment_id) for it in open_for_goods)
        return f"the order is split over {ids}: say at Lightspeed which one the goods belong to"
    statuses = " and ".join(visible(it.status) for it in family.members)
    if any(it.known_status is C.OPEN for it in family.members):
        return f"the consignment is {statuses}; it has to be sent first"
    return f"the consignment is {statuses} and takes no goods any more"
