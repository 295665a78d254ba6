"""Which changes were announced by a webhook and which were found by polling, one row for each.

A row has the time of its webhook, the time polling found it, or both. What the two times mean is
judged by ``domain.gap_meter``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, delete, insert, select, update

from lsync.core.domain.gap_meter import Announcement
from lsync.core.store.transaction import Transaction

ANNOUNCED_WITHIN = timedelta(minutes=20)
"""A webhook announces a change that polling finds within this time; the slowest poll is 15 min."""

ARRIVES_WITHIN = timedelta(hours=48)
"""Lightspeed tries for 48 hours to deliver a webhook (public "Webhooks" page)."""

PRUNED_AT_ONCE = 500


async def announced(
    tx: Transaction, event_type: str, entities: Collection[str], *, at: datetime
) -> None:
    """Note that a webhook of that type came in for each entity.

    It belongs to a change that polling has found already, or else to the next it will find.
    """
    found = await _open(tx, event_type, entities)
    told = {entity: row.id for entity, row in found.items() if not _is_given_up(row, at=at)}
    await _set(tx, told.values(), announced_at=at)
    await _insert(tx, event_type, set(entities) - told.keys(), announced_at=at)


async def observed(
    tx: Transaction, event_type: str, entities: Collection[str], *, at: datetime
) -> None:
    """Note that polling found a change of each entity which such a webhook should announce."""
    found = await _open(tx, event_type, entities)
    told = {
        entity: row.id
        for entity, row in found.items()
        if row.announced_at is not None and row.announced_at >= at - ANNOUNCED_WITHIN
    }
    await _set(tx, told.values(), observed_at=at)
    awaited = {entity for entity, row in found.items() if row.announced_at is None}
    await _insert(tx, event_type, set(entities) - told.keys() - awaited, observed_at=at)


async def observed_before(tx: Transaction, event_type: str, entities: Collection[str]) -> set[str]:
    """Return those of ``entities`` whose change polling has found at some time."""
    table = tx.tables.webhook_announcements
    statement = select(table.c.entity_id).where(
        *_about(table, event_type, entities), table.c.observed_at.is_not(None)
    )
    return {row.entity_id for row in await tx.execute(statement)}


async def since(tx: Transaction, moment: datetime) -> list[Announcement]:
    """Return every change that polling has found since then."""
    table = tx.tables.webhook_announcements
    columns = (table.c.event_type, table.c.announced_at, table.c.observed_at)
    rows = await tx.execute(select(*columns).where(table.c.observed_at >= moment))
    return [
        Announcement(
            event_type=row.event_type, announced_at=row.announced_at, observed_at=row.observed_at
        )
        for row in rows
    ]


async def prune(tx: Transaction, *, older_than: datetime, limit: int = PRUNED_AT_ONCE) -> int:
    """Delete at most ``limit`` rows from before ``older_than``; call again until it returns 0."""
    table = tx.tables.webhook_announcements
    gone = 0
    for column in (table.c.observed_at, table.c.announced_at):
        other = table.c.announced_at if column is table.c.observed_at else table.c.observed_at
        old = select(table.c.id).where(column < older_than, (other < older_than) | other.is_(None))
        ids = [row.id for row in await tx.execute(old.limit(limit))]
        if ids:
            await tx.execute(delete(table).where(table.c.id.in_(ids)))
        gone += len(ids)
    return gone


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """A row that lacks one of its times."""

    id: int
    announced_at: datetime | None
    observed_at: datetime | None


def _is_given_up(row: _Open, *, at: datetime) -> bool:
    """Whether a change was found so long ago that no webhook about it can come any more."""
    return row.observed_at is not None and row.observed_at <= at - ARRIVES_WITHIN


async def _open(tx: Transaction, event_type: str, entities: Collection[str]) -> dict[str, _Open]:
    """Return the newest row of each entity that lacks a time."""
    table = tx.tables.webhook_announcements
    if not entities:
        return {}
    statement = select(table).where(
        *_about(table, event_type, entities),
        table.c.announced_at.is_(None) | table.c.observed_at.is_(None),
    )
    rows = await tx.execute(statement.order_by(table.c.id))
    return {
        row.entity_id: _Open(id=row.id, announced_at=row.announced_at, observed_at=row.observed_at)
        for row in rows
    }


async def _set(tx: Transaction, ids: Collection[int], **times: datetime) -> None:
    table = tx.tables.webhook_announcements
    if ids:
        await tx.execute(update(table).where(table.c.id.in_(ids)).values(**times))


async def _insert(
    tx: Transaction, event_type: str, entities: Collection[str], **times: datetime
) -> None:
    rows = [{"event_type": event_type, "entity_id": entity, **times} for entity in sorted(entities)]
    if rows:
        await tx.execute(insert(tx.tables.webhook_announcements), rows)


def _about(
    table: Table, event_type: str, entities: Collection[str]
) -> tuple[ColumnElement[bool], ...]:
    return (table.c.event_type == event_type, table.c.entity_id.in_(entities))
