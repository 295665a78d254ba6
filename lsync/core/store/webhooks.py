"""Received webhooks: finding, following and repeating them. Keeping them is in ``deliveries``."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from lsync.core.domain.job import JobState
from lsync.core.domain.records import WebhookRecord, WebhookStatus
from lsync.core.store.schema import Tables
from lsync.core.store.transaction import Change, Transaction

REMEMBERED = timedelta(days=30)
"""How long the same body counts as the same webhook."""

MOST = 1000
"""Longest page."""

PRUNED_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookFilter:
    """Which webhooks are meant; unset conditions let every one pass.

    ``text`` is looked for in the body and the sender's address.
    """

    ids: tuple[int, ...] = ()
    event_types: tuple[str, ...] = ()
    statuses: tuple[WebhookStatus, ...] = ()
    entity_id: str | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None


EVERY = WebhookFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What has become of a webhook: the job that looks because of it, or why there is none."""

    id: int
    status: WebhookStatus
    entity_id: str | None = None
    job_id: int | None = None
    error: str | None = None


async def find(tx: Transaction, webhook_id: int) -> WebhookRecord | None:
    """Return one webhook, body and headers included."""
    table = tx.tables.lightspeed_webhooks
    rows = await tx.execute(_shown(tx.tables, table.c.body).where(table.c.id == webhook_id))
    row = rows.first()
    return None if row is None else _record(row, body=row.body)


async def find_by_digest(tx: Transaction, event_type: str, digest: str) -> WebhookRecord | None:
    """Return the newest webhook of that type with that digest, without its body."""
    table = tx.tables.lightspeed_webhooks
    same = (table.c.digest == digest, table.c.event_type == event_type)
    rows = await tx.execute(_shown(tx.tables).where(*same).order_by(table.c.id.desc()).limit(1))
    row = rows.first()
    return None if row is None else _record(row)


async def listing(
    tx: Transaction,
    which: WebhookFilter = EVERY,
    *,
    limit: int = 100,
    before: int | None = None,
) -> list[WebhookRecord]:
    """Return a page, newest first, without bodies; ``before`` is the last id of the page before."""
    table = tx.tables.lightspeed_webhooks
    statement = _shown(tx.tables).where(*_conditions(tx.tables, which))
    if before is not None:
        statement = statement.where(table.c.id < before)
    statement = statement.order_by(table.c.id.desc()).limit(min(limit, MOST))
    return [_record(row) for row in await tx.execute(statement)]


async def received(tx: Transaction, *, limit: int) -> list[WebhookRecord]:
    """Return the oldest webhooks that nobody has looked into, with their bodies."""
    table = tx.tables.lightspeed_webhooks
    waiting = table.c.status == WebhookStatus.RECEIVED.value
    statement = select(table).where(waiting).order_by(table.c.id).limit(limit)
    return [_plain(row) for row in await tx.execute(statement)]


async def originals(tx: Transaction, records: Sequence[WebhookRecord]) -> dict[int, int]:
    """Return, for each of ``records`` that repeats an older webhook, the id of that one.

    Only daemons that kept the same body at the same instant leave such rows.
    """
    table = tx.tables.lightspeed_webhooks
    digests = {record.digest for record in records}
    columns = (table.c.id, table.c.digest, table.c.event_type, table.c.received_at)
    found = (await tx.execute(select(*columns).where(table.c.digest.in_(digests)))).all()
    repeats: dict[int, int] = {}
    for record in records:
        older = [
            row.id
            for row in found
            if (row.digest, row.event_type) == (record.digest, record.event_type)
            and row.id < (record.id or 0)
            and row.received_at > record.received_at - REMEMBERED
        ]
        if older:
            repeats[record.id or 0] = min(older)
    return repeats


async def follow(tx: Transaction, followed: Sequence[Followed], *, now: datetime) -> None:
    """Record what has become of webhooks; one that was looked into meanwhile stays as it is."""
    if not followed:
        return
    table = tx.tables.lightspeed_webhooks
    statement = (
        update(table)
        .where(table.c.id == bindparam("its_id"), table.c.status == WebhookStatus.RECEIVED.value)
        .values(
            status=bindparam("its_status"),
            entity_id=bindparam("its_entity"),
            job_id=bindparam("its_job"),
            error=bindparam("its_error"),
            processed_at=now,
        )
    )
    await tx.execute(statement, [_values(each) for each in followed])
    for each in followed:
        tx.emit(Change(kind="webhook", key=str(each.id)))


def _values(followed: Followed) -> Mapping[str, Any]:
    return {
        "its_id": followed.id,
        "its_status": followed.status.value,
        "its_entity": followed.entity_id,
        "its_job": followed.job_id,
        "its_error": followed.error,
    }


