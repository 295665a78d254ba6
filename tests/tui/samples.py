"""Made-up data for the dashboard's tests: fixed times, no real shop or person."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from lsync.core.control import messages as m
from lsync.core.domain.job import JobState
from lsync.core.domain.order import OrderState, SyncState

NOW = datetime(2026, 11, 23, 14, 3, 5, tzinfo=UTC)


def ago(**span: float) -> datetime:
    """Return a time before ``NOW``."""
    return NOW - timedelta(**span)


HELLO = m.Hello(version="0.1.0", boot="b1", pid=4242, instance="example")
BUDGET = m.BudgetMessage(limit=350, used=38, remaining=312)

UNKNOWN_SKU = m.ProblemMessage(
    code="unknown_sku",
    message="No product has the SKU KETTLE-9",
    fix="correct the SKU and import the file again, or add the product in Lightspeed",
    line_no=3,
)
ZERO = m.ProblemMessage(
    code="zero_quantity", message="Quantity is zero", fix="remove the line", line_no=5
)


def order(number: str, **change: Any) -> m.OrderSummary:
    """Return an order as lists show it."""
    values: dict[str, Any] = {
        "order_number": number,
        "state": OrderState.SUBMITTED,
        "sync_state": SyncState.SYNCED,
        "supplier": "Northwind Pottery",
        "outlet": "Harbour Street",
        "lines": 12,
        "ordered": Decimal("144.00000"),
        "received": Decimal(0),
        "consignment_ids": ("0af7b240-ab24-11e7-eddc-1b2c3d4e5f60",),
        "updated_at": ago(minutes=3),
        "last_synced_at": ago(minutes=3),
    }
    return m.OrderSummary(**{**values, **change})


ORDERS = (
    order("PO-1001"),
    order(
        "PO-1002",
        state=OrderState.RECEIVED,
        received=Decimal(140),
        problems=(
            m.ProblemMessage(
                code="short_receipt",
                message="4 pieces short on 1 line",
                fix="tell the supplier, then close the order",
                severity="warning",
            ),
        ),
    ),
    order(
        "PO-1003",
        state=OrderState.APPROVED,
        sync_state=SyncState.FAILED,
        consignment_ids=(),
        problems=(UNKNOWN_SKU, ZERO),
        last_synced_at=None,
    ),
    order("PO-1004", state=OrderState.APPROVED, sync_state=SyncState.SYNCING),
    order("PO-1005", state=OrderState.DRAFT, sync_state=SyncState.NOT_SYNCED, last_synced_at=None),
    order(
        "PO-1006",
        state=OrderState.SUBMITTED,
        sync_state=SyncState.DRIFTED,
        problems=(
            m.ProblemMessage(
                code="quantity_differs",
                message="line 2: ordered 12, Lightspeed has 24",
                fix="look at the difference",
                severity="drift",
            ),
        ),
    ),
    order("PO-1007", state=OrderState.APPROVED, sync_state=SyncState.QUEUED, held=True),
    order("PO-1008", supplier="Café Été GmbH", outlet="Station Road", lines=3),
)


def entry(number: int, **change: Any) -> m.LogEntry:
    """Return an entry of the sync log."""
    values: dict[str, Any] = {
        "id": number,
        "created_at": NOW - timedelta(seconds=10 * (40 - number)),
        "order_number": f"PO-10{number % 8 + 1:02}",
        "operation": "push",
        "step": "verify",
        "status": "ok",
        "message": "12 lines verified equal",
        "duration_ms": 182.0,
    }
    return m.LogEntry(**{**values, **change})


LOG = tuple(
    entry(number)
    if number % 5
    else entry(
        number,
        status="failed",
        step="preflight",
        message="2 problems stop the push; nothing was written",
        detail={"problems": ["unknown_sku", "zero_quantity"], "lines": 5, "written": False},
    )
    for number in range(40, 0, -1)
)


def detail(summary: m.OrderSummary) -> m.OrderDetail:
    """Return the whole of an order."""
    values = summary.model_dump(exclude={"lines", "problems", "due_date", "created_at"})
    lines = tuple(
        m.LineMessage(
            line_no=number,
            sku=f"MUG-{number:03}",
            name=f"Mug, glazed, no. {number}",
            quantity=Decimal(12),
            unit_cost=Decimal("3.50000"),
        )
        for number in range(1, summary.lines + 1)
    )
    return m.OrderDetail(
        **values,
        lines=lines,
        problems=summary.problems,
        last_error="2 problems stop the push." if summary.problems else None,
        due_date=date(2026, 12, 1),
        approved_at=ago(minutes=9),
        created_at=ago(hours=20),
        consignments=tuple(
            m.ConsignmentMessage(
                consignment_id=each,
                role="main",
                status="SENT",
                version=3141592,
                reference=summary.order_number,
                observed_at=ago(minutes=2),
            )
            for each in summary.consignment_ids
        ),
        log=tuple(each for each in LOG if each.order_number == summary.order_number),
        api_calls=4,
    )


def job(number: int, **change: Any) -> m.JobMessage:
    """Return a job."""
    values: dict[str, Any] = {
        "id": number,
        "type": "sync.push",
        "state": JobState.COMPLETED,
        "priority": "normal",
        "attempts": 1,
        "max_attempts": 4,
        "payload": {"order_number": f"PO-10{number % 8 + 1:02}"},
        "available_at": ago(minutes=50 - number),
        "created_at": ago(minutes=50 - number),
        "started_at": ago(minutes=50 - number),
        "completed_at": ago(minutes=50 - number, seconds=-2),
        "worker_id": "host-a:4242",
    }
    return m.JobMessage(**{**values, **change})


DEAD_JOB = job(
    44,
    state=JobState.FAILED,
    attempts=4,
    error="SKU KETTLE-9 is unknown",
    error_class="Preflight",
    explained=(
        "The push of PO-1003 stopped before it wrote anything: 2 lines cannot be sent.\n"
        "Correct them, then retry; nothing needs to be undone."
    ),
    payload={"order_number": "PO-1003", "revision": 2, "look": False, "note": None},
    history=(
        m.AttemptMessage(
            number=1,
            worker_id="host-a:4242",
            started_at=ago(minutes=6),
            ended_at=ago(minutes=6, seconds=-1),
            outcome="dead",
            error_class="Preflight",
            message="SKU KETTLE-9 is unknown",
            trace="\n".join(f"  File step_{number}.py" for number in range(30)),
        ),
    ),
)

JOBS = (
    job(
        48,
        state=JobState.PENDING,
        priority="high",
        attempts=0,
        started_at=None,
        completed_at=None,
        worker_id=None,
    ),
    job(
        47,
        state=JobState.PENDING,
        available_at=NOW + timedelta(minutes=4),
        error="Lightspeed answered 503",
        completed_at=None,
    ),
    job(46, state=JobState.PROCESSING, completed_at=None),
    job(45, state=JobState.CANCELLED, type="sync.pull"),
    DEAD_JOB,
    *(job(number, type="catalogue.refresh", payload={}) for number in range(43, 20, -1)),
)

WEBHOOKS = (
    m.WebhookEvent(
        id=9,
        received_at=ago(minutes=1),
        event_type="consignment.receive",
        verdict="signed",
        status="processed",
        entity_id="0af7b240-ab24-11e7-eddc-1b2c3d4e5f60",
        source="203.0.113.9",
        duplicates=2,
        job_id=46,
    ),
    m.WebhookEvent(
        id=8,
        received_at=ago(minutes=4),
        event_type="product.update",
        verdict="bad_signature",
        status="refused",
        error="The signature does not match the client secret.",
    ),
)

API_CALLS = tuple(
    m.ApiCall(
        id=number,
        created_at=ago(seconds=10 * (20 - number)),
        request_id=f"req-{number}",
        method="POST" if number % 3 == 0 else "GET",
        path=f"/api/2026-07/consignments/{number}",
        status={18: 429, 16: 503, 14: None}.get(number, 200),
        duration_ms=80.0 + number,
        order_number="PO-1001" if number % 2 else None,
        error="timed out after 30 s" if number == 14 else None,
    )
    for number in range(20, 0, -1)
)


def whole_call(call: m.ApiCall) -> m.ApiCall:
    """Return an exchange with headers and bodies."""
    return call.model_copy(
        update={
            "request_headers": {"authorization": "[removed]", "accept": "application/json"},
            "request_body": '{"status": "SENT"}',
            "response_headers": {"x-ratelimit-remaining": "312"},
            "response_body": '{"data": {"id": "0af7b240", "version": 3141592}}',
        }
    )


SETTINGS = (
    m.SettingMessage(
        key="database.url", value="sqlite:///lsync.db", source="/etc/lsync/config.toml"
    ),
    m.SettingMessage(key="lightspeed.api_token", value="********", source=".env", secret=True),
    m.SettingMessage(key="sync.poll_seconds", value="60", source="default"),
)

SUBSCRIPTIONS = (
    m.WebhookSubscription(
        id="s1", type="consignment.receive", url="https://example.test/w", active=True, ours=True
    ),
    m.WebhookSubscription(
        id="s2", type="sale.update", url="https://other.test/w", active=False, ours=False
    ),
)

STATS = m.QueueStats(
    counts={
        "pending": {"high": 1, "normal": 1},
        "processing": {"normal": 1},
        "completed": {"normal": 23, "low": 140},
        "failed": {"normal": 1},
        "cancelled": {"low": 1},
    },
    by_type={"sync.push": {"pending": 2, "failed": 1}},
    oldest_pending_seconds=41.0,
    run_p95_ms=1840.0,
    throughput=tuple((minute * 7) % 13 for minute in range(60)),
    failures=tuple(1 if minute == 53 else 0 for minute in range(60)),
    workers=(
        m.WorkerMessage(
            id="host-a:4242",
            host="host-a",
            pid=4242,
            started_at=ago(hours=5),
            heartbeat_at=ago(seconds=2),
            alive=True,
            running=(46,),
            jobs_done=163,
            jobs_failed=1,
            memory_mb=58.4,
        ),
    ),
)

HEALTH = (
    m.HealthMessage(name="database", state="ok"),
    m.HealthMessage(name="api", state="ok"),
    m.HealthMessage(name="worker", state="ok"),
    m.HealthMessage(name="webhooks", state="warning", message="none for 2 h", since=ago(hours=2)),
)


def status(**change: Any) -> m.StatusMessage:
    """Return the status of the whole."""
    values: dict[str, Any] = {
        "at": NOW,
        "hello": HELLO,
        "health": HEALTH,
        "orders": {"approved": 3, "submitted": 3, "received": 1, "draft": 1},
        "syncs": {"synced": 3, "failed": 1, "drifted": 1, "queued": 1, "syncing": 1},
        "queue": STATS,
        "budget": BUDGET,
        "recent": LOG[:12],
        "failed_orders": (ORDERS[2],),
        "drifted_orders": (ORDERS[5],),
    }
    return m.StatusMessage(**{**values, **change})
