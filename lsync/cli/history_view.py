"""The history of an order as a table, and the order as it stood."""

from typing import TYPE_CHECKING

from lsync.cli.moments import local_exact
from lsync.cli.order_view import LINE_COLUMNS
from lsync.cli.output import Output, block
from lsync.cli.table import Column
from lsync.cli.wording import marked

if TYPE_CHECKING:
    from lsync.core.control.messages import HistoryEntry, OrderAt, OrderHistory

HISTORY_COLUMNS: "tuple[Column[HistoryEntry], ...]" = (
    Column(title="Time", cell=lambda entry: local_exact(entry.at)),
    Column(title="", cell=lambda entry: marked(entry.status).text[:1]),
    Column(title="What", cell=lambda entry: entry.what),
    Column(title="How", cell=lambda entry: entry.message, elastic=True, fold=True),
    Column(
        title="Job",
        cell=lambda entry: "" if entry.job_id is None else str(entry.job_id),
        rank=2,
        right=True,
    ),
)


def print_history(out: Output, found: "OrderHistory") -> None:
    """What happened; when a time was asked for, first how the order stood then."""
    if found.at is not None:
        if found.order is None:
            out.text(f"lsync knew nothing of {found.order_number} at {local_exact(found.at)}.")
            return
        _print_order(out, found.order_number, found.order, at=local_exact(found.at))
    out.table(found.entries, HISTORY_COLUMNS)


def _print_order(out: Output, number: str, order: "OrderAt", *, at: str) -> None:
    state = (order.state or "unknown").replace("_", " ") + " (held)" * order.held
    rows = {
        "Order": f"{number} at {at}",
        "State": state,
        "Sync": marked(order.sync_state).text,
        "Revision": "" if order.revision is None else str(order.revision),
        "Supplier": order.supplier,
        "Outlet": order.outlet,
        "Due": "" if order.due_date is None else order.due_date.isoformat(),
        "Invoice": order.supplier_invoice or "",
        "Note": order.note or "",
        "Consignment": order.consignment_id or "none",
        "As of": local_exact(order.since),
    }
    out.text("\n".join(f"{title + ':':13} {value}" for title, value in rows.items() if value))
    if order.lines:
        out.text("")
        out.table(order.lines, LINE_COLUMNS)
    if order.problems:
        told = [f"! {problem.message} ({problem.code})" for problem in order.problems]
        out.text(block("\nProblems", told))
    out.text("")
