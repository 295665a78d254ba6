"""Received quantities: what changed, what it adds up to, and whether it is short or over."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from lsync.core.domain.amount import plain
from lsync.core.domain.consignment import ConsignmentLineView, ConsignmentView
from lsync.core.domain.drift import label
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.problem import Problem, ProblemCode, Severity
from lsync.core.domain.records import Receipt

NOTHING = Decimal(0)


def observe(
    before: Iterable[ConsignmentLineView],
    after: ConsignmentView,
    *,
    order_id: int,
    lines: Sequence[ResolvedLine],
    now: datetime,
) -> tuple[Receipt, ...]:
    """Return one receipt per product whose received quantity changed, corrections included."""
    known = {line.product_id: line.received or NOTHING for line in before}
    line_no = {line.product_id: line.line_no for line in lines}
    return tuple(
        Receipt(
            order_id=order_id,
            consignment_id=after.consignment_id,
            product_id=line.product_id,
            line_no=line_no.get(line.product_id),
            received_before=known.get(line.product_id, NOTHING),
            received_after=line.received or NOTHING,
            version=after.version,
            observed_at=now,
        )
        for line in after.lines
        if (line.received or NOTHING) != known.get(line.product_id, NOTHING)
    )


def received_totals(consignments: Iterable[ConsignmentView]) -> dict[str, Decimal]:
    """Return how much of each product was received over all ``consignments``."""
    totals: dict[str, Decimal] = {}
    for consignment in consignments:
        for line in consignment.lines:
            before = totals.get(line.product_id, NOTHING)
            totals[line.product_id] = before + (line.received or NOTHING)
    return totals


def receipt_problems(
    lines: Iterable[ResolvedLine], totals: Mapping[str, Decimal], *, complete: bool
) -> list[Problem]:
    """Return what came short or over. Short counts only when ``complete``: nothing more comes.

    Neither blocks anything: goods that are there are there.
    """
    problems = []
    for line in lines:
        received = totals.get(line.product_id, NOTHING)
        if received > line.quantity:
            problems.append(_difference(line, received, code=ProblemCode.OVER_RECEIPT))
        elif complete and received < line.quantity:
            problems.append(_difference(line, received, code=ProblemCode.SHORT_RECEIPT))
    return problems


def _difference(line: ResolvedLine, received: Decimal, *, code: ProblemCode) -> Problem:
    by = plain(abs(received - line.quantity))
    short = code is ProblemCode.SHORT_RECEIPT
    return Problem(
        code=code,
        message=(
            f"{label(line)}: {plain(received)} of {plain(line.quantity)} received, "
            f"{by} {'short' if short else 'over'}"
        ),
        fix="Ask the supplier for the rest" if short else "Check the delivery and the invoice",
        severity=Severity.WARNING,
        line_no=line.line_no,
    )
