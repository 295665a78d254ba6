"""HTTP exchanges with Lightspeed as rows and as a page."""

import json
from collections.abc import Callable, Mapping, Sequence

from lsync.core.control.messages import ApiCall
from lsync.tui.view.fields import field_lines, heading
from lsync.tui.view.highlight import json_lines
from lsync.tui.view.spans import Line, Span, Tone, block, line
from lsync.tui.view.table import Column, Table
from lsync.tui.view.words import Moment, milliseconds

COLUMNS = (
    Column(title="time", least=11, most=11),
    Column(title="status", least=9, most=9),
    Column(title="took", least=7, most=7, right=True),
    Column(title="method", least=6, most=6),
    Column(title="path", least=28),
    Column(title="order", least=10, most=20, drop=1),
)
LONGEST_BODY = 200_000
"""Characters of a body that are laid out as JSON; a longer one shows as it is."""


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
        Span(call.path),
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


def api_detail(call: ApiCall, moment: Moment) -> list[Line]:
    """Return the detail page: request, then response, secrets already removed by the daemon."""
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
        *_half("Request", call.request_headers, call.request_body),
        *_half("Response", call.response_headers, call.response_body),
    ]


def _half(name: str, headers: Mapping[str, str] | None, body: str | None) -> list[Line]:
    if not headers and not body:
        return []
    rows = [*heading(name)]
    rows += [
        line(Span(f"{header}: ", Tone.NAME), Span(value))
        for header, value in (headers or {}).items()
    ]
    return [*rows, *(_body(body) if body else ())]


def _body(body: str) -> list[Line]:
    if len(body) > LONGEST_BODY:
        return block(body)
    try:
        return json_lines(json.loads(body))
    except ValueError:
        return block(body)
