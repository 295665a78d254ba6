"""Every message between the daemon and its clients, as frozen values.

One module for both sides: the daemon serialises these, the command line and the dashboard read
them. Quantities and money are strings on the wire, times ISO 8601 in UTC. The names are part of
the ``--json`` output and may not drift.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from lsync.core.domain.job import JobState
from lsync.core.domain.order import OrderState, SyncState

PROTOCOL = 1
"""Raised when a client of the old protocol could misread the new one."""


class Message(BaseModel):
    """Base of all messages: frozen, and tolerant of fields a newer peer may add."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Hello(Message):
    """``GET /v1/hello``: who answers. Compared before anything else."""

    protocol: int = PROTOCOL
    version: str
    boot: str
    pid: int | None = None
    mode: Literal["daemon", "in_process"] = "daemon"
    read_only: bool = False
    instance: str = ""


class ErrorMessage(Message):
    """Body of every answer that is not 2xx: what happened, why, what to do next."""

    error: str
    why: str = ""
    next_step: str = ""
    exit_code: int = 1


class ProblemMessage(Message):
    """A problem of an order; ``code`` is stable, the rest is for people."""

    code: str
    message: str
    fix: str
    severity: str = "blocking"
    line_no: int | None = None


class LineMessage(Message):
    """One line of an order."""

    line_no: int
    sku: str | None = None
    product_id: str | None = None
    name: str | None = None
    quantity: Decimal
    unit_cost: Decimal | None = None
    received: Decimal = Decimal(0)


class OrderSummary(Message):
    """An order in a list. ``lines`` is a count."""

    order_number: str
    state: OrderState
    sync_state: SyncState
    supplier: str
    outlet: str
    lines: int
    ordered: Decimal
    received: Decimal
    consignment_ids: tuple[str, ...] = ()
    due_date: date | None = None
    held: bool = False
    revision: int = 1
    problems: tuple[ProblemMessage, ...] = ()
    created_at: datetime | None = None
    updated_at: datetime | None = None
    last_synced_at: datetime | None = None


class ConsignmentMessage(Message):
    """One consignment of an order's family, as last seen."""

    consignment_id: str
    role: str
    status: str
    version: int
    reference: str | None = None
    observed_at: datetime | None = None


class OrderDetail(Message):
    """One order whole: ``po show`` and ``sync status``."""

    order_number: str
    state: OrderState
    sync_state: SyncState
    supplier: str
    outlet: str
    lines: tuple[LineMessage, ...]
    ordered: Decimal
    received: Decimal
    consignment_ids: tuple[str, ...] = ()
    consignments: tuple[ConsignmentMessage, ...] = ()
    due_date: date | None = None
    supplier_invoice: str | None = None
    note: str | None = None
    held: bool = False
    revision: int = 1
    problems: tuple[ProblemMessage, ...] = ()
    last_error: str | None = None
    push_step: str | None = None
    approved_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    last_synced_at: datetime | None = None
    log: tuple["LogEntry", ...] = ()
    """The newest sync-log entries of the order, newest first (at most 20)."""
    api_calls: int = 0
    """HTTP exchanges recorded for this order."""


class AttemptMessage(Message):
    """One run of a job."""

    number: int
    worker_id: str
    started_at: datetime
    ended_at: datetime | None = None
    outcome: str | None = None
    error_class: str | None = None
    message: str | None = None
    trace: str | None = None


class JobMessage(Message):
    """A job. ``history`` is filled only when one job is asked for."""

    id: int
    type: str
    state: JobState
    priority: str
    attempts: int
    max_attempts: int
    payload: dict[str, Any]
    available_at: datetime
    created_at: datetime
    started_at: datetime | None = None
    completed_at: datetime | None = None
    worker_id: str | None = None
    error: str | None = None
    error_class: str | None = None
    explained: str | None = None
    """What happened, why and the safe next step, as one text for a person."""
    unique_key: str | None = None
    cancel_requested: bool = False
    history: tuple[AttemptMessage, ...] = ()


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


class WorkerMessage(Message):
    """One worker, which is one daemon process."""

    id: str
    host: str
    pid: int
    started_at: datetime
    heartbeat_at: datetime
    stopped_at: datetime | None = None
    alive: bool
    running: tuple[int, ...] = ()
    jobs_done: int = 0
    jobs_failed: int = 0
    memory_mb: float | None = None


class PauseMessage(Message):
    """A paused job type; ``*`` is the whole queue."""

    type: str
    reason: str
    paused_by: str
    paused_at: datetime


class QueueStats(Message):
    """``GET /v1/stats``. ``counts`` maps state, then priority label, to a number of jobs."""

    counts: dict[str, dict[str, int]]
    by_type: dict[str, dict[str, int]]
    oldest_pending_seconds: float | None = None
    average_seconds: float | None = None
    wait_p50_ms: float | None = None
    wait_p95_ms: float | None = None
    run_p50_ms: float | None = None
    run_p95_ms: float | None = None
    throughput: tuple[int, ...] = ()
    """Jobs completed in each of the last 60 minutes, oldest first."""
    failures: tuple[int, ...] = ()
    """Jobs dead-lettered in each of the last 60 minutes, oldest first."""
    workers: tuple[WorkerMessage, ...] = ()
    pauses: tuple[PauseMessage, ...] = ()


