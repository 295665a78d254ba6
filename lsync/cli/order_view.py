"""Orders as tables and texts."""

from collections.abc import Sequence
from shlex import quote
from typing import TYPE_CHECKING

from lsync.cli.moments import local, local_exact
from lsync.cli.output import Output, block
from lsync.cli.table import Column, Styled
from lsync.cli.wording import count, listing, marked, money, quantity

if TYPE_CHECKING:
    from lsync.core.control.messages import (
        ApprovedOrder,
        LineMessage,
        OrderDetail,
        OrderDiff,
        OrderSummary,
        PlanMessage,
        PlanStep,
        ProblemMessage,
    )


def state_words(order: "OrderSummary | OrderDetail | OrderDiff") -> str:
    """The state as people write it, and whether the order is held."""
    return order.state.replace("_", " ") + " (held)" * order.held


def _received(line: "LineMessage") -> Styled:
    short = 0 < line.received < line.quantity
    over = line.received > line.quantity
    mark = " over" if over else " short" if short else ""
    return Styled(text=quantity(line.received) + mark, style="yellow" if mark else "")


def _approval(each: "ApprovedOrder") -> Styled:
    if not each.approved:
        return Styled(text="✗ refused", style="bold red")
    warned = f", {count(len(each.warnings), 'warning')}" if each.warnings else ""
    return Styled(text=f"✓ approved{warned}", style="yellow" if warned else "green")


ORDER_COLUMNS: "tuple[Column[OrderSummary], ...]" = (
    Column(title="Order", cell=lambda order: order.order_number),
    Column(title="State", cell=state_words),
    Column(title="Sync", cell=lambda order: marked(order.sync_state)),
    Column(title="Supplier", cell=lambda order: order.supplier, rank=4, elastic=True),
    Column(title="Outlet", cell=lambda order: order.outlet, rank=5, elastic=True),
    Column(title="Lines", cell=lambda order: str(order.lines), rank=3, right=True),
    Column(title="Ordered", cell=lambda order: quantity(order.ordered), rank=1, right=True),
    Column(title="Received", cell=lambda order: quantity(order.received), rank=1, right=True),
    Column(
        title="Problems", cell=lambda order: _problem_codes(order.problems), rank=2, elastic=True
    ),
    Column(title="Consignment", cell=lambda order: listing(order.consignment_ids, none=""), rank=7),
    Column(title="Last sync", cell=lambda order: local(order.last_synced_at), rank=6),
)

LINE_COLUMNS: "tuple[Column[LineMessage], ...]" = (
    Column(title="Line", cell=lambda line: str(line.line_no), right=True),
    Column(title="SKU", cell=lambda line: line.sku or line.product_id or ""),
    Column(title="Name", cell=lambda line: line.name or "", rank=2, elastic=True),
    Column(title="Ordered", cell=lambda line: quantity(line.quantity), right=True),
    Column(title="Received", cell=_received, right=True),
    Column(title="Unit cost", cell=lambda line: money(line.unit_cost), rank=1, right=True),
)

APPROVAL_COLUMNS: "tuple[Column[ApprovedOrder], ...]" = (
    Column(title="Order", cell=lambda each: each.order_number),
    Column(title="Result", cell=_approval),
    Column(
        title="Job", cell=lambda each: "" if each.job_id is None else str(each.job_id), right=True
    ),
    Column(title="Remark", cell=lambda each: each.message, elastic=True, fold=True),
)

STEP_COLUMNS: "tuple[Column[PlanStep], ...]" = (
    Column(title="Step", cell=lambda step: step.step.replace("_", " ")),
    Column(title="What happens", cell=lambda step: step.description, elastic=True, fold=True),
    Column(title="API calls", cell=lambda step: str(step.calls), right=True),
)


