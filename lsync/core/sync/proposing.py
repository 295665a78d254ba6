"""What Lightspeed changed on an order's consignment: asked about, taken over, or left as drift.

What a change is, and which policy it follows, is judged by ``domain.remote_change``.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from lsync.core.domain.consignment import ConsignmentStatus
from lsync.core.domain.decision import Decision, DecisionKind, DecisionState
from lsync.core.domain.family import Family
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.remote_change import (
    Policy,
    RemoteChange,
    consequence_of,
    policy_for,
    question_of,
    remote_changes,
)
from lsync.core.store import decisions, written_lines
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id
from lsync.core.sync import recording
from lsync.core.sync.engine import SyncRules
from lsync.core.sync.journal import Journal
from lsync.core.sync.taking_over import CannotTakeOverError, take_over

REMOTE = frozenset(
    {
        DecisionKind.COST,
        DecisionKind.QUANTITY,
        DecisionKind.LINE_ADDED,
        DecisionKind.LINE_REMOVED,
    }
)
"""Kinds of question that a look at Lightspeed raises and lets lapse."""

LSYNC = "lsync"
"""Who decides where a policy or the course of things does."""


async def changes_of(
    tx: Transaction, order: PurchaseOrder, *, lines: Sequence[ResolvedLine]
) -> tuple[Family | None, tuple[RemoteChange, ...]]:
    """Return the order's consignments as kept, and what Lightspeed changed on the first."""
    family = await recording.family_of(tx, order)
    if family is None or family.primary.known_status in {None, ConsignmentStatus.CANCELLED}:
        return family, ()
    changes = remote_changes(
        lines,
        family.primary.lines,
        written=await written_lines.of_order(tx, stored_id(order)),
        up_to_date=await recording.is_written(tx, order),
    )
    return family, changes


async def lapse_gone(
    tx: Transaction, order: PurchaseOrder, *, lines: Sequence[ResolvedLine], now: datetime
) -> None:
    """Let every question lapse whose difference is no longer there."""
    _, changes = await changes_of(tx, order, lines=lines)
    standing = await decisions.standing(tx, stored_id(order))
    await _lapse(tx, standing, {ground_of(order, it): it for it in changes}, now=now)


async def weigh(
    tx: Transaction,
    order: PurchaseOrder,
    *,
    lines: Sequence[ResolvedLine],
    rules: SyncRules,
    journal: Journal,
    now: datetime,
) -> PurchaseOrder:
    """Do with each change of Lightspeed what the policies say; return the order as it is then.

    The same difference is asked about once, also after it was rejected; when it goes away its
    question lapses.
    """
    family, changes = await changes_of(tx, order, lines=lines)
    by_ground = {ground_of(order, change): change for change in changes}
    standing = await decisions.standing(tx, stored_id(order))
    await _lapse(tx, standing, by_ground, now=now)
    for ground, change in by_ground.items():
        policy = policy_for(change, cost_policy=rules.cost_policy, line_policy=rules.line_policy)
        known = standing.get(ground)
        if policy is Policy.REPORT or (known is not None and _same(known, change)):
            continue
        source = family.primary.consignment_id if family else None
        asked = await decisions.add(tx, _decision(order, change, source=source, now=now))
        if policy is Policy.APPLY:
            order = await _apply(tx, order, asked, rules=rules, journal=journal, now=now)
    return order


async def _apply(
    tx: Transaction,
    order: PurchaseOrder,
    asked: Decision,
    *,
    rules: SyncRules,
    journal: Journal,
    now: datetime,
) -> PurchaseOrder:
    """Take the change over as the policy says; what cannot be stays a question."""
    try:
        taken = await take_over(tx, order, asked, rules=rules, journal=journal, by=LSYNC, now=now)
    except CannotTakeOverError:
        return order
    await decisions.settle(
        tx, asked, state=DecisionState.ACCEPTED, now=now, by=LSYNC, note="the policy is apply"
    )
    return taken


async def _lapse(
    tx: Transaction,
    standing: Mapping[str, Decision],
    there: Mapping[str, RemoteChange],
    *,
    now: datetime,
) -> None:
    for ground, known in standing.items():
        change = there.get(ground)
        gone = change is None or not _same(known, change)
        if known.kind in REMOTE and gone:
            note = "the difference is gone" if change is None else "the values have changed"
            await decisions.settle(
                tx, known, state=DecisionState.LAPSED, now=now, by=LSYNC, note=note
            )


def _same(known: Decision, change: RemoteChange) -> bool:
    return (known.ours, known.theirs) == (change.ours, change.theirs)


def ground_of(order: PurchaseOrder, change: RemoteChange) -> str:
    """Return the name of what a change is about."""
    return f"order:{stored_id(order)}:{change.kind}:{change.product_id}"


def _decision(
    order: PurchaseOrder, change: RemoteChange, *, source: str | None, now: datetime
) -> Decision:
    return Decision(
        kind=change.kind,
        question=question_of(change),
        consequence=consequence_of(change),
        ground=ground_of(order, change),
        raised_at=now,
        ours=change.ours,
        theirs=change.theirs,
        order_id=order.id,
        order_number=order.order_number,
        line_no=change.line.line_no if change.line else None,
        product_id=change.product_id,
        source=source,
        detail={} if change.cost is None else {"cost": str(change.cost)},
    )
