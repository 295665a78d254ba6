"""The smallest set of calls that removes the drift of one order. Pure; nothing received goes."""

from collections.abc import Sequence
from dataclasses import dataclass

from lsync.core.domain.consignment import FROZEN, ConsignmentStatus, ConsignmentView
from lsync.core.domain.drift import DriftKind, LineDrift, compare
from lsync.core.domain.family import Family
from lsync.core.domain.order import OrderState
from lsync.core.domain.plan import Planned
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.push.dialogue import AddLines
from lsync.core.domain.push.lines import remedy
from lsync.core.domain.sanitise import visible

C = ConsignmentStatus
_EDITABLE = frozenset({C.OPEN, C.SENT})
_REPAIRABLE = frozenset({OrderState.APPROVED, OrderState.SUBMITTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What a repair would do. ``by_hand`` are differences that only a person can settle."""

    steps: tuple[Planned, ...] = ()
    by_hand: tuple[str, ...] = ()
    renews: bool = False

    @property
    def calls(self) -> int:
        """Calls of all steps together."""
        return sum(step.calls for step in self.steps)


def plan_repair(state: OrderState, lines: Sequence[ResolvedLine], seen: Family | None) -> Repair:
    """Return the repair of an order in ``state`` whose consignments were just read.

    Without a consignment that lives (deleted or cancelled by mistake) it ``renews``: the order
    is pushed again under its next reference.
    """
    duplicates = [it for it in (seen.duplicates if seen else ()) if it.known_status not in FROZEN]
    steps = [step for it in duplicates if (step := _withdraw(it))]
    by_hand = [_keep(it) for it in duplicates if _has_receipts(it)]
    if state not in _REPAIRABLE:
        return Repair(steps=tuple(steps), by_hand=tuple(by_hand))
    if seen is None or seen.primary.known_status is C.CANCELLED:
        again = Planned(
            step="create", description="Push the order anew under its next reference", calls=4
        )
        return Repair(steps=(*steps, again), by_hand=tuple(by_hand), renews=True)
    fixes, left = _lines(lines, seen.primary)
    return Repair(steps=(*steps, *fixes), by_hand=(*by_hand, *left))


def _withdraw(duplicate: ConsignmentView) -> Planned | None:
    name = visible(duplicate.consignment_id)
    if _has_receipts(duplicate):
        return None
    if duplicate.known_status is C.OPEN and not duplicate.lines:
        return Planned(step="delete", description=f"Delete the empty duplicate {name}", calls=1)
    return Planned(step="cancel", description=f"Cancel the duplicate {name}", calls=1)


def _has_receipts(consignment: ConsignmentView) -> bool:
    return any(line.received for line in consignment.lines)


def _keep(duplicate: ConsignmentView) -> str:
    return f"The duplicate {visible(duplicate.consignment_id)} has received goods and stays"


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
        f"Product {visible(drift.product_id)} was received though nobody ordered it"
        for drift in extra
        if drift not in removable
    ]
    return [*_remove(removable), *_write(drifts), _verify()], left


def _remove(removable: Sequence[LineDrift]) -> list[Planned]:
    if not removable:
        return []
    count = len(removable)
    return [Planned(step="remove", description=f"Remove {count} lines nobody ordered", calls=count)]


def _write(drifts: Sequence[LineDrift]) -> list[Planned]:
    ordered = [drift for drift in drifts if drift.kind is not DriftKind.EXTRA]
    if not ordered:
        return []
    write = remedy(ordered)
    if isinstance(write, AddLines):
        count = len(write.lines) + len(write.rest)
        description, calls = f"Add what {count} lines lack", 1 + bool(write.rest)
    else:
        count = calls = len(write.lines)
        description = f"Set {count} lines to what was ordered"
    return [Planned(step="lines", description=description, calls=calls)]


def _verify() -> Planned:
    return Planned(step="verify", description="Read the lines back; equal, or stop", calls=1)
