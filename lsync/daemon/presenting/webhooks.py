"""Received webhooks as messages."""

from lsync.core.control import messages as m
from lsync.core.domain.records import WebhookRecord


def webhook_event(record: WebhookRecord) -> m.WebhookEvent:
    """A received webhook without its body."""
    return m.WebhookEvent(
        id=record.id or 0,
        received_at=record.received_at,
        event_type=record.event_type,
        verdict=record.verdict,
        status=record.status,
        entity_id=record.entity_id,
        source=record.source,
        duplicates=record.duplicates,
        job_id=record.job_id,
        error=record.error,
    )


def webhook_detail(record: WebhookRecord) -> m.WebhookDetail:
    """A received webhook whole."""
    return m.WebhookDetail(
        **dict(webhook_event(record)),
        processed_at=record.processed_at,
        headers=record.headers,
        body=record.body,
    )
