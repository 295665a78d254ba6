"""Keeps webhook deliveries, a whole batch in one step, together with the job that looks into them.

What makes two deliveries the same is their digest and type, within ``REMEMBERED``.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam, insert, select, update

from lsync.core.domain.records import WebhookStatus
from lsync.core.store.change import Change
from lsync.core.store.cursor import Cursor, Prepared
from lsync.core.store.jobs.enqueueing import enqueue_step
from lsync.core.store.jobs.new_job import NewJob
from lsync.core.store.schema import Tables
from lsync.core.store.webhooks import REMEMBERED

VALUES = (
    "received_at",
    "event_type",
    "digest",
    "body",
    "headers",
    "source",
    "verdict",
    "status",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One delivery whose origin was judged. ``headers`` hold no secrets."""

    event_type: str
    digest: str
    body: str
    source: str
    verdict: str
    headers: dict[str, str] = field(default_factory=dict)


def keep_step(cursor: Cursor, *, deliveries: Sequence[Delivery], job: NewJob) -> list[bool]:
    """Keep each delivery, or count it as a duplicate; True for duplicates.

    ``job`` looks into everything that waits; its unique key makes it one for many batches. Runs
    as part of a piece of work that runs as a whole.
    """
    now = cursor.now()
    duplicates = [_keep(cursor, delivery, now=now) for delivery in deliveries]
    if not all(duplicates):
        enqueue_step(cursor, jobs=[job], now=now)
    return duplicates


def _keep(cursor: Cursor, delivery: Delivery, *, now: datetime) -> bool:
    statements = _statements(cursor.tables)
    known = cursor.run(
        statements.known,
        seen_digest=delivery.digest,
        seen_type=delivery.event_type,
        since=now - REMEMBERED,
    ).rows
    if known:
        cursor.run(statements.count, webhook_id=known[0][0])
        cursor.emit(Change(kind="webhook", key=str(known[0][0])))
        return True
    webhook_id = cursor.run(
        statements.insert,
        received_at=now,
        event_type=delivery.event_type,
        digest=delivery.digest,
        body=delivery.body,
        headers=json.dumps(delivery.headers),
        source=delivery.source,
        verdict=delivery.verdict,
        status=WebhookStatus.RECEIVED.value,
    ).last_id
    cursor.emit(Change(kind="webhook", key=str(webhook_id)))
    return False


class _Statements:
    def __init__(self, tables: Tables) -> None:
        table = tables.lightspeed_webhooks
        self.known = Prepared(
            select(table.c.id)
            .where(
                table.c.digest == bindparam("seen_digest"),
                table.c.event_type == bindparam("seen_type"),
                table.c.received_at > bindparam("since"),
            )
            .order_by(table.c.id)
            .limit(1)
        )
        one = table.c.id == bindparam("webhook_id")
        self.count = Prepared(update(table).where(one).values(duplicates=table.c.duplicates + 1))
        self.insert = Prepared(insert(table).values({name: bindparam(name) for name in VALUES}))


@cache
def _statements(tables: Tables) -> _Statements:
    return _Statements(tables)
