"""Entries of the sync log as rows and as a detail page."""

from collections.abc import Callable, Sequence

from lsync.core.control.messages import LogEntry
from lsync.tui.view.api import exchange_lines
from lsync.tui.view.fields import field_lines, heading
from lsync.tui.view.highlight import json_lines
from lsync.tui.view.marks import status_mark
from lsync.tui.view.spans import Line, Span, Tone, block, line
from lsync.tui.view.table import Column, Table
from lsync.tui.view.words import Moment, milliseconds

COLUMNS = (
    Column(title="time", least=11, most=11),
    Column(title="status", least=9, most=9),
    Column(title="order", least=10, most=20),
    Column(title="operation", least=10, most=16, drop=2),
    Column(title="step", least=8, most=14, drop=1),
    Column(title="message", least=30),
    Column(title="took", least=7, most=7, right=True, drop=3),
)
REQUESTS = "requests"
"""Where an entry's detail names its exchanges by their ids."""


def log_table(moment: Callable[[], Moment]) -> Table[LogEntry]:
    """Return the table of log entries; times are written as of ``moment()``."""
    return Table(
        columns=COLUMNS,
        key=lambda entry: entry.id,
        cells=lambda entry: log_cells(entry, moment()),
        sort_keys=(
            lambda entry: entry.id,
            lambda entry: entry.status,
            lambda entry: entry.order_number or "",
            lambda entry: entry.operation,
            lambda entry: entry.step,
            lambda entry: entry.message,
            lambda entry: entry.duration_ms or 0.0,
        ),
        empty="nothing in the log yet",
    )


def log_cells(entry: LogEntry, moment: Moment) -> Sequence[Span]:
    """Return the cells of one row."""
    mark = status_mark(entry.status)
    took = "" if entry.duration_ms is None else milliseconds(entry.duration_ms)
    return (
        Span(moment.clock(entry.created_at), Tone.DIM),
        mark.span(),
        Span(entry.order_number or "", Tone.STRONG),
        Span(entry.operation),
        Span(entry.step),
        Span(entry.message, mark.tone if entry.status == "failed" else Tone.PLAIN),
        Span(took, Tone.DIM),
    )


def log_detail(entry: LogEntry, moment: Moment, *, width: int = 0) -> list[Line]:
    """Return the detail page of an entry, with the exchanges it came from.

    Request and response stand side by side where ``width`` cells leave each enough room.
    """
    mark = status_mark(entry.status)
    facts = (
        ("time", moment.stamp(entry.created_at)),
        ("order", entry.order_number or ""),
        ("consignment", entry.consignment_id or ""),
        ("job", str(entry.job_id) if entry.job_id is not None else ""),
        ("took", "" if entry.duration_ms is None else milliseconds(entry.duration_ms)),
    )
    lines: list[Line] = [
        line(
            Span(f"Log {entry.id}", Tone.TITLE),
            Span("  "),
            mark.span(),
            Span(f"  {entry.operation} {entry.step}"),
        ),
        *block(entry.message, tone=mark.tone if entry.status == "failed" else Tone.PLAIN),
        *field_lines([(name, value) for name, value in facts if value]),
    ]
    detail = {
        name: value for name, value in (entry.detail or {}).items() if not _is_told(entry, name)
    }
    if detail:
        lines += [*heading("Detail"), *json_lines(detail)]
    for call in entry.calls:
        lines += exchange_lines(call, width=width)
    return lines


def _is_told(entry: LogEntry, name: str) -> bool:
    """The ids of requests say nothing beside the requests themselves."""
    return name == REQUESTS and bool(entry.calls)
