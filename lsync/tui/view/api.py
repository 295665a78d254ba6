"""HTTP exchanges with Lightspeed as rows and as a page."""

import re
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from lsync.core.control.messages import ApiCall, BudgetMessage
from lsync.tui.view.charts import bar_chart
from lsync.tui.view.fields import field_lines, heading
from lsync.tui.view.highlight import text_lines
from lsync.tui.view.spans import Line, Span, Tone, block, line, side_by_side
from lsync.tui.view.table import Column, Table
from lsync.tui.view.words import Moment, count, milliseconds

COLUMNS = (
    Column(title="time", least=11, most=11),
    Column(title="status", least=9, most=9),
    Column(title="took", least=7, most=7, right=True),
    Column(title="method", least=6, most=6),
    Column(title="path", least=28),
    Column(title="order", least=10, most=20, drop=1),
)
_VERSION = re.compile(r"^/api/[^/]+")
_ID = re.compile(r"[0-9a-f-]{8,}|\d+")
SIDE_BY_SIDE = 84
"""Cells from which on request and response stand beside each other: the page beside a list on a
screen of 200 columns."""


def api_table(moment: Callable[[], Moment]) -> Table[ApiCall]:
    """Return the table of exchanges; times are written as of ``moment()``."""
    return Table(
        columns=COLUMNS,
        key=lambda call: call.id,
        cells=lambda call: api_cells(call, moment()),
        sort_keys=(
            lambda call: call.id,
            lambda call: call.status or 0,
            lambda call: call.duration_ms,
            lambda call: call.method,
            lambda call: call.path,
            lambda call: call.order_number or "",
        ),
        empty="no call to Lightspeed recorded yet",
    )


def api_cells(call: ApiCall, moment: Moment) -> Sequence[Span]:
    """Return the cells of one row."""
    return (
        Span(moment.clock(call.created_at), Tone.DIM),
        _status(call),
        Span(milliseconds(call.duration_ms), Tone.DIM),
        Span(call.method, Tone.STRONG if call.method != "GET" else Tone.PLAIN),
        Span(_VERSION.sub("", call.path)),
        Span(call.order_number or "", Tone.STRONG),
    )


def has_failed(call: ApiCall) -> bool:
    """Tell whether an exchange failed: no answer, or one that is not 2xx or 3xx."""
    return call.status is None or call.status >= 400


def _status(call: ApiCall) -> Span:
    if call.status is None:
        return Span("✗ none", Tone.BAD)
    if call.status == 429:
        return Span("! 429", Tone.WARN)
    return Span(f"✗ {call.status}", Tone.BAD) if has_failed(call) else Span(f"✓ {call.status}")


def api_detail(call: ApiCall, moment: Moment, *, width: int = 0) -> list[Line]:
    """Return the detail page: request and response, secrets already removed by the daemon.

    They stand side by side where ``width`` cells leave each enough room, else below one another.
    """
    facts = (
        ("time", moment.stamp(call.created_at)),
        ("took", milliseconds(call.duration_ms)),
        ("order", call.order_number or ""),
        ("job", str(call.job_id) if call.job_id is not None else ""),
        ("request id", call.request_id),
    )
    return [
        line(Span(f"{call.method} {call.path}", Tone.TITLE), Span("  "), _status(call)),
        *(block(call.error, tone=Tone.BAD) if call.error else ()),
        *field_lines([(name, value) for name, value in facts if value]),
        *_halves(call, width=width),
    ]


def exchange_lines(call: ApiCall, *, width: int) -> list[Line]:
    """Return an exchange as one part of a longer page: what was asked for, request, response."""
    return [
        (),
        line(
            Span(f"{call.method} {_VERSION.sub('', call.path)}", Tone.TITLE),
            Span("  "),
            _status(call),
            Span(f"  {milliseconds(call.duration_ms)}", Tone.DIM),
        ),
        *(block(call.error, tone=Tone.BAD) if call.error else ()),
        *_halves(call, width=width),
    ]


def _halves(call: ApiCall, *, width: int) -> list[Line]:
    request = _half("Request", call.request_headers, call.request_body)
    response = _half("Response", call.response_headers, call.response_body)
    if request and response and width >= SIDE_BY_SIDE:
        return side_by_side(request, response, width=width)
    return [*request, *response]


def _half(name: str, headers: Mapping[str, str] | None, body: str | None) -> list[Line]:
    if not headers and not body:
        return []
    rows = [*heading(name)]
    rows += [
        line(Span(f"{header}: ", Tone.NAME), Span(value))
        for header, value in (headers or {}).items()
    ]
    return [*rows, *(text_lines(body) if body else ())]


def api_summary(
    calls: Sequence[ApiCall], budget: BudgetMessage | None, moment: Moment
) -> list[Line]:
    """Return two lines about the calls read: failures, the slowest kinds of call, the budget."""
    if not calls:
        return []
    span = moment.since(calls[-1].created_at)
    failed = sum(1 for call in calls if has_failed(call) and call.status != 429)
    limited = sum(1 for call in calls if call.status == 429)
    left = f"{budget.remaining} of {budget.limit} calls left" if budget is not None else ""
    return [
        line(
            Span(f"{count(len(calls), 'call')} in {span}  ", Tone.DIM),
            Span(f"✗ {failed} failed  ", Tone.BAD if failed else Tone.DIM),
            Span(f"! {limited} refused by the limit (429)  ", Tone.WARN if limited else Tone.DIM),
            Span(left),
        ),
        line(Span("slowest  ", Tone.DIM), Span(_slowest(calls))),
    ]


def _slowest(calls: Sequence[ApiCall]) -> str:
    """Name the three kinds of call whose median takes longest; ids in paths make no difference."""
    took: dict[str, list[float]] = {}
    for call in calls:
        took.setdefault(f"{call.method} {_kind(call.path)}", []).append(call.duration_ms)
    slow = sorted(((median(each), kind) for kind, each in took.items()), reverse=True)
    return "   ".join(f"{kind} {milliseconds(value)}" for value, kind in slow[:3])


def _kind(path: str) -> str:
    path = _VERSION.sub("", path.partition("?")[0])
    return "/".join("…" if _ID.fullmatch(part) else part for part in path.split("/"))


def api_chart(calls: Sequence[ApiCall], moment: Moment, *, width: int) -> list[Line]:
    """Return the calls of each minute of the last hour as a plot of two lines."""
    minutes = [0] * 60
    for call in calls:
        ago = int((moment.now - call.created_at).total_seconds() // 60)
        if 0 <= ago < len(minutes):
            minutes[-1 - ago] += 1
    return bar_chart(minutes, width=min(60, width), height=2, tone=Tone.BUSY)
