"""The smallest set of calls that removes the drift of one order. Pure; nothing received goes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from lsync.core.domain.consignment import FROZEN, ConsignmentStatus, ConsignmentView
from lsync.core.domain.drift import DriftKind, LineDrift, compare, label
from lsync.core.domain.family import Family, is_split_off
from lsync.core.domain.order import OrderState
from lsync.core.domain.planned import Planned, chunks
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.push import Step
from lsync.core.domain.push.create import choose
from lsync.core.domain.push.dialogue import AddLines, Candidate
from lsync.core.domain.push.lines import remedy
from lsync.core.domain.sanitise import visible

C = ConsignmentStatus
_EDITABLE = frozenset({C.OPEN, C.SENT})
_REPAIRABLE = frozenset({OrderState.APPROVED, OrderState.SUBMITTED})
_ENDED = frozenset({Step.VERIFIED, Step.DONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a repair is planned from. ``step`` is where the order's push stands, if it has one.

    ``orphans`` carry the order's reference and are on no record; ``seen`` is the family as read.
    ``lost``: the order had a consignment that Lightspeed no longer has.
    """

    state: OrderState
    lines: Sequence[ResolvedLine]
    seen: Family | None
    orphans: Sequence[ConsignmentView] = ()
    step: Step | None = None
    lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What a repair would do. ``by_hand`` are differences that only a person can settle.

    ``adopts`` is what becomes the order's consignment: an orphan, or the duplicate on which the
    goods came. ``joins`` are orphans whose part in the family is still to be written down.
    """

    steps: tuple[Planned, ...] = ()
    by_hand: tuple[str, ...] = ()
    renews: bool = False
    adopts: ConsignmentView | None = None
    joins: tuple[ConsignmentView, ...] = ()

    @property
    def calls(self) -> int:
        """Calls of all steps together."""
        return sum(step.calls for step in self.steps)

    @property
    def writes(self) -> bool:
        """Whether the order's own consignment is written."""
        return any(it.step in {"remove", "lines", "create"} for it in self.steps)


def plan_repair(standing: Standing) -> Repair:
    """Return the repair of an order whose consignments were just read.

    Without a consignment that lives (deleted or cancelled by mistake) an orphan is adopted, or
    else it ``renews``: the order is pushed again under its next reference.
    """
    if standing.step is not None and standing.step not in _ENDED:
        return Repair(by_hand=(_unfinished(standing.step),))
    if standing.state is OrderState.CANCELLED:
        return _cancelled(standing)
    if standing.state in _REPAIRABLE and not _lives(standing.seen):
        return _without_consignment(standing)
    return _beside(standing)


def _unfinished(step: Step) -> str:
    return f"The push stands at {step}: sync the order, and it goes on from there"


def _lives(seen: Family | None) -> bool:
    return seen is not None and seen.primary.known_status is not C.CANCELLED


def _cancelled(standing: Standing) -> Repair:
    """An order that is cancelled here: cancel there what has received nothing."""
    seen = (*standing.seen.members, *standing.seen.duplicates) if standing.seen else ()
    alive = [it for it in (*seen, *standing.orphans) if it.known_status not in FROZEN]
    steps, kept = _withdrawals(alive, what="consignment")
    return Repair(steps=steps, by_hand=kept, joins=tuple(standing.orphans))


def _without_consignment(standing: Standing) -> Repair:
    """The order's own consignment is gone or was cancelled."""
    known = standing.seen.duplicates if standing.seen else ()
    if not standing.orphans:
        steps, kept = _withdrawals(known)
        if standing.step is None and standing.seen is None and not standing.lost:
            return Repair(by_hand=("The order was never pushed: sync it",))
        again = Planned(
            step="create", description="Push the order anew under its next reference", calls=4
        )
        return Repair(steps=(*steps, again), by_hand=kept, renews=True)
    chosen = choose(
        [Candidate(consignment=it, has_lines=bool(it.lines)) for it in standing.orphans]
    ).chosen
    others = [it for it in standing.orphans if it is not chosen]
    adopt = Planned(
        step="adopt",
        description=f"Adopt {visible(chosen.consignment_id)} as the order's consignment",
        calls=2,
    )
    steps, kept = _withdrawals([*known, *others])
    fixes, left = _lines(standing.lines, chosen)
    return Repair(
        steps=(adopt, *steps, *fixes), by_hand=(*kept, *left), adopts=chosen, joins=tuple(others)
    )


def _beside(standing: Standing) -> Repair:
    """The order has its consignment: what else carries its reference, and which lines differ."""
    seen = standing.seen
    splits = [
        it
        for it in standing.orphans
        if seen and is_split_off(it, family=seen, lines=standing.lines)
    ]
    join = tuple(
        Planned(
            step="adopt",
            description=f"Adopt {visible(it.consignment_id)}, split off by a part receipt",
            calls=2,
        )
        for it in splits
    )
    strangers = [it for it in standing.orphans if it not in splits]
    instead = _received_instead(standing, strangers)
    if seen is not None and instead is not None:
        return _changed_places(standing, seen, instead, strangers)
    steps, kept = _withdrawals([*(seen.duplicates if seen else ()), *strangers])
    repair = Repair(steps=(*join, *steps), by_hand=kept, joins=tuple(standing.orphans))
    if seen is None or standing.state not in _REPAIRABLE:
        return repair
    fixes, left = _lines(standing.lines, seen.primary)
    return Repair(
        steps=(*repair.steps, *fixes), by_hand=(*kept, *left), joins=tuple(standing.orphans)
    )


