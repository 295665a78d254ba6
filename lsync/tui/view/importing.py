"""What importing a file would do, as lines."""

from lsync.core.control.messages import ImportedOrder, ImportReport, ProblemMessage, RowProblem
from lsync.core.domain.order_file.rows import place_of
from lsync.tui.view.spans import Line, Span, Tone, line
from lsync.tui.view.words import count

SIGNS = {
    "created": ("+", Tone.GOOD),
    "replaced": ("≠", Tone.WARN),
    "unchanged": ("=", Tone.DIM),
    "kept": ("–", Tone.DIM),
    "refused": ("✗", Tone.BAD),
}


def import_lines(report: ImportReport) -> list[Line]:
    """Return what would become of each order of the file, and what is wrong with it."""
    rows: list[Line] = [_row(problem) for problem in report.problems]
    for order in report.orders:
        rows += _order(order)
    return rows or [line(Span("the file holds no order", Tone.DIM))]


def _order(order: ImportedOrder) -> list[Line]:
    sign, tone = SIGNS[order.result]
    return [
        line(
            Span(f"{sign} ", tone),
            Span(order.order_number, Tone.STRONG),
            Span(f"  {order.result}, {count(order.lines, 'line')}", tone),
        ),
        *(line(Span(f"    {change}")) for change in order.changes),
        *(_row(each, "    ") for each in order.problems),
        *(_warning(each) for each in order.warnings),
    ]


def _row(problem: RowProblem, indent: str = "") -> Line:
    """A row that could not be read, or a remark on one that could."""
    sign, tone = ("! ", Tone.WARN) if problem.notice else ("✗ ", Tone.BAD)
    place = place_of(problem.line, problem.element)
    where = f"{place}: " if place else ""
    return line(Span(f"{indent}{sign}", tone), Span(where), Span(problem.message))


def _warning(problem: ProblemMessage) -> Line:
    place = "" if problem.line_no is None else f"line {problem.line_no}: "
    fix = f" ({problem.fix})" if problem.fix else ""
    return line(Span("    ! ", Tone.WARN), Span(place), Span(problem.message), Span(fix, Tone.DIM))
