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
    if not deliveries:
        return []
    now = cursor.now()
    known = _known(cursor, deliveries, now=now)
    fresh: dict[tuple[str, str], Delivery] = {}
    for each in deliveries:
        if _key(each) not in known:
            fresh.setdefault(_key(each), each)
    _insert(cursor, [*fresh.values()], now=now, known=known)
    duplicates = [fresh.get(_key(each)) is not each for each in deliveries]
    for delivery, duplicate in zip(deliveries, duplicates, strict=True):
        if duplicate:
            _count(cursor, known[_key(delivery)])
    if fresh:
        enqueue_step(cursor, jobs=[job], now=now)
    return duplicates


_Known = dict[tuple[str, str], int]
"""By digest and type: the oldest webhook that is still remembered."""


def _key(delivery: Delivery) -> tuple[str, str]:
    return delivery.digest, delivery.event_type


def _known(cursor: Cursor, deliveries: Sequence[Delivery], *, now: datetime) -> _Known:
    digests = [delivery.digest for delivery in deliveries]
    statement = _statements(cursor.tables, cursor.dialect).known
    rows = cursor.run(statement, digests=digests, since=now - REMEMBERED).rows
    return {(digest, event_type): webhook_id for digest, event_type, webhook_id in rows}


def _insert(
    cursor: Cursor, deliveries: Sequence[Delivery], *, now: datetime, known: _Known
) -> None:
    if not deliveries:
        return
    statement = _statements(cursor.tables, cursor.dialect).insert
    ids = cursor.insert_many(statement, [_values(each, now=now) for each in deliveries])
    for delivery, webhook_id in zip(deliveries, ids, strict=True):
        known[_key(delivery)] = webhook_id
        cursor.emit(Change(kind="webhook", key=str(webhook_id)))


def _count(cursor: Cursor, original: int) -> None:
    cursor.run(_statements(cursor.tables, cursor.dialect).count, webhook_id=original)
    cursor.emit(Change(kind="webhook", key=str(original)))


def _values(delivery: Delivery, *, now: datetime) -> dict[str, object]:
    return {
        "received_at": now,
        "event_type": delivery.event_type,
        "digest": delivery.digest,
        "body": delivery.body,
        "headers": delivery.headers,
        "source": delivery.source,
        "verdict": delivery.verdict,
        "status": WebhookStatus.RECEIVED.value,
    }


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
