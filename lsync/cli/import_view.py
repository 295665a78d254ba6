"""What became of an order file, as a table and a list of rows that could not be read."""

from typing import TYPE_CHECKING

from lsync.cli.output import Output, block
from lsync.cli.table import Column, Styled
from lsync.cli.wording import count

if TYPE_CHECKING:
    from lsync.core.control.messages import ImportedOrder, ImportReport, RowProblem

STYLES = {"refused": ("✗", "bold red"), "kept": ("!", "yellow"), "unchanged": ("·", "dim")}


def _result(order: "ImportedOrder") -> Styled:
    mark, style = STYLES.get(order.result, ("✓", "green"))
    return Styled(text=f"{mark} {order.result}", style=style)


def _remarks(order: "ImportedOrder") -> str:
    remarks = [*order.changes]
    if order.problems:
        remarks.append(f"{count(len(order.problems), 'row')} could not be read")
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
    """The table of orders, every unreadable row with its line and reason, and a summary."""
    if report.orders:
        out.table(report.orders, IMPORT_COLUMNS)
    rows = row_lines(report)
    if rows:
        out.text(block("\nRows that could not be read", rows))
    warnings = [
        f"! {order.order_number}, line {problem.line_no or '-'}: {problem.message} ({problem.code})"
        for order in report.orders
        for problem in order.warnings
    ]
    if warnings:
        out.text(block("\nWarnings: these orders came in, but their sync will stop", warnings))
    out.say(_summary(report))


def row_lines(report: "ImportReport") -> list[str]:
    """Every row that could not be read, with its line number and the reason."""
    rows = [*report.problems, *(each for order in report.orders for each in order.problems)]
    return [_row(each) for each in rows]


def stayed_out(report: "ImportReport") -> bool:
    """Whether anything in the file did not come in."""
    return any(not each.notice for each in report.problems) or any(
        order.result == "refused" for order in report.orders
    )


def _summary(report: "ImportReport") -> str:
    results = [order.result for order in report.orders]
    parts = [
        f"{results.count(result)} {result}"
        for result in ("created", "replaced", "unchanged", "kept", "refused")
        if result in results
    ]
    told = f"\n{report.filename}: {count(len(results), 'order')}"
    ending = " Nothing was changed: this was a dry run." if report.dry_run else ""
    hint = (
        ""
        if report.dry_run or "created" not in results
        else " Approve them: `lsync po approve --all`."
    )
    return told + (f" ({', '.join(parts)})." if parts else ".") + ending + hint


def _row(problem: "RowProblem") -> str:
    where = "" if problem.line is None else f"line {problem.line}, "
    whose = "" if problem.order_number is None else f"order {problem.order_number}"
    place = f"{where}{whose}".rstrip(", ")
    return f"✗ {place}: {problem.message}" if place else f"✗ {problem.message}"
