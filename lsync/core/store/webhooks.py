"""Received webhooks: kept before they are answered, each body once in 30 days."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from lsync.core.domain.records import WebhookRecord, WebhookStatus
from lsync.core.store.inserted import new_id
from lsync.core.store.transaction import Change, Transaction

REMEMBERED = timedelta(days=30)
"""How long the same body counts as the same webhook."""

MOST = 1000
"""Longest page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The webhook's row, and whether it had already been there."""

    id: int
    duplicate: bool


async def accept(
    tx: Transaction,
    event_type: str,
    *,
    digest: str,
    body: str,
    headers: dict[str, str],
    source: str,
    verdict: str,
    now: datetime,
    entity_id: str | None = None,
) -> Accepted:
    """Keep a webhook, or count it as a duplicate of the one with the same digest.

    ``digest`` is the SHA-256 of the raw body, in hex. Two daemons that receive the same body
    at the same instant may both keep it: a webhook only says "look now", so that is harmless.
    """
    table = tx.tables.lightspeed_webhooks
    known = await tx.scalar(
        select(table.c.id)
        .where(
            table.c.digest == digest,
            table.c.event_type == event_type,
            table.c.received_at > now - REMEMBERED,
        )
        .order_by(table.c.id)
        .limit(1)
    )
    if known is not None:
        more = update(table).where(table.c.id == known).values(duplicates=table.c.duplicates + 1)
        await tx.execute(more)
        tx.emit(Change(kind="webhook", key=str(known)))
        return Accepted(id=known, duplicate=True)
    values = {
        "received_at": now,
        "event_type": event_type,
        "digest": digest,
        "body": body,
        "headers": json.dumps(headers),
        "source": source,
        "verdict": verdict,
        "status": WebhookStatus.RECEIVED.value,
        "entity_id": entity_id,
    }
    webhook_id = new_id(await tx.execute(insert(table).values(values)))
    tx.emit(Change(kind="webhook", key=str(webhook_id)))
    return Accepted(id=webhook_id, duplicate=False)


async def link_job(tx: Transaction, webhook_id: int, *, job_id: int) -> None:
    """Remember which job looks into a webhook."""
    table = tx.tables.lightspeed_webhooks
    await tx.execute(update(table).where(table.c.id == webhook_id).values(job_id=job_id))
    tx.emit(Change(kind="webhook", key=str(webhook_id)))


async def mark(
    tx: Transaction,
    webhook_id: int,
    *,
    status: WebhookStatus,
    now: datetime,
    entity_id: str | None = None,
    error: str | None = None,
) -> None:
    """Record what has become of a webhook."""
    table = tx.tables.lightspeed_webhooks
    values: dict[str, Any] = {"status": status.value, "processed_at": now, "error": error}
    if entity_id is not None:
        values["entity_id"] = entity_id
    await tx.execute(update(table).where(table.c.id == webhook_id).values(values))
    tx.emit(Change(kind="webhook", key=str(webhook_id)))


async def find(tx: Transaction, webhook_id: int) -> WebhookRecord | None:
    """Return one webhook, body included."""
    table = tx.tables.lightspeed_webhooks
    row = (await tx.execute(select(table).where(table.c.id == webhook_id))).first()
    return None if row is None else _record(row)


async def listing(
    tx: Transaction,
    *,
    event_type: str | None = None,
    status: WebhookStatus | None = None,
    limit: int = 100,
    before: int | None = None,
) -> list[WebhookRecord]:
    """Return a page, newest first; ``before`` is the last id of the page before."""
    table = tx.tables.lightspeed_webhooks
    statement = select(table).order_by(table.c.id.desc()).limit(min(limit, MOST))
    if event_type is not None:
        statement = statement.where(table.c.event_type == event_type)
    if status is not None:
        statement = statement.where(table.c.status == status.value)
    if before is not None:
        statement = statement.where(table.c.id < before)
    return [_record(row) for row in await tx.execute(statement)]


async def last_received(tx: Transaction) -> datetime | None:
    """Return when the newest webhook came in."""
    table = tx.tables.lightspeed_webhooks
    found: datetime | None = await tx.scalar(select(func.max(table.c.received_at)))
    return found


async def prune(tx: Transaction, *, older_than: datetime) -> int:
    """Delete webhooks from before ``older_than``; return how many.

    Those still needed to recognise duplicates stay if it lies ``REMEMBERED`` in the past.
    """
    table = tx.tables.lightspeed_webhooks
    return (await tx.execute(delete(table).where(table.c.received_at < older_than))).rowcount


def _record(row: Row[Any]) -> WebhookRecord:
    return WebhookRecord(
        id=row.id,
        received_at=row.received_at,
        event_type=row.event_type,
        digest=row.digest,
        body=row.body,
        headers=json.loads(row.headers),
        source=row.source,
        verdict=row.verdict,
        status=WebhookStatus(row.status),
        duplicates=row.duplicates,
        entity_id=row.entity_id,
        job_id=row.job_id,
        processed_at=row.processed_at,
        error=row.error,
    )
