"""Which local id stands for which Lightspeed id. A person's word is never overwritten."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from lsync.core.domain.catalogue import key
from lsync.core.domain.records import Mapping, MappingKind, MappingSource
from lsync.core.store import cache_stamp
from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import CHUNK


async def put(
    tx: Transaction,
    kind: MappingKind,
    *,
    local_id: str,
    lightspeed_id: str,
    source: MappingSource,
    now: datetime,
) -> None:
    """Record that both ids belong together; an order may have several, one per consignment."""
    table = tx.tables.lightspeed_mappings
    if kind is not MappingKind.ORDER:
        await cache_stamp.renew(tx, now=now)
    same = (
        (table.c.kind == kind.value)
        & (table.c.local_id == local_id)
        & (table.c.lightspeed_id == lightspeed_id)
    )
    if await tx.scalar(select(table.c.id).where(same)) is None:
        values = {
            "kind": kind.value,
            "local_id": local_id,
            "lightspeed_id": lightspeed_id,
            "source": source.value,
            "created_at": now,
            "updated_at": now,
        }
        await tx.execute(insert(table).values(values))
        return
    kept = update(table).where(same)
    if source is not MappingSource.PERSON:
        kept = kept.where(table.c.source != MappingSource.PERSON.value)
    await tx.execute(kept.values(source=source.value, updated_at=now))


async def of_local(tx: Transaction, kind: MappingKind, *, local_id: str) -> list[Mapping]:
    """Return what a local id stands for, a person's mappings first, then the oldest."""
    table = tx.tables.lightspeed_mappings
    statement = select(table).where(table.c.kind == kind.value, table.c.local_id == local_id)
    found = [_mapping(row) for row in await tx.execute(statement.order_by(table.c.id))]
    return sorted(found, key=lambda mapping: mapping.source is not MappingSource.PERSON)


async def choose(
    tx: Transaction,
    kind: MappingKind,
    *,
    local_id: str,
    lightspeed_id: str,
    source: MappingSource,
    now: datetime,
) -> Mapping:
    """Let a word mean exactly one thing from now on, whatever it meant before; return that."""
    table = tx.tables.lightspeed_mappings
    word = key(local_id)
    await tx.execute(delete(table).where(table.c.kind == kind.value, table.c.local_id == word))
    await put(tx, kind, local_id=word, lightspeed_id=lightspeed_id, source=source, now=now)
    return (await of_local(tx, kind, local_id=word))[0]


async def chosen(tx: Transaction, kind: MappingKind, words: Iterable[str]) -> dict[str, str]:
    """Return the Lightspeed id that was chosen for each of the words, by ``key(word)``."""
    table = tx.tables.lightspeed_mappings
    wanted = sorted({key(word) for word in words})
    found: dict[str, str] = {}
    for start in range(0, len(wanted), CHUNK):
        statement = select(table.c.local_id, table.c.lightspeed_id).where(
            table.c.kind == kind.value, table.c.local_id.in_(wanted[start : start + CHUNK])
        )
        found |= {row.local_id: row.lightspeed_id for row in await tx.execute(statement)}
    return found


async def of_lightspeed(tx: Transaction, kind: MappingKind, *, lightspeed_id: str) -> list[Mapping]:
    """Return the local ids that stand for a Lightspeed id."""
    table = tx.tables.lightspeed_mappings
    statement = select(table).where(
        table.c.kind == kind.value, table.c.lightspeed_id == lightspeed_id
    )
    return [_mapping(row) for row in await tx.execute(statement.order_by(table.c.id))]


async def listing(
    tx: Transaction, *, kind: MappingKind | None = None, limit: int = 1000, skip: int = 0
) -> list[Mapping]:
    """Return mappings by kind and local id, without the first ``skip``."""
    table = tx.tables.lightspeed_mappings
    order = (table.c.kind, table.c.local_id, table.c.id)
    statement = select(table).order_by(*order).limit(limit).offset(skip)
    if kind is not None:
        statement = statement.where(table.c.kind == kind.value)
    return [_mapping(row) for row in await tx.execute(statement)]


async def remove(tx: Transaction, kind: MappingKind, *, local_id: str, lightspeed_id: str) -> bool:
    """Forget a mapping; return whether there was one."""
    table = tx.tables.lightspeed_mappings
    await cache_stamp.renew(tx, now=await tx.now())
    statement = delete(table).where(
        table.c.kind == kind.value,
        table.c.local_id == local_id,
        table.c.lightspeed_id == lightspeed_id,
    )
    return (await tx.execute(statement)).rowcount > 0


def _mapping(row: Row[Any]) -> Mapping:
    return Mapping(
        kind=MappingKind(row.kind),
        local_id=row.local_id,
        lightspeed_id=row.lightspeed_id,
        source=MappingSource(row.source),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
