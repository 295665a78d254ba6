"""What differs between an order and its consignment, classed and explained. Repairs nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lsync.core.domain.amount import plain
from lsync.core.domain.consignment import ConsignmentLineView
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.problem import Problem, ProblemCode, Severity
from lsync.core.domain.sanitise import visible


class DriftKind(StrEnum):
    """The classes of difference between one line and what Lightspeed holds."""

    MISSING = "missing"
    EXTRA = "extra"
    QUANTITY = "quantity"
    DOUBLED = "doubled"
    COST = "cost"


REPAIR = "Repair the order to set Lightspeed to it (lsync sync repair), or change the order"
TOO_LATE = "Settle it with the supplier: Lightspeed takes no more changes of these lines"

D = DriftKind

CODES: dict[DriftKind, ProblemCode] = {
    D.MISSING: ProblemCode.LINE_MISSING,
    D.EXTRA: ProblemCode.LINE_EXTRA,
    D.QUANTITY: ProblemCode.QUANTITY_DIFFERS,
    D.DOUBLED: ProblemCode.QUANTITY_DOUBLED,
    D.COST: ProblemCode.COST_DIFFERS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDrift:
    """One difference of one product. ``wanted`` or ``there`` is ``None`` where it is missing."""

    kind: DriftKind
    product_id: str
    wanted: ResolvedLine | None
    there: ConsignmentLineView | None

    @property
    def line_no(self) -> int | None:
        """The order's line, or ``None`` for a product that was not ordered."""
        return self.wanted.line_no if self.wanted else None

    @property
    def lacking(self) -> Decimal:
        """How much has to be added to reach the ordered quantity; negative if there is more."""
        ordered = self.wanted.quantity if self.wanted else Decimal(0)
        return ordered - (self.there.count if self.there else Decimal(0))


def label(line: ResolvedLine | ConsignmentLineView) -> str:
    """Return what a person calls the line: its SKU, else its product id."""
    return visible(line.sku or line.product_id)


def compare(
    wanted: Sequence[ResolvedLine], there: Iterable[ConsignmentLineView]
) -> tuple[LineDrift, ...]:
    """Return every difference, in the order's sequence; products nobody ordered come last.

    A product that Lightspeed lists with a count of zero counts as not being there.
    """
    held = {line.product_id: line for line in there if line.count or line.received}
    drifts = [drift for line in wanted for drift in _of_line(line, held.pop(line.product_id, None))]
    extra = [
        LineDrift(kind=D.EXTRA, product_id=line.product_id, wanted=None, there=line)
        for line in held.values()
    ]
    return (*drifts, *extra)


def _of_line(wanted: ResolvedLine, there: ConsignmentLineView | None) -> list[LineDrift]:
    def drift(kind: DriftKind) -> LineDrift:
        return LineDrift(kind=kind, product_id=wanted.product_id, wanted=wanted, there=there)

    if there is None:
        return [drift(D.MISSING)]
    found = []
    if there.count != wanted.quantity:
        doubled = there.count == 2 * wanted.quantity
        found.append(drift(D.DOUBLED if doubled else D.QUANTITY))
    if wanted.unit_cost is not None and there.cost != wanted.unit_cost:
        found.append(drift(D.COST))
    return found


def problem_of(
    drift: LineDrift, *, severity: Severity = Severity.DRIFT, changeable: bool = True
) -> Problem:
    """Return the difference as a problem of its order.

    ``changeable``: Lightspeed still takes changes of the lines.
    """
    return Problem(
        code=CODES[drift.kind],
        message=_message(drift),
        fix=REPAIR if changeable else TOO_LATE,
        severity=severity,
        line_no=drift.line_no,
    )


def _message(drift: LineDrift) -> str:
    match drift.wanted, drift.there:
        case None, ConsignmentLineView(count=count) as held:
            product = label(held) if held.sku else f"product {visible(drift.product_id)}"
            return f"Lightspeed has {plain(count)} of {product}, not ordered here"
        case ResolvedLine() as line, None:
            return f"{label(line)}: {plain(line.quantity)} ordered, missing in Lightspeed"
        case ResolvedLine() as line, ConsignmentLineView() as held:
            return f"{label(line)}: {_difference(drift.kind, line, held)}"
        case _:
            raise ValueError("a drift concerns an ordered line, a held one, or both")


def _difference(kind: DriftKind, line: ResolvedLine, held: ConsignmentLineView) -> str:
    if kind is D.COST:
        return f"cost {_money(line.unit_cost)} here, {_money(held.cost)} in Lightspeed"
    twice = ", twice as much" if kind is D.DOUBLED else ""
    return f"{plain(line.quantity)} ordered, {plain(held.count)} in Lightspeed{twice}"


def _money(cost: Decimal | None) -> str:
    return "none" if cost is None else plain(cost)
