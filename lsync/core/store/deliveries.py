"""Keeps webhook deliveries, a whole batch in one step, together with the job that looks into them.

What makes two deliveries the same is their digest and type, within ``REMEMBERED``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam, func, insert, select, update

from lsync.core.domain.records import WebhookStatus
from lsync.core.store.change import Change, Dialect
from lsync.core.store.cursor import Cursor, Prepared
from lsync.core.store.jobs.enqueueing import enqueue_step
from lsync.core.store.jobs.new_job import NewJob
from lsync.core.store.jobs.rows import among
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
    """One delivery whose origin was judged. ``headers`` are JSON and hold no secrets."""

    event_type: str
    digest: str
    body: str
    source: str
    verdict: str
    headers: str = "{}"


def keep_step(cursor: Cursor, *, deliveries: Sequence[Delivery], job: NewJob) -> list[bool]:
    """Keep each delivery, or count it as a duplicate; True for duplicates.

    ``job`` looks into everything that waits; its unique key makes it one for many batches. Runs
    as part of a piece of work that runs as a whole.
    """
    now = cursor.now()
    known = _known(cursor, deliveries, now=now)
    duplicates = [_keep(cursor, delivery, known=known, now=now) for delivery in deliveries]
    if not all(duplicates):
        enqueue_step(cursor, jobs=[job], now=now)
    return duplicates


_Known = dict[tuple[str, str], int]
"""By digest and type: the oldest webhook that is still remembered."""


def _known(cursor: Cursor, deliveries: Sequence[Delivery], *, now: datetime) -> _Known:
    digests = [delivery.digest for delivery in deliveries]
    statement = _statements(cursor.tables, cursor.dialect).known
    rows = cursor.run(statement, digests=digests, since=now - REMEMBERED).rows
    return {(digest, event_type): webhook_id for digest, event_type, webhook_id in rows}


def _keep(cursor: Cursor, delivery: Delivery, *, known: _Known, now: datetime) -> bool:
    statements = _statements(cursor.tables, cursor.dialect)
    original = known.get((delivery.digest, delivery.event_type))
    if original is not None:
        cursor.run(statements.count, webhook_id=original)
        cursor.emit(Change(kind="webhook", key=str(original)))
        return True
    webhook_id = cursor.run(
        statements.insert,
        received_at=now,
        event_type=delivery.event_type,
        digest=delivery.digest,
        body=delivery.body,
        headers=delivery.headers,
        source=delivery.source,
        verdict=delivery.verdict,
        status=WebhookStatus.RECEIVED.value,
    ).last_id
    known[delivery.digest, delivery.event_type] = webhook_id
    cursor.emit(Change(kind="webhook", key=str(webhook_id)))
    return False


class _Statements:
    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        table = tables.lightspeed_webhooks
        self.known = Prepared(
            select(table.c.digest, table.c.event_type, func.min(table.c.id).label("oldest"))
            .where(
                among(table.c.digest, "digests", dialect),
                table.c.received_at > bindparam("since"),
            )
            .group_by(table.c.digest, table.c.event_type)
        )
        one = table.c.id == bindparam("webhook_id")
        self.count = Prepared(update(table).where(one).values(duplicates=table.c.duplicates + 1))
        self.insert = Prepared(insert(table).values({name: bindparam(name) for name in VALUES}))


@cache
def _statements(tables: Tables, dialect: Dialect) -> _Statements:
    return _Statements(tables, dialect)