class BudgetMessage(Message):
    """Calls left in the current 300-second window, and when a call is free if none are."""

    limit: int
    used: int
    remaining: int
    available_at: datetime | None = None


class HealthMessage(Message):
    """One part of the system. ``state`` is ok, warning, failed or unknown."""

    name: str
    state: Literal["ok", "warning", "failed", "unknown"]
    message: str = ""
    since: datetime | None = None


class StatusMessage(Message):
    """``GET /v1/status``: everything the overview shows."""

    at: datetime
    hello: Hello
    health: tuple[HealthMessage, ...]
    orders: dict[str, int]
    """Orders by state."""
    syncs: dict[str, int]
    """Orders by sync state."""
    queue: QueueStats
    budget: BudgetMessage
    recent: tuple[LogEntry, ...] = ()
    """The newest entries that ended a sync, newest first."""
    failed_orders: tuple[OrderSummary, ...] = ()


class SyncRequest(Message):
    """``POST /v1/purchase-orders/{number}/sync``."""

    priority: str = "high"
    retry: bool = False
    look: bool = False
    """Look for an uncertain create now, without creating."""


class SyncAccepted(Message):
    """The job that carries the sync out; follow it with ``GET /v1/jobs/{id}?wait=…``."""

    order_number: str
    job_id: int
    already_queued: bool = False


class PendingRequest(Message):
    """``POST /v1/purchase-orders/pending``: queue approved orders without a consignment."""

    limit: int | None = None


class PlanStep(Message):
    """One step of a plan and what it costs."""

    step: str
    description: str
    calls: int


class PlanMessage(Message):
    """``GET /v1/purchase-orders/{number}/plan``: what a sync would do. Nothing is written."""

    order_number: str
    action: str
    steps: tuple[PlanStep, ...]
    calls: int
    problems: tuple[ProblemMessage, ...] = ()
    budget: BudgetMessage
    state_hash: str
    catalogue_calls: int = 0
    """Calls needed first because products are not in the local catalogue."""


class ImportRequest(Message):
    """``POST /v1/purchase-orders/import``: the file's bytes travel as base64."""

    filename: str
    content_base64: str
    decimal: Literal["point", "comma"] = "point"
    dry_run: bool = False


class RowProblem(Message):
    """A row of a file that could not be read, and why."""

    line: int | None
    order_number: str | None
    message: str


class ImportedOrder(Message):
    """What became of one order of a file."""

    order_number: str
    result: Literal["created", "replaced", "unchanged", "refused", "kept"]
    """``kept``: the order may no longer be changed and was left as it is."""
    lines: int = 0
    changes: tuple[str, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    warnings: tuple[ProblemMessage, ...] = ()


class ImportReport(Message):
    """The outcome of an import; exit code 1 if any order stayed out."""

    filename: str
    dry_run: bool = False
    orders: tuple[ImportedOrder, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    """Problems that belong to no order (unreadable file, missing columns)."""


class ApproveRequest(Message):
    """``POST /v1/purchase-orders/approve``: by number, or all that wait."""

    order_numbers: tuple[str, ...] = ()
    all: bool = False


class ApprovedOrder(Message):
    """What became of one approval."""

    order_number: str
    approved: bool
    message: str = ""
    job_id: int | None = None
    warnings: tuple[ProblemMessage, ...] = ()


class BulkPlan(Message):
    """First half of a bulk action: what it would touch."""

    action: str
    count: int
    sample: tuple[str, ...] = ()
    state_hash: str


class BulkRequest(Message):
    """A bulk action over jobs. Without ``commit`` it plans; with the plan's hash it acts."""

    action: Literal["retry", "cancel", "discard", "clear"]
    ids: tuple[int, ...] = ()
    state: JobState | None = None
    type: str | None = None
    commit: str | None = None


class BulkResult(Message):
    """What a committed bulk action did."""

    action: str
    changed: int
    skipped: tuple[str, ...] = ()


class PauseRequest(Message):
    """``POST /v1/queue/pause`` and ``/v1/queue/resume``."""

    type: str = "*"
    reason: str = ""


class WebhookSubscription(Message):
    """A subscription at Lightspeed."""

    id: str
    type: str
    url: str
    active: bool
    ours: bool


class WebhookCreateRequest(Message):
    """``POST /v1/webhooks/subscriptions``. Without types, all seven."""

    url: str | None = None
    types: tuple[str, ...] = ()
    insecure: bool = False


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


class VendTest(Message):
    """``POST /v1/vend/test``: the outcome of one cheap call."""

    ok: bool
    message: str
    next_step: str = ""
    base_url: str
    outlets: tuple[str, ...] = ()
    budget: BudgetMessage | None = None
    duration_ms: float | None = None


class SettingMessage(Message):
    """One setting, its value as text (secrets masked) and where it came from."""

    key: str
    value: str
    source: str
    secret: bool = False


class Event(Message):
    """One server-sent event. ``id`` is ``<daemon boot>:<n>``.

    ``kind`` is ``status`` (data: StatusMessage), ``job`` (JobMessage), ``order`` (OrderSummary),
    ``log`` (LogEntry), ``api`` (ApiCall), ``webhook`` (WebhookEvent) or ``resync`` (no data:
    read everything anew).
    """

    id: str
    kind: Literal["status", "job", "order", "log", "api", "webhook", "resync"]
    data: dict[str, Any] | None = None
