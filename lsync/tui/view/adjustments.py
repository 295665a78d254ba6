"""Stock adjustments that were not posted, as rows."""

from collections.abc import Callable, Sequence

from lsync.core.control.messages import AdjustmentMessage
from lsync.tui.view.fields import field_lines
from lsync.tui.view.spans import Line, Span, Tone, block, line
from lsync.tui.view.table import Column, Table
from lsync.tui.view.words import Moment, quantity

COLUMNS = (
    Column(title="name", least=10, most=20),
    Column(title="product", least=10, most=16),
    Column(title="quantity", least=8, most=10, right=True),
    Column(title="outlet", least=10, most=16, drop=1),
    Column(title="what stopped it", least=24),
)


def adjustments_table() -> Table[AdjustmentMessage]:
    """Return the table of adjustments that failed."""
    return Table(
        columns=COLUMNS,
        key=lambda each: each.id,
        cells=_cells,
        empty="✓ every stock adjustment was posted",
    )


def _cells(each: AdjustmentMessage) -> Sequence[Span]:
    return (
        Span(each.name, Tone.STRONG),
        Span(_product(each)),
        Span(quantity(each.quantity)),
        Span(each.outlet),
        Span(each.error or "it was not posted", Tone.BAD),
    )


def _product(each: AdjustmentMessage) -> str:
    return each.sku or each.product_id or ""


def adjustment_lines(each: AdjustmentMessage, moment: Callable[[], Moment]) -> list[Line]:
    """Return all that is known about one adjustment."""
    facts = (
        ("product", _product(each)),
        ("quantity", quantity(each.quantity)),
        ("outlet", each.outlet),
        ("reason", each.reason),
        ("note", each.note or ""),
        ("recorded", moment().stamp(each.recorded_at)),
        ("by", each.recorded_by or ""),
    )
    return [
        line(Span(each.name, Tone.TITLE), Span("  ✗ failed", Tone.BAD)),
        *block(each.error or "it was not posted", tone=Tone.BAD),
        *field_lines([(name, value) for name, value in facts if value]),
    ]
