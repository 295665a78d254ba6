"""Questions that wait for a person, as rows and as lines."""

from collections.abc import Callable, Sequence

from lsync.core.control.messages import DecisionMessage
from lsync.tui.view.spans import Line, Span, Tone, line
from lsync.tui.view.table import Column, Table
from lsync.tui.view.words import Moment, quantity

COLUMNS = (
    Column(title="about", least=10, most=16),
    Column(title="order", least=8, most=16),
    Column(title="ours", least=6, most=10, right=True),
    Column(title="theirs", least=6, most=10, right=True),
    Column(title="question", least=26),
    Column(title="since", least=9, most=11, drop=1),
)


def decisions_table(moment: Callable[[], Moment]) -> Table[DecisionMessage]:
    """Return the table of open questions."""
    return Table(
        columns=COLUMNS,
        key=lambda each: each.id,
        cells=lambda each: decision_cells(each, moment()),
        empty="✓ no question waits for you",
    )


def decision_cells(each: DecisionMessage, moment: Moment) -> Sequence[Span]:
    """Return the cells of one question."""
    return (
        Span(each.kind.value.replace("_", " "), Tone.WARN),
        Span(each.order_number or "", Tone.STRONG),
        Span(quantity(each.ours)),
        Span(quantity(each.theirs), Tone.STRONG),
        Span(each.question),
        Span(moment.clock(each.raised_at), Tone.DIM),
    )


def decision_lines(count: int) -> list[Line]:
    """Return what answering means."""
    if not count:
        return []
    return [
        line(Span("y", Tone.KEY), " takes over theirs, ", Span("n", Tone.KEY), " keeps ours."),
        line(Span("Space marks several; an answer is for all that are marked.", Tone.DIM)),
    ]


def answer_lines(answer: str, chosen: Sequence[DecisionMessage]) -> list[str]:
    """Return for each question what the answer does."""
    return [
        f"{each.order_number or ''} {each.question}"
        + (f" → {each.consequence}" if answer == "accept" else "")
        for each in chosen
    ]
