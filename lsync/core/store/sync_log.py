"""The sync log: every step of every sync, appended and searched, never changed."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select

from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.store.inserted import new_id
from lsync.core.store.transaction import Change, Transaction

MOST = 1000
"""Longest page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Which entries to return.

    Each word of ``text`` must stand somewhere in message, order, step or consignment, in any of
    them and in any order; ``order`` is an order number; ``since`` is inclusive, ``until``
    exclusive.
    """

    text: str | None = None
    order: str | None = None
    statuses: tuple[LogStatus, ...] = ()
    operations: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    job_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


async def append(tx: Transaction, entry: SyncLogEntry) -> SyncLogEntry:
    """Write an entry and return it with its id."""
    values = {
        "created_at": entry.created_at,
        "order_id": entry.order_id,
        "order_number": entry.order_number,
        "consignment_id": entry.consignment_id,
        "job_id": entry.job_id,
        "operation": entry.operation,
        "step": entry.step,
        "status": entry.status.value,
        "message": entry.message,
        "detail": None if entry.detail is None else json.dumps(entry.detail, default=str),
        "duration_ms": entry.duration_ms,
    }
    entry_id = new_id(await tx.execute(insert(tx.tables.lightspeed_sync_log).values(values)))
    tx.emit(Change(kind="log", key=str(entry_id)))
    return replace(entry, id=entry_id)


async def find(tx: Transaction, entry_id: int) -> SyncLogEntry | None:
    """Return one entry."""
    table = tx.tables.lightspeed_sync_log
    row = (await tx.execute(select(table).where(table.c.id == entry_id))).first()
    return None if row is None else _entry(row)


async def search(
    tx: Transaction,
    *,
    matching: LogFilter = LogFilter(),
    limit: int = 100,
    before: int | None = None,
    after: int | None = None,
) -> list[SyncLogEntry]:
    """Return a page, newest first.

    ``before`` is the last id of the page before. ``after`` is for following: the entries that
    came right after that id, still newest first.
    """
    table = tx.tables.lightspeed_sync_log
    statement = select(table).where(*_conditions(tx, matching)).limit(min(limit, MOST))
    if after is not None:
        following = statement.where(table.c.id > after).order_by(table.c.id)
        return [_entry(row) for row in reversed((await tx.execute(following)).all())]
    if before is not None:
        statement = statement.where(table.c.id < before)
    return [_entry(row) for row in await tx.execute(statement.order_by(table.c.id.desc()))]


async def count(tx: Transaction, *, matching: LogFilter = LogFilter()) -> int:
    """Return how many entries match."""
    table = tx.tables.lightspeed_sync_log
    statement = select(func.count()).select_from(table).where(*_conditions(tx, matching))
    return int(await tx.scalar(statement))


async def prune(tx: Transaction, *, older_than: datetime) -> int:
    """Delete entries from before ``older_than``; return how many."""
    table = tx.tables.lightspeed_sync_log
    return (await tx.execute(delete(table).where(table.c.created_at < older_than))).rowcount


def _conditions(tx: Transaction, matching: LogFilter) -> list[ColumnElement[bool]]:
    table = tx.tables.lightspeed_sync_log
    found: list[ColumnElement[bool]] = []
    columns = (table.c.message, table.c.order_number, table.c.step, table.c.consignment_id)
    words = (matching.text or "").split()
    found += [or_(*(c.icontains(word, autoescape=True) for c in columns)) for word in words]
    if matching.order:
        found.append(table.c.order_number == matching.order)
    if matching.statuses:
        found.append(table.c.status.in_([status.value for status in matching.statuses]))
    if matching.operations:
        found.append(table.c.operation.in_(matching.operations))
    if matching.steps:
        found.append(table.c.step.in_(matching.steps))
    if matching.job_id is not None:
        found.append(table.c.job_id == matching.job_id)
    if matching.since is not None:
        found.append(table.c.created_at >= matching.since)
    if matching.until is not None:
        found.append(table.c.created_at < matching.until)
    return found


def _entry(row: Row[Any]) -> SyncLogEntry:
    return SyncLogEntry(
        id=row.id,
        created_at=row.created_at,
        order_id=row.order_id,
        order_number=row.order_number,
        consignment_id=row.consignment_id,
        job_id=row.job_id,
        operation=row.operation,
        step=row.step,
        status=LogStatus(row.status),
        message=row.message,
        detail=None if row.detail is None else json.loads(row.detail),
        duration_ms=row.duration_ms,
    )