def _received_instead(
    standing: Standing, strangers: Sequence[ConsignmentView]
) -> ConsignmentView | None:
    """Return the consignment beside the order's own on which its goods came, if it is just one."""
    seen = standing.seen
    if seen is None or seen.splits or standing.state not in _REPAIRABLE:
        return None
    own = seen.primary
    if own.known_status not in _EDITABLE or _has_receipts(own):
        return None
    ordered = {line.product_id for line in standing.lines}
    found = [it for it in (*seen.duplicates, *strangers) if _has_receipts(it)]
    return found[0] if len(found) == 1 and _is_like(found[0], own, ordered=ordered) else None


def _is_like(other: ConsignmentView, own: ConsignmentView, *, ordered: Collection[str]) -> bool:
    parties = (other.supplier_id, other.outlet_id) == (own.supplier_id, own.outlet_id)
    return parties and all(line.product_id in ordered for line in other.lines)


def _changed_places(
    standing: Standing,
    seen: Family,
    instead: ConsignmentView,
    strangers: Sequence[ConsignmentView],
) -> Repair:
    """The shop received the duplicate: it becomes the order's, and the other one is withdrawn."""
    name = visible(instead.consignment_id)
    adopt = Planned(
        step="adopt",
        description=f"Adopt {name} as the order's consignment: its goods came on it",
        calls=2,
    )
    own, _ = _withdrawals([seen.primary], what="consignment that nobody received")
    rest = [it for it in (*seen.duplicates, *strangers) if it is not instead]
    others, kept = _withdrawals(rest)
    joins = tuple(it for it in standing.orphans if it is not instead)
    return Repair(steps=(adopt, *own, *others), by_hand=kept, adopts=instead, joins=joins)


def _withdrawals(
    found: Iterable[ConsignmentView], *, what: str = "duplicate"
) -> tuple[tuple[Planned, ...], tuple[str, ...]]:
    """Return the calls that withdraw consignments, and those that stay as goods came on them."""
    alive = [it for it in found if it.known_status not in FROZEN]
    steps = [_withdraw(it, what=what) for it in alive if not _has_receipts(it)]
    return tuple(steps), tuple(_keep(it, what=what) for it in alive if _has_receipts(it))


def _withdraw(duplicate: ConsignmentView, *, what: str) -> Planned:
    name = visible(duplicate.consignment_id)
    if duplicate.known_status is C.OPEN and not duplicate.lines:
        return Planned(step="delete", description=f"Delete the empty {what} {name}", calls=1)
    return Planned(step="cancel", description=f"Cancel the {what} {name}", calls=1)


def _has_receipts(consignment: ConsignmentView) -> bool:
    return any(line.received for line in consignment.lines)


def _keep(kept: ConsignmentView, *, what: str) -> str:
    return (
        f"The {what} {visible(kept.consignment_id)} has received goods and stays: where they came "
        "only once, correct the stock (`lsync stock adjust`)"
    )


def _lines(
    lines: Sequence[ResolvedLine], primary: ConsignmentView
) -> tuple[list[Planned], list[str]]:
    drifts = compare(lines, primary.lines)
    if not drifts:
        return [], []
    if primary.known_status not in _EDITABLE:
        status = visible(primary.status)
        return [], [f"The consignment is {status}: its lines can no longer be changed"]
    extra = [drift for drift in drifts if drift.kind is DriftKind.EXTRA]
    removable = [drift for drift in extra if not (drift.there and drift.there.received)]
    left = [
        f"{_named(drift)} was received though nobody ordered it"
        for drift in extra
        if drift not in removable
    ]
    writes = [*_remove(removable), *_writes(drifts)]
    return [*writes, *([_verify(len(writes))] if writes else [])], left


def _named(drift: LineDrift) -> str:
    return label(drift.there) if drift.there else f"Product {visible(drift.product_id)}"


def _remove(removable: Sequence[LineDrift]) -> list[Planned]:
    if not removable:
        return []
    count = len(removable)
    lines = _count(count, "line")
    return [Planned(step="remove", description=f"Remove {lines} nobody ordered", calls=count)]


def _writes(drifts: Sequence[LineDrift]) -> list[Planned]:
    """Return the writes that remove the other differences, as the push makes them one by one."""
    planned = []
    open_ = [drift for drift in drifts if drift.kind is not DriftKind.EXTRA]
    while open_:
        write = remedy(open_)
        added = (*write.lines, *write.rest) if isinstance(write, AddLines) else ()
        planned.append(_add(len(added)) if added else _set(len(write.lines)))
        settled = {line.product_id for line in added or write.lines}
        open_ = [drift for drift in open_ if drift.product_id not in settled]
    return planned


def _add(count: int) -> Planned:
    lines = _count(count, "line")
    return Planned(
        step="lines", description=f"Add what {lines} lack{'s' * (count == 1)}", calls=chunks(count)
    )


def _set(count: int) -> Planned:
    lines = _count(count, "line")
    return Planned(step="lines", description=f"Set {lines} to what was ordered", calls=count)


def _verify(writes: int) -> Planned:
    description = "Read the lines back after each write; equal, or stop"
    return Planned(step="verify", description=description, calls=writes)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
