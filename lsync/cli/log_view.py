"""Sync-log entries and HTTP exchanges as tables and texts."""

import json
from typing import TYPE_CHECKING

from lsync.cli.moments import local_exact
from lsync.cli.output import Output, block
from lsync.cli.table import Column
from lsync.cli.wording import marked

if TYPE_CHECKING:
    from lsync.core.control.messages import ApiCall, LogEntry

LOG_COLUMNS: "tuple[Column[LogEntry], ...]" = (
    Column(title="Log", cell=lambda entry: str(entry.id), right=True),
    Column(title="Time", cell=lambda entry: local_exact(entry.created_at), rank=2),
    Column(title="Status", cell=lambda entry: marked(entry.status)),
    Column(title="Order", cell=lambda entry: entry.order_number or "", rank=1),
    Column(title="Operation", cell=lambda entry: entry.operation, rank=4),
    Column(title="Step", cell=lambda entry: entry.step, rank=3),
    Column(title="Message", cell=lambda entry: entry.message, elastic=True),
)

CALL_COLUMNS: "tuple[Column[ApiCall], ...]" = (
    Column(title="Call", cell=lambda call: str(call.id), right=True),
    Column(title="Time", cell=lambda call: local_exact(call.created_at), rank=2),
    Column(title="Status", cell=lambda call: "-" if call.status is None else str(call.status)),
    Column(title="Took", cell=lambda call: f"{call.duration_ms:.0f} ms", right=True),
    Column(title="Order", cell=lambda call: call.order_number or "", rank=1),
    Column(title="Request", cell=lambda call: f"{call.method} {call.path}", elastic=True),
    Column(title="Error", cell=lambda call: call.error or "", rank=3, elastic=True),
)


def print_entry(out: Output, entry: "LogEntry") -> None:
    """One entry whole."""
    rows = {
        "Log": str(entry.id),
        "Time": local_exact(entry.created_at),
        "Status": marked(entry.status).text,
        "Order": entry.order_number or "",
        "Consignment": entry.consignment_id or "",
        "Job": "" if entry.job_id is None else str(entry.job_id),
        "Operation": f"{entry.operation}, {entry.step}",
        "Took": "" if entry.duration_ms is None else f"{entry.duration_ms:.0f} ms",
    }
    out.text("\n".join(f"{title + ':':12} {value}" for title, value in rows.items() if value))
    out.text(block("\nMessage", entry.message.splitlines()))
    if entry.detail:
        out.text(block("\nDetail", json.dumps(entry.detail, indent=2).splitlines()))
    for call in entry.calls:
        out.text("")
        print_call(out, call)


def print_call(out: Output, call: "ApiCall") -> None:
    """One exchange: request, then answer, as they went over the wire without secrets."""
    out.text(f"{call.method} {call.path}\n{local_exact(call.created_at)}  {call.request_id}")
    out.text(block("\nRequest", _message(call.request_headers, call.request_body)))
    status = call.error or "no answer" if call.status is None else str(call.status)
    out.text(
        block(
            f"\nAnswer {status}, {call.duration_ms:.0f} ms",
            _message(call.response_headers, call.response_body),
        )
    )


def _message(headers: dict[str, str] | None, body: str | None) -> list[str]:
    lines = [f"{name}: {value}" for name, value in (headers or {}).items()]
    return [*lines, "", *_pretty(body).splitlines()] if body else lines or ["(empty)"]


def _pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), indent=2)
    except (ValueError, RecursionError):
        return body
