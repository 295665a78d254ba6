"""What importing a file would do, as lines."""

from lsync.core.control.messages import ImportedOrder, ImportReport
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
    rows: list[Line] = [
        line(Span("✗ ", Tone.BAD), Span(problem.message)) for problem in report.problems
    ]
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
        *(line(Span("    ✗ ", Tone.BAD), Span(each.message)) for each in order.problems),
        *(line(Span("    ! ", Tone.WARN), Span(each.message)) for each in order.warnings),
    ]
