"""Log entries and API calls as messages."""

from lsync.core.control import messages as m
from lsync.core.domain.records import ApiLogEntry, SyncLogEntry


def log_entry(entry: SyncLogEntry) -> m.LogEntry:
    """A stored entry of the sync log."""
    return m.LogEntry(
        id=entry.id or 0,
        created_at=entry.created_at,
        order_number=entry.order_number,
        consignment_id=entry.consignment_id,
        job_id=entry.job_id,
        operation=entry.operation,
        step=entry.step,
        status=entry.status,
        message=entry.message,
        detail=entry.detail,
        duration_ms=entry.duration_ms,
    )


def api_call(entry: ApiLogEntry) -> m.ApiCall:
    """A stored HTTP exchange, with headers and bodies if it was read with them."""
    return m.ApiCall(
        id=entry.id or 0,
        created_at=entry.created_at,
        request_id=entry.request_id,
        method=entry.method,
        path=entry.path,
        status=entry.status,
        duration_ms=entry.duration_ms,
        job_id=entry.job_id,
        order_number=entry.order_number,
        request_headers=entry.request_headers,
        request_body=entry.request_body,
        response_headers=entry.response_headers,
        response_body=entry.response_body,
        error=entry.error,
    )
