"""An order beside Lightspeed, its repair and its proof, as tables and sentences."""

from decimal import Decimal
from shlex import quote
from typing import TYPE_CHECKING

from lsync.cli.moments import local_exact
from lsync.cli.order_view import STEP_COLUMNS, print_problems, state_words
from lsync.cli.output import Output, block
from lsync.cli.table import Column, Styled
from lsync.cli.wording import count, listing, marked, money, quantity

if TYPE_CHECKING:
    from lsync.core.control.messages import (
        ConsignmentMessage,
        DiffLine,
        OrderDiff,
        OrderProof,
        ProofLink,
        RepairPlan,
    )


def _cost(line: "DiffLine") -> str:
    """One cost, or both where they differ."""
    here, there = money(line.cost_ordered), money(line.cost_there)
    return there if here == there or not here else f"{here} → {there}" if there else here


def _there(line: "DiffLine") -> str:
    return "missing" if line.there is None else quantity(line.there)


def _drifts(line: "DiffLine") -> Styled:
    words = listing((drift.replace("_", " ") for drift in line.drifts), none="")
    return Styled(text=f"! {words}" if words else "", style="yellow")


def _received(line: "DiffLine") -> str:
    return "" if line.received == Decimal(0) else quantity(line.received)


DIFF_COLUMNS: "tuple[Column[DiffLine], ...]" = (
    Column(
        title="Line",
        cell=lambda line: "" if line.line_no is None else str(line.line_no),
        right=True,
        rank=3,
    ),
    Column(title="Product", cell=lambda line: line.label, elastic=True),
    Column(title="Ordered", cell=lambda line: quantity(line.ordered), right=True),
    Column(title="Believed", cell=lambda line: quantity(line.believed), right=True, rank=2),
    Column(title="There", cell=_there, right=True),
    Column(title="Received", cell=_received, right=True, rank=1),
    Column(title="Cost", cell=_cost, right=True, rank=1),
    Column(title="Differs", cell=_drifts, elastic=True),
)

CONSIGNMENT_COLUMNS: "tuple[Column[ConsignmentMessage], ...]" = (
    Column(title="Consignment", cell=lambda it: it.consignment_id),
    Column(title="Role", cell=lambda it: it.role),
    Column(title="Status", cell=lambda it: it.status),
    Column(title="Reference", cell=lambda it: it.reference or "", rank=1, elastic=True),
    Column(title="Version", cell=lambda it: str(it.version), rank=2, right=True),
)

LINK_COLUMNS: "tuple[Column[ProofLink], ...]" = (
    Column(title="Time", cell=lambda link: local_exact(link.at), rank=1),
    Column(title="Step", cell=lambda link: link.step.replace("_", " ")),
    Column(title="What is known", cell=lambda link: link.message, elastic=True, fold=True),
    Column(title="Calls", cell=lambda link: listing(link.requests, none=""), rank=2, elastic=True),
)


def print_diff(out: Output, found: "OrderDiff") -> None:
    """Every line, the consignments that were read, and in words what differs."""
    out.text(f"{found.order_number}: {state_words(found)}, {marked(found.sync_state).text}")
    if found.lines:
        out.table(found.lines, DIFF_COLUMNS)
    if found.consignments:
        out.text("")
        out.table(found.consignments, CONSIGNMENT_COLUMNS)
    else:
        out.text("\nLightspeed has no consignment of this order.")
    print_problems(out, found.problems)
    differing = sum(bool(line.drifts) for line in found.lines)
    if found.equal:
        out.text("\nOrder and Lightspeed agree." if found.consignments else "")
    elif differing:
        number = found.order_number
        out.text(
            f"\n{count(differing, 'line')} differ{'s' * (differing == 1)}. "
            f"`lsync sync repair {quote(number)}` shows what would make them equal."
        )


def print_repair(out: Output, plan: "RepairPlan") -> None:
    """The steps with their calls, and what they leave to a person."""
    if plan.steps:
        out.text(f"{plan.order_number}: repair")
        out.table(plan.steps, STEP_COLUMNS)
        left = f"{plan.budget.remaining} of {plan.budget.limit} are left in this window"
        out.text(f"Costs {count(plan.calls, 'API call')}; {left}.")
    elif not plan.by_hand:
        out.text(f"{plan.order_number}: there is nothing to repair.")
    if plan.by_hand:
        out.text(block("\nLeft for a person", plan.by_hand))
    print_problems(out, plan.problems)


def print_proof(out: Output, found: "OrderProof") -> None:
    """The chain, link by link, and its sentence."""
    out.table(found.links, LINK_COLUMNS)
    out.text(f"\n{'✓' if found.proven else '✗'} {found.sentence}")
