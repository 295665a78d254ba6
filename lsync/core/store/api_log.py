"""The API log: every HTTP exchange with Lightspeed. Secrets were removed before they get here."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, func, insert, or_, select

from lsync.core.domain.records import ApiLogEntry
from lsync.core.store.cursor import Cursor, Prepared
from lsync.core.store.schema import Tables
from lsync.core.store.transaction import Change, Transaction

MOST = 1000
"""Longest page."""

LONGEST_PATH = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiLogFilter:
    """Which exchanges to return. ``statuses`` are HTTP statuses; ``failed`` also counts none."""

    text: str | None = None
    order: str | None = None
    statuses: tuple[int, ...] = ()
    failed: bool = False
    job_id: int | None = None
    request_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def append(tx: Transaction, entry: ApiLogEntry) -> ApiLogEntry:
    """Write an exchange and return it with its id."""
    entry_id = await tx.call(lambda cursor: append_step(cursor, entry=entry))
    return replace(entry, id=entry_id)


def append_step(cursor: Cursor, *, entry: ApiLogEntry) -> int:
    """Write an exchange as a piece of work that runs as a whole; return its id."""
    entry_id = cursor.run(_insertion(cursor.tables), **_values(entry)).last_id
    cursor.emit(Change(kind="api", key=str(entry_id)))
    return entry_id


@cache
def _insertion(tables: Tables) -> Prepared:
    table = tables.lightspeed_api_log
    names = [column.name for column in table.columns if not column.primary_key]
    return Prepared(insert(table).values({name: bindparam(name) for name in names}))


def _values(entry: ApiLogEntry) -> dict[str, Any]:
    return {
        "created_at": entry.created_at,
        "request_id": entry.request_id,
        "method": entry.method,
        "path": entry.path[:LONGEST_PATH],
        "status": entry.status,
        "duration_ms": entry.duration_ms,
        "job_id": entry.job_id,
        "order_number": entry.order_number,
        "request_headers": _dump(entry.request_headers),
        "request_body": entry.request_body,
        "response_headers": _dump(entry.response_headers),
        "response_body": entry.response_body,
        "error": entry.error,
    }


async def find(tx: Transaction, entry_id: int) -> ApiLogEntry | None:
    """Return one exchange with headers and bodies."""
    table = tx.tables.lightspeed_api_log
    row = (await tx.execute(select(table).where(table.c.id == entry_id))).first()
    if row is None:
        return None
    return replace(
        _entry(row),
        request_headers=_load(row.request_headers),
        request_body=row.request_body,
        response_headers=_load(row.response_headers),
        response_body=row.response_body,
    )


async def search(
    tx: Transaction,
    *,
    matching: ApiLogFilter = ApiLogFilter(),
    limit: int = 100,
    before: int | None = None,
) -> list[ApiLogEntry]:
    """Return a page, newest first, without headers and bodies.

    ``before`` is the last id of the page before.
    """
    table = tx.tables.lightspeed_api_log
    shown = [column for column in table.c if not column.name.endswith(("_headers", "_body"))]
    statement = select(*shown).where(*_conditions(tx, matching)).order_by(table.c.id.desc())
    if before is not None:
        statement = statement.where(table.c.id < before)
    return [_entry(row) for row in await tx.execute(statement.limit(min(limit, MOST)))]


async def count(tx: Transaction, *, matching: ApiLogFilter = ApiLogFilter()) -> int:
    """Return how many exchanges match."""
    table = tx.tables.lightspeed_api_log
    statement = select(func.count()).select_from(table).where(*_conditions(tx, matching))
    return int(await tx.scalar(statement))


async def prune(tx: Transaction, *, older_than: datetime) -> int:
    """Delete exchanges from before ``older_than``; return how many."""
    table = tx.tables.lightspeed_api_log
    return (await tx.execute(delete(table).where(table.c.created_at < older_than))).rowcount


def _conditions(tx: Transaction, matching: ApiLogFilter) -> list[ColumnElement[bool]]:
    table = tx.tables.lightspeed_api_log
    found: list[ColumnElement[bool]] = []
    if matching.text:
        columns = (table.c.path, table.c.order_number, table.c.error, table.c.request_id)
        found.append(or_(*(c.icontains(matching.text, autoescape=True) for c in columns)))
    exact = {
        table.c.order_number: matching.order,
        table.c.job_id: matching.job_id,
        table.c.request_id: matching.request_id,
    }
    found += [column == value for column, value in exact.items() if value is not None]
    if matching.statuses:
        found.append(table.c.status.in_(matching.statuses))
    if matching.failed:
        found.append(or_(table.c.status.is_(None), table.c.status >= 400))
    if matching.since is not None:
        found.append(table.c.created_at >= matching.since)
    if matching.until is not None:
        found.append(table.c.created_at < matching.until)
    return found


def _dump(headers: dict[str, str] | None) -> str | None:
    return None if headers is None else json.dumps(headers)


def _load(text: str | None) -> dict[str, str] | None:
    return None if text is None else json.loads(text)


def _entry(row: Row[Any]) -> ApiLogEntry:
    return ApiLogEntry(
        id=row.id,
        created_at=row.created_at,
        request_id=row.request_id,
        method=row.method,
        path=row.path,
        status=row.status,
        duration_ms=row.duration_ms,
        job_id=row.job_id,
        order_number=row.order_number,
        error=row.error,
    )
