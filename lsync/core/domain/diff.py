"""An order beside what Lightspeed holds of it, line by line. Judges and repairs nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lsync.core.domain.consignment import ConsignmentLineView
from lsync.core.domain.drift import DriftKind, compare, label
from lsync.core.domain.family import Family
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.receipt import NOTHING, received_totals
from lsync.core.domain.sanitise import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """One product: ordered here, believed to be there, and what is there.

    ``line_no`` and ``ordered`` are ``None`` for a product nobody ordered, ``there`` for one that
    is missing. ``received`` counts over the whole family.
    """

    label: str
    product_id: str
    line_no: int | None = None
    ordered: Decimal | None = None
    believed: Decimal | None = None
    there: Decimal | None = None
    received: Decimal = NOTHING
    cost_ordered: Decimal | None = None
    cost_there: Decimal | None = None
    drifts: tuple[DriftKind, ...] = ()


def diff(
    lines: Sequence[ResolvedLine], *, believed: Family | None, seen: Family | None
) -> tuple[DiffLine, ...]:
    """Return every ordered line in the order's sequence, then what nobody ordered.

    ``believed`` is the family as lsync has it on record, ``seen`` as it was just read.
    """
    there = _by_product(seen.primary.lines if seen else ())
    before = _by_product(believed.primary.lines if believed else ())
    received = received_totals(seen.members if seen else ())
    kinds: dict[str, list[DriftKind]] = {}
    for drift in compare(lines, there.values()):
        kinds.setdefault(drift.product_id, []).append(drift.kind)
    ordered = {line.product_id: line for line in lines}
    surplus = [it for it in there if it not in ordered and DriftKind.EXTRA in kinds.get(it, ())]
    return tuple(
        _line(
            product_id,
            ordered.get(product_id),
            before.get(product_id),
            there.get(product_id),
            received=received.get(product_id, NOTHING),
            drifts=tuple(kinds.get(product_id, ())),
        )
        for product_id in (*ordered, *surplus)
    )


def _by_product(lines: Iterable[ConsignmentLineView]) -> dict[str, ConsignmentLineView]:
    return {line.product_id: line for line in lines}


def _line(
    product_id: str,
    ordered: ResolvedLine | None,
    believed: ConsignmentLineView | None,
    there: ConsignmentLineView | None,
    *,
    received: Decimal,
    drifts: tuple[DriftKind, ...],
) -> DiffLine:
    named = ordered or there
    return DiffLine(
        label=label(named) if named else visible(product_id),
        product_id=product_id,
        line_no=ordered.line_no if ordered else None,
        ordered=ordered.quantity if ordered else None,
        believed=believed.count if believed else None,
        there=there.count if there else None,
        received=received,
        cost_ordered=ordered.unit_cost if ordered else None,
        cost_there=there.cost if there else None,
        drifts=drifts,
    )
