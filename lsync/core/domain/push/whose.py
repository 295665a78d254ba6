"""Whose a difference is when an edited order goes out: the edit's, or made at Lightspeed. Pure.

What Lightspeed was last shown to hold is the third value between the order here and the
consignment there. Only what the edit changed is written; what somebody changed at Lightspeed is
left to the policies and to a person's decision.
"""

from collections.abc import Sequence
from decimal import Decimal

from lsync.core.domain.drift import DriftKind, LineDrift
from lsync.core.domain.push.situation import Situation
from lsync.core.domain.remote_change import WrittenLine


def to_write(drifts: Sequence[LineDrift], situation: Situation) -> tuple[LineDrift, ...]:
    """Return the differences that are the order's to write; all before it was ever there."""
    if situation.base is None:
        return tuple(drifts)
    return tuple(
        drift
        for drift in drifts
        if _is_edit(drift, situation.base.get(drift.product_id), cut_short=situation.cut_short)
    )


def _is_edit(drift: LineDrift, base: WrittenLine | None, *, cut_short: bool) -> bool:
    """Whether Lightspeed still has what it was shown to hold, so that the order has changed.

    After an edit that was cut short it may have what that one wrote instead: then a line that the
    order changed counts as changed here alone.
    """
    if base is None:
        return drift.kind is not DriftKind.EXTRA
    if not base.quantity or (cut_short and _differs(drift, base)):
        return True  # announced: what there is of it is ours
    match drift.kind:
        case DriftKind.MISSING:
            return False
        case DriftKind.COST:
            there = drift.there.cost if drift.there else None
            return base.unit_cost is None or there == base.unit_cost
        case _:
            return _count(drift) in _counts_of_ours(drift, base)


def _differs(drift: LineDrift, base: WrittenLine) -> bool:
    """Whether the order wants something else than what was last shown to be there."""
    if drift.kind is DriftKind.COST:
        return drift.wanted is not None and drift.wanted.unit_cost != base.unit_cost
    return (drift.wanted.quantity if drift.wanted else Decimal(0)) != base.quantity


def _counts_of_ours(drift: LineDrift, base: WrittenLine) -> set[Decimal]:
    """What a line has that nobody else changed, also after a bulk call that ran twice."""
    wanted = drift.wanted.quantity if drift.wanted else Decimal(0)
    return {base.quantity, 2 * wanted - base.quantity}


def _count(drift: LineDrift) -> Decimal:
    return drift.there.count if drift.there else Decimal(0)
