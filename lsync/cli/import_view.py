"""What became of an order file: a table, and under headings of their own what to look at."""

from typing import TYPE_CHECKING

from lsync.cli.output import Output, block
from lsync.cli.table import Column, Styled
from lsync.cli.wording import count
from lsync.core.domain.order_file.rows import place_of

if TYPE_CHECKING:
    from lsync.core.control.messages import ImportedOrder, ImportReport, ProblemMessage, RowProblem

STYLES = {"refused": ("✗", "bold red"), "kept": ("!", "yellow"), "unchanged": ("·", "dim")}
STAYED_OUT = ("refused", "kept")
BLOCKING = "blocking"


def _result(order: "ImportedOrder") -> Styled:
    mark, style = STYLES.get(order.result, ("✓", "green"))
    return Styled(text=f"{mark} {order.result}", style=style)


def _remarks(order: "ImportedOrder") -> str:
    remarks = [*order.changes]
    if order.wrong_rows:
        remarks.append(f"{count(order.wrong_rows, 'row')} could not be read")
    elif order.result == "refused":
        remarks.append("see below")
    if order.warnings:
        remarks.append(count(len(order.warnings), "warning"))
    return "; ".join(remarks)


IMPORT_COLUMNS: "tuple[Column[ImportedOrder], ...]" = (
    Column(title="Order", cell=lambda order: order.order_number),
    Column(title="Result", cell=_result),
    Column(title="Lines", cell=lambda order: str(order.lines), right=True),
    Column(title="Remarks", cell=_remarks, elastic=True, fold=True),
)


def print_import(out: Output, report: "ImportReport") -> None:
    """The table of orders, what stayed out and why, what to look at, and a summary."""
    if report.orders:
        out.table(report.orders, IMPORT_COLUMNS)
    for heading, lines in _sections(report):
        if lines:
            out.text(block(f"\n{heading}", lines))
    out.say(_summary(report))


def row_lines(report: "ImportReport") -> list[str]:
    """Every row that could not be read, with its line number and the reason."""
    rows = [each for each in report.problems if not each.notice]
    rows += [
        each for order in report.orders if order.result == "refused" for each in order.problems
    ]
    return [_row("✗", each) for each in rows]


def stayed_out(report: "ImportReport") -> bool:
    """Whether anything in the file did not come in."""
    return any(not each.notice for each in report.problems) or any(
        order.result in STAYED_OUT for order in report.orders
    )


def _sections(report: "ImportReport") -> "tuple[tuple[str, list[str]], ...]":
    """Headings and what stands under each; a heading with nothing under it is not shown."""
    kept = [each for order in report.orders if order.result == "kept" for each in order.problems]
    remarks = [each for each in report.problems if each.notice]
    return (
        ("What could not be read", row_lines(report)),
        ("Left as they are", [_row("!", each) for each in kept]),
        ("Their sync will stop until this is put right", _warnings(report, blocking=True)),
        ("Worth a look", _warnings(report, blocking=False)),
        ("Remarks", [_row("·", each) for each in remarks]),
    )


def _warnings(report: "ImportReport", *, blocking: bool) -> list[str]:
    """What the orders' sync will say about them, as far as it stops there or not."""
    return [
        f"! {order.order_number}{_line_no(problem)}: {problem.message} ({problem.code})"
        for order in report.orders
        if order.result not in STAYED_OUT
        for problem in order.warnings
        if (problem.severity == BLOCKING) == blocking
    ]


def _line_no(problem: "ProblemMessage") -> str:
    return "" if problem.line_no is None else f", line {problem.line_no}"


def _summary(report: "ImportReport") -> str:
    results = [order.result for order in report.orders]
    parts = [
        f"{results.count(result)} {result}"
        for result in ("created", "replaced", "unchanged", "kept", "refused")
        if result in results
    ]
    name = "Standard input" if report.filename == "-" else report.filename
    told = f"\n{name}: {count(len(results), 'order')}"
    ending = " Nothing was changed: this was a dry run." if report.dry_run else ""
    hint = (
        ""
        if report.dry_run or "created" not in results
        else " Approve them: `lsync po approve --all`."
    )
    return told + (f" ({', '.join(parts)})." if parts else ".") + ending + hint


def _row(mark: str, problem: "RowProblem") -> str:
    where = place_of(problem.line, problem.element)
    whose = "" if problem.order_number is None else f"order {problem.order_number}"
    place = ", ".join(filter(None, (where, whose)))
    return f"{mark} {place}: {problem.message}" if place else f"{mark} {problem.message}"
