"""The help page: the keys of the focused pane, then what the signs mean."""

from collections.abc import Sequence

from lsync.tui.view.fields import heading
from lsync.tui.view.marks import LEGEND, Mark
from lsync.tui.view.spans import Line, Span, Tone, line

FILTERS = (
    "words are looked for as you type; Enter keeps the filter, Esc drops it",
    "!word and !name:value keep out what matches; a,b means one of both",
    "orders: state:approved sync:failed supplier:NAME outlet:NAME age>1d",
    "jobs: state:failed type:sync.push priority:high tries>2 age<1h",
    "log: order:PO-1001 status:failed operation:push since:yesterday on:2026-11-23",
)


def help_lines(keys: Sequence[tuple[str, str]]) -> list[Line]:
    """Return the help page for the keys that work now, each with what it does."""
    width = max((len(key) for key, _ in keys), default=0)
    rows = [line(Span(f" {key.ljust(width)}  ", Tone.KEY), Span(what)) for key, what in keys]
    return [
        line(Span("Keys", Tone.TITLE)),
        *rows,
        *heading("Filter"),
        *(line(f" {row}") for row in FILTERS),
        *heading("Signs"),
        *(_legend(name, marks) for name, marks in LEGEND),
    ]


def _legend(name: str, marks: Sequence[Mark]) -> Line:
    spans = [Span(f" {name.ljust(14)}", Tone.DIM)]
    for mark in marks:
        spans += [mark.span(), Span("  ")]
    return tuple(spans)
