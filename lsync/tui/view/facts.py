"""What the rows of each list say about the names of its filter."""

from collections.abc import Mapping

from lsync.core.control.messages import (
    ApiCall,
    JobMessage,
    LogEntry,
    OrderSummary,
    SettingMessage,
    WebhookEvent,
)
from lsync.core.domain.filter_language import Fact
from lsync.tui.view.words import Moment

Facts = Mapping[str, Fact]


def order_facts(order: OrderSummary, moment: Moment) -> Facts:
    """Facts of an order; its age counts from when it was entered."""
    return {
        "state": order.state.value,
        "sync": order.sync_state.value,
        "supplier": order.supplier,
        "outlet": order.outlet,
        "age": moment.now - order.created_at if order.created_at else None,
        "lines": order.lines,
        "ordered": order.ordered,
        "received": order.received,
        "problem": order.problems[0].code if order.problems else None,
        "held": "yes" if order.held else "no",
    }


def job_facts(job: JobMessage, moment: Moment) -> Facts:
    """Facts of a job; its age counts from when it was queued."""
    number = job.payload.get("order_number")
    return {
        "state": job.state.value,
        "type": job.type,
        "priority": job.priority,
        "age": moment.now - job.created_at,
        "worker": job.worker_id,
        "error": job.error_class or job.error,
        "tries": job.attempts,
        "order": None if number is None else str(number),
    }


def log_facts(entry: LogEntry, moment: Moment) -> Facts:
    """Facts of a log entry; how long a step took is in seconds."""
    return {
        "order": entry.order_number,
        "status": entry.status,
        "operation": entry.operation,
        "step": entry.step,
        "age": moment.now - entry.created_at,
        "job": entry.job_id,
        "took": None if entry.duration_ms is None else entry.duration_ms / 1000,
    }


def call_facts(call: ApiCall, moment: Moment) -> Facts:
    """Facts of an exchange with Lightspeed; how long it took is in seconds."""
    return {
        "order": call.order_number,
        "status": call.status,
        "method": call.method,
        "path": call.path,
        "took": call.duration_ms / 1000,
        "age": moment.now - call.created_at,
        "job": call.job_id,
    }


def webhook_facts(event: WebhookEvent, moment: Moment) -> Facts:
    """Facts of a received webhook."""
    return {
        "type": event.event_type,
        "verdict": event.verdict,
        "status": event.status,
        "entity": event.entity_id,
        "age": moment.now - event.received_at,
        "job": event.job_id,
    }


def setting_facts(setting: SettingMessage, _moment: Moment) -> Facts:
    """Facts of a setting."""
    return {"key": setting.key, "value": setting.value, "source": setting.source}
