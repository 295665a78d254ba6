"""Reports as tables."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsync.cli.moments import duration, local
from lsync.cli.table import Column, Styled
from lsync.core.domain.amount import plain

if TYPE_CHECKING:
    from decimal import Decimal

    from lsync.core.control.messages import (
        DifferenceRow,
        FailureRow,
        OrdersReportRow,
        SyncReportRow,
    )


def order_columns(by: Sequence[str]) -> "tuple[Column[OrdersReportRow], ...]":
    """The columns of ``report orders``; only what it is grouped by is named."""
    names: dict[str, Column[OrdersReportRow]] = {
        "supplier": Column(title="Supplier", cell=lambda row: row.supplier or "", elastic=True),
        "outlet": Column(title="Outlet", cell=lambda row: row.outlet or "", elastic=True),
    }
    return (
        *(column for name, column in names.items() if name in by),
        Column(title="Orders", cell=lambda row: str(row.orders), right=True),
        Column(title="Open", cell=lambda row: str(row.unfinished), right=True, rank=1),
        Column(title="Late", cell=_late, right=True, rank=1),
        Column(title="Lines", cell=lambda row: str(row.lines), right=True, rank=5),
        Column(title="Ordered", cell=lambda row: plain(row.ordered), right=True),
        Column(title="Received", cell=lambda row: plain(row.received), right=True),
        Column(title="%", cell=lambda row: _percent(row.received_percent), right=True, rank=2),
        Column(title="Value", cell=lambda row: _money(row.ordered_value), right=True, rank=3),
        Column(title="Came", cell=lambda row: _money(row.received_value), right=True, rank=4),
        Column(title="First goods", cell=lambda row: duration(row.lead_seconds), rank=6),
    )


def _said(row: "DifferenceRow") -> Styled:
    """The difference with its sign; what may still come is marked as open."""
    sign = "+" if row.difference > 0 else ""
    still = "" if row.final or row.difference > 0 else " open"
    return Styled(text=f"{sign}{plain(row.difference)}{still}", style="dim" if still else "yellow")


DIFFERENCE_COLUMNS: "tuple[Column[DifferenceRow], ...]" = (
    Column(title="Order", cell=lambda row: row.order_number),
    Column(title="Supplier", cell=lambda row: row.supplier, rank=3, elastic=True),
    Column(title="Outlet", cell=lambda row: row.outlet, rank=4, elastic=True),
    Column(title="SKU", cell=lambda row: row.sku or f"line {row.line_no}"),
    Column(title="Name", cell=lambda row: row.name or "", rank=5, elastic=True),
    Column(title="Ordered", cell=lambda row: plain(row.ordered), right=True),
    Column(title="Received", cell=lambda row: plain(row.received), right=True),
    Column(title="Difference", cell=_said, right=True),
    Column(title="Value", cell=lambda row: _money(row.value), right=True, rank=2),
)


def sync_columns(by: str) -> "tuple[Column[SyncReportRow], ...]":
    """The columns of ``report sync``."""
    return (
        Column(title="Day (UTC)" if by == "day" else "Type", cell=lambda row: row.group),
        Column(title="Ended", cell=lambda row: str(row.finished), right=True),
        Column(title="Failed", cell=_failed, right=True),
        Column(title="Success", cell=lambda row: _percent(row.success_percent), right=True),
        Column(title="Retried", cell=lambda row: str(row.retried), right=True, rank=3),
        Column(title="Cancelled", cell=lambda row: str(row.cancelled), right=True, rank=6),
        Column(title="Waited", cell=lambda row: duration(row.wait_seconds), right=True, rank=4),
        Column(title="Half within", cell=lambda row: duration(row.run_p50), right=True, rank=1),
        Column(title="95 % within", cell=lambda row: duration(row.run_p95), right=True, rank=2),
        Column(title="Longest", cell=lambda row: duration(row.run_longest), right=True, rank=5),
    )


FAILURE_COLUMNS: "tuple[Column[FailureRow], ...]" = (
    Column(title="Error", cell=lambda row: row.error_class or "(none)"),
    Column(title="Type", cell=lambda row: row.type, rank=1),
    Column(title="Jobs", cell=lambda row: str(row.jobs), right=True),
    Column(title="Newest", cell=lambda row: f"{row.newest_job}", right=True, rank=2),
    Column(title="At", cell=lambda row: local(row.newest_at), rank=3),
    Column(title="Example", cell=lambda row: row.example.partition("\n")[0], elastic=True, rank=1),
)


def _late(row: "OrdersReportRow") -> Styled:
    return Styled(text=str(row.overdue), style="yellow" if row.overdue else "")


def _failed(row: "SyncReportRow") -> Styled:
    return Styled(text=str(row.failed), style="red" if row.failed else "")


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} %"


def _money(value: "Decimal | None") -> str:
    return "" if value is None or not value.is_finite() else f"{value:,.2f}"