def print_order(out: Output, order: "OrderDetail", *, lines: bool = True) -> None:
    """One order: head, lines, consignments, problems, newest log entries."""
    from lsync.cli.log_view import LOG_COLUMNS

    for reason in order.waits:
        out.text(f"! {reason}", style="yellow")
    out.text("\n".join(_head(order)))
    if lines and order.lines:
        out.text("")
        out.table(order.lines, LINE_COLUMNS)
    if order.goods:
        from lsync.cli.receive import GOODS_COLUMNS

        out.text("\nCounted here")
        out.table(order.goods, GOODS_COLUMNS)
    print_problems(out, order.problems)
    print_problems(out, order.warnings, what="its sync will find")
    if order.last_error:
        out.text(block("\nLast error", order.last_error.splitlines()))
    if order.log:
        out.text("\nNewest log entries")
        out.table(order.log, LOG_COLUMNS)


def print_problems(out: Output, problems: "Sequence[ProblemMessage]", *, what: str = "") -> None:
    """All problems, each with its line and its fix; ``what`` says more of them in the title."""
    if problems:
        shown = [line for problem in problems for line in problem_lines(problem)]
        title = f"{count(len(problems), 'problem').capitalize()} {what}".rstrip()
        out.text(block(f"\n{title}", shown))


def problem_lines(problem: "ProblemMessage") -> list[str]:
    """A problem and its fix, one line each."""
    mark = marked("failed" if problem.severity == "blocking" else "warning").text[0]
    where = "" if problem.line_no is None else f"line {problem.line_no}: "
    told = f"{mark} {where}{problem.message} ({problem.code})"
    return [told, f"    {problem.fix}"] if problem.fix else [told]


def print_plan(out: Output, plan: "PlanMessage") -> None:
    """What a sync would do, what it costs, and what stands in its way."""
    out.text(f"{plan.order_number}: {plan.action}")
    if plan.steps:
        out.table(plan.steps, STEP_COLUMNS)
    budget = plan.budget
    learning = f" and {count(plan.catalogue_calls, 'call')} to learn products" * bool(
        plan.catalogue_calls
    )
    costs = "Costs at most" if plan.at_most else "Costs"
    out.text(
        f"{costs} {count(plan.calls, 'API call')}{learning}; "
        f"{budget.remaining} of {budget.limit} are left in this window. Nothing was written."
    )
    if plan.finishes_at is not None:
        waiting = f", after {plan.ahead_calls} calls of waiting work" * bool(plan.ahead_calls)
        out.text(f"The budget lets it finish about {local_exact(plan.finishes_at)}{waiting}.")
        out.text(f"Apply just this plan: {_apply(plan)}")
    print_problems(out, plan.problems)


def _apply(plan: "PlanMessage") -> str:
    return f"lsync sync po {quote(plan.order_number)} --apply-plan {plan.state_hash}"


def _head(order: "OrderDetail") -> list[str]:
    consignments = [
        f"{each.consignment_id} ({each.status}, {each.role}, version {each.version})"
        for each in order.consignments
    ] or list(order.consignment_ids)
    rows = {
        "Order": order.order_number,
        "State": state_words(order),
        "Sync": marked(order.sync_state).text
        + (f", at step {order.push_step}" if order.push_step not in {None, "done"} else ""),
        "Supplier": order.supplier,
        "Outlet": order.outlet,
        "Due": "" if order.due_date is None else order.due_date.isoformat(),
        "Invoice": order.supplier_invoice or "",
        "Note": order.note or "",
        "Ordered": f"{quantity(order.ordered)} in {count(len(order.lines), 'line')}",
        "Received": quantity(order.received),
        "Consignment": "\n              ".join(consignments) or "none",
        "Approved": local(order.approved_at),
        "Last sync": local(order.last_synced_at) or "never",
        "API calls": str(order.api_calls),
    }
    return [f"{title + ':':13} {value}" for title, value in rows.items() if value]


def _problem_codes(problems: "Sequence[ProblemMessage]") -> Styled:
    return Styled(
        text=listing(dict.fromkeys(problem.code for problem in problems), none=""), style="yellow"
    )