async def repeat(
    tx: Transaction, which: WebhookFilter, *, after: int = 0, limit: int = MOST
) -> list[int]:
    """Let matching webhooks be looked into again, the oldest first; return their ids.

    Those that still wait are left out. Call it with the last id until it returns none.
    """
    table = tx.tables.lightspeed_webhooks
    done = table.c.status != WebhookStatus.RECEIVED.value
    statement = select(table.c.id).select_from(_with_jobs(tx.tables))
    statement = statement.where(done, table.c.id > after, *_conditions(tx.tables, which))
    ids = [row.id for row in await tx.execute(statement.order_by(table.c.id).limit(limit))]
    if ids:
        fresh = {"status": WebhookStatus.RECEIVED.value, "processed_at": None, "error": None}
        await tx.execute(update(table).where(table.c.id.in_(ids)).values(**fresh, job_id=None))
    for webhook_id in ids:
        tx.emit(Change(kind="webhook", key=str(webhook_id)))
    return ids


async def last_received(tx: Transaction) -> datetime | None:
    """Return when the newest webhook came in."""
    table = tx.tables.lightspeed_webhooks
    found: datetime | None = await tx.scalar(select(func.max(table.c.received_at)))
    return found


async def types_since(tx: Transaction, types: Iterable[str], *, since: datetime) -> set[str]:
    """Return those of ``types`` of which something came in since then."""
    table = tx.tables.lightspeed_webhooks
    found = set()
    for event_type in types:
        newest = select(table.c.received_at).where(table.c.event_type == event_type)
        at: datetime | None = await tx.scalar(newest.order_by(table.c.id.desc()).limit(1))
        if at is not None and at >= since:
            found.add(event_type)
    return found


async def prune(tx: Transaction, *, older_than: datetime, limit: int = PRUNED_AT_ONCE) -> int:
    """Delete at most ``limit`` webhooks from before ``older_than``; call again until it returns 0.

    Those still needed to recognise duplicates stay if it lies ``REMEMBERED`` in the past.
    """
    table = tx.tables.lightspeed_webhooks
    old = select(table.c.id).where(table.c.received_at < older_than).order_by(table.c.received_at)
    ids = [row.id for row in await tx.execute(old.limit(limit))]
    if ids:
        await tx.execute(delete(table).where(table.c.id.in_(ids)))
    return len(ids)


def _with_jobs(tables: Tables) -> FromClause:
    """Webhooks beside the job that looks because of them: where that failed, so have they."""
    table, jobs = tables.lightspeed_webhooks, tables.queue_jobs
    return table.outerjoin(jobs, jobs.c.id == table.c.job_id)


def _shown(tables: Tables, *further: ColumnElement[Any]) -> Any:
    table, jobs = tables.lightspeed_webhooks, tables.queue_jobs
    columns = [column for column in table.c if column.name not in ("body", "status", "error")]
    failed = jobs.c.status == JobState.FAILED.value
    return select(
        *columns,
        case((failed, WebhookStatus.FAILED.value), else_=table.c.status).label("status"),
        func.coalesce(table.c.error, case((failed, jobs.c.error))).label("error"),
        *further,
    ).select_from(_with_jobs(tables))


def _conditions(tables: Tables, which: WebhookFilter) -> list[ColumnElement[bool]]:
    table = tables.lightspeed_webhooks
    found: list[ColumnElement[bool]] = []
    if which.ids:
        found.append(table.c.id.in_(which.ids))
    if which.event_types:
        found.append(table.c.event_type.in_(which.event_types))
    if which.statuses:
        found.append(_in_status(tables, which.statuses))
    if which.entity_id is not None:
        found.append(table.c.entity_id == which.entity_id)
    if which.text:
        places = (table.c.body, table.c.source)
        found.append(or_(*(place.icontains(which.text, autoescape=True) for place in places)))
    if which.since is not None:
        found.append(table.c.received_at >= which.since)
    if which.until is not None:
        found.append(table.c.received_at < which.until)
    return found


def _in_status(tables: Tables, statuses: Sequence[WebhookStatus]) -> ColumnElement[bool]:
    """A webhook whose look failed is failed, whatever it was before."""
    table, jobs = tables.lightspeed_webhooks, tables.queue_jobs
    broken = table.c.job_id.in_(select(jobs.c.id).where(jobs.c.status == JobState.FAILED.value))
    wanted = table.c.status.in_([status.value for status in statuses])
    if WebhookStatus.FAILED in statuses:
        return or_(wanted, broken)
    return wanted & or_(table.c.job_id.is_(None), ~broken)


def _record(row: Row[Any], *, body: str = "") -> WebhookRecord:
    return WebhookRecord(
        id=row.id,
        received_at=row.received_at,
        event_type=row.event_type,
        digest=row.digest,
        body=body,
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


def _plain(row: Row[Any]) -> WebhookRecord:
    return _record(row, body=row.body)
