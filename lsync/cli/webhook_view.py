"""Webhooks, subscriptions and tests of them as tables and texts."""

import json
from typing import TYPE_CHECKING

from lsync.cli.moments import duration, local_exact
from lsync.cli.output import Output, block
from lsync.cli.table import Column
from lsync.cli.wording import count, listing, marked
from lsync.core.domain.hint import payload_of

if TYPE_CHECKING:
    from lsync.core.control.messages import (
        WebhookDetail,
        WebhookEvent,
        WebhookMeter,
        WebhookSubscription,
        WebhookTest,
        WebhookTestStep,
    )

SUBSCRIPTION_COLUMNS: "tuple[Column[WebhookSubscription], ...]" = (
    Column(title="Type", cell=lambda each: each.type),
    Column(title="State", cell=lambda each: "✓ active" if each.active else "✗ switched off"),
    Column(title="Whose", cell=lambda each: "ours" if each.ours else "another's"),
    Column(title="URL", cell=lambda each: each.url, elastic=True),
    Column(title="Id", cell=lambda each: each.id, rank=1),
)

EVENT_COLUMNS: "tuple[Column[WebhookEvent], ...]" = (
    Column(title="Id", cell=lambda event: str(event.id), right=True),
    Column(title="Received", cell=lambda event: local_exact(event.received_at)),
    Column(title="Type", cell=lambda event: event.event_type),
    Column(title="Verdict", cell=lambda event: event.verdict, rank=1),
    Column(title="Status", cell=lambda event: event.status),
    Column(title="Again", cell=lambda event: str(event.duplicates or ""), right=True, rank=2),
    Column(title="About", cell=lambda event: event.entity_id or "", rank=3),
    Column(title="Job", cell=lambda event: str(event.job_id or ""), right=True, rank=4),
    Column(title="From", cell=lambda event: event.source, rank=5),
    Column(title="Why", cell=lambda event: event.error or "", elastic=True),
)

STEP_COLUMNS: "tuple[Column[WebhookTestStep], ...]" = (
    Column(title="Step", cell=lambda step: step.name),
    Column(title="", cell=lambda step: marked("ok" if step.ok else "failed")),
    Column(title="Took", cell=lambda step: duration(_seconds(step.duration_ms)), right=True),
    Column(title="", cell=lambda step: step.message, elastic=True, fold=True),
)


def subscription(each: "WebhookSubscription") -> str:
    """A subscription in a few words: what is sent, where to, and whose it is."""
    whose = "ours" if each.ours else "another's"
    return f"{each.type} to {each.url} ({whose})"


def print_event(out: Output, event: "WebhookDetail") -> None:
    """One webhook whole."""
    out.text(f"Webhook {event.id}: {event.event_type}, {event.status}")
    facts = {
        "Received": local_exact(event.received_at),
        "From": event.source,
        "Proof": event.verdict,
        "Came again": count(event.duplicates, "time") if event.duplicates else "",
        "About": event.entity_id or "",
        "Looked into": local_exact(event.processed_at),
        "Led to": f"job {event.job_id} (`lsync queue show {event.job_id}`)" if event.job_id else "",
        "Why": event.error or "",
    }
    for name, value in facts.items():
        if value:
            out.text(f"{name:<12} {value}")
    headers = (f"{name}: {value}" for name, value in sorted(event.headers.items()))
    out.text("\n" + block("Headers", headers))
    payload = payload_of(event.body)
    shown = event.body if payload is None else json.dumps(payload, indent=2, ensure_ascii=False)
    out.text("\n" + block("Body" if payload is None else "Payload", shown.splitlines()))


def print_test(out: Output, tried: "WebhookTest") -> None:
    """What became of a sample."""
    out.text(f"{tried.type} to {tried.address}")
    out.table(tried.steps, STEP_COLUMNS)
    if tried.ok:
        out.text("Webhooks come in and are worked on.")
    else:
        out.text(f"It stopped there. {tried.next_step}")


def meter(found: "WebhookMeter") -> str:
    """Webhooks that came and that never came, in a line."""
    if not found.expected:
        return "nothing subscribed that polling could be compared with"
    told = f"{found.received} received, {found.late} late, {found.missing} missing in 24 hours"
    awaited = f", {found.awaited} awaited" if found.awaited else ""
    return f"{told}{awaited} ({listing(found.expected)})"


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
