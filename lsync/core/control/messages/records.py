"""What was done and seen: sync log, API log and received webhooks."""

from datetime import datetime
from typing import Any

from lsync.core.control.messages.base import Message


class ApiCall(Message):
    """One HTTP exchange with Lightspeed. Bodies and headers only when one call is asked for."""

    id: int
    created_at: datetime
    request_id: str
    method: str
    path: str
    status: int | None = None
    duration_ms: float
    job_id: int | None = None
    order_number: str | None = None
    request_headers: dict[str, str] | None = None
    request_body: str | None = None
    response_headers: dict[str, str] | None = None
    response_body: str | None = None
    error: str | None = None


class LogEntry(Message):
    """One row of the sync log. ``status`` is ok, warning, failed or info."""

    id: int
    created_at: datetime
    order_number: str | None = None
    consignment_id: str | None = None
    job_id: int | None = None
    operation: str
    step: str
    status: str
    message: str
    detail: dict[str, Any] | None = None
    duration_ms: float | None = None
    calls: tuple[ApiCall, ...] = ()
    """Its HTTP exchanges with headers and bodies; only when one entry is asked for."""


class WebhookEvent(Message):
    """One received webhook."""

    id: int
    received_at: datetime
    event_type: str
    verdict: str
    status: str
    entity_id: str | None = None
    source: str = ""
    duplicates: int = 0
    job_id: int | None = None
    error: str | None = None
