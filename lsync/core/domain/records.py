"""What lsync writes down: log entries, HTTP exchanges, webhooks, mappings, receipts.

Values only. ``id`` is ``None`` until the record is stored.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class LogStatus(StrEnum):
    """How a logged step ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncLogEntry:
    """One step of a sync. ``operation`` is push, pull, poll, import, approve and so on."""

    created_at: datetime
    operation: str
    step: str
    status: LogStatus
    message: str
    detail: dict[str, object] | None = None
    order_id: int | None = None
    order_number: str | None = None
    consignment_id: str | None = None
    job_id: int | None = None
    duration_ms: float | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiLogEntry:
    """One HTTP exchange, secrets already removed. ``status`` is ``None`` without an answer."""

    created_at: datetime
    request_id: str
    method: str
    path: str
    duration_ms: float
    status: int | None = None
    job_id: int | None = None
    order_number: str | None = None
    request_headers: dict[str, str] | None = None
    request_body: str | None = None
    response_headers: dict[str, str] | None = None
    response_body: str | None = None
    error: str | None = None
    id: int | None = None


class WebhookStatus(StrEnum):
    """What has become of a received webhook."""

    RECEIVED = "received"
    PROCESSED = "processed"
    IGNORED = "ignored"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRecord:
    """A webhook as it came in. ``verdict`` says how it was authenticated."""

    received_at: datetime
    event_type: str
    digest: str
    body: str
    verdict: str
    source: str
    headers: dict[str, str] = field(default_factory=dict)
    status: WebhookStatus = WebhookStatus.RECEIVED
    duplicates: int = 0
    entity_id: str | None = None
    job_id: int | None = None
    processed_at: datetime | None = None
    error: str | None = None
    id: int | None = None


class MappingKind(StrEnum):
    """What two ids stand for."""

    ORDER = "order"
    PRODUCT = "product"
    SUPPLIER = "supplier"
    OUTLET = "outlet"


class MappingSource(StrEnum):
    """Who said that the two ids belong together. A person's word is never overwritten."""

    LSYNC = "lsync"
    PERSON = "person"
    ADOPTED = "adopted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A local id and the Lightspeed id it stands for."""

    kind: MappingKind
    local_id: str
    lightspeed_id: str
    source: MappingSource
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One observed change of a received quantity. ``line_no`` is ``None`` for extra lines."""

    order_id: int
    consignment_id: str
    product_id: str
    received_before: Decimal
    received_after: Decimal
    version: int
    observed_at: datetime
    line_no: int | None = None
    id: int | None = None
