"""Reports over a period, one message a row. Values are ex tax."""

from datetime import datetime

from lsync.core.control.messages.base import Amount, Message
from lsync.core.domain.order import OrderState


class OrdersReportRow(Message):
    """``GET /v1/reports/orders``: what was ordered of a supplier for an outlet, and came.

    ``supplier`` or ``outlet`` is null where the report is not grouped by it.
    """

    supplier: str | None
    outlet: str | None
    orders: int
    unfinished: int
    """Orders that are neither received nor closed."""
    overdue: int
    """Unfinished orders whose due date has passed."""
    lines: int
    ordered: Amount
    received: Amount
    received_percent: float | None
    """Received of ordered units; null when nothing was ordered."""
    ordered_value: Amount
    received_value: Amount
    lead_seconds: float | None
    """Average time from approval to the first goods."""


class DifferenceRow(Message):
    """``GET /v1/reports/differences``: a line that came short or over. ``line_id`` pages."""

    line_id: int
    order_number: str
    state: OrderState
    supplier: str
    outlet: str
    line_no: int
    sku: str | None
    name: str | None
    ordered: Amount
    received: Amount
    difference: Amount
    """Received less ordered: negative when it came short."""
    value: Amount | None
    """The difference at the order's unit cost."""
    final: bool
    """Whether the order is received whole; else more may still come."""


class SyncReportRow(Message):
    """``GET /v1/reports/sync``: jobs of one type, or that ended on one day (UTC)."""

    group: str
    finished: int
    completed: int
    failed: int
    cancelled: int
    retried: int
    """Completed jobs that needed more than one attempt."""
    success_percent: float | None
    """Completed of completed and failed."""
    wait_seconds: float | None
    """Average time from when it could start until it did."""
    run_average: float | None
    run_p50: float | None
    run_p95: float | None
    run_longest: float | None


class FailureRow(Message):
    """``GET /v1/reports/failures``: jobs of one type that were given up for one reason."""

    error_class: str
    type: str
    jobs: int
    newest_job: int
    newest_at: datetime
    example: str
