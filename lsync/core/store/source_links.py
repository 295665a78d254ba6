"""Which order a row of a back office's table became, what was read there last, and written."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, insert, literal, or_, select, update

from lsync.core.domain.order import OrderState, SyncState
from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import CHUNK, upsert

SETTLED = (OrderState.RECEIVED, OrderState.CLOSED, OrderState.CANCELLED)
"""States in which an order's document does not change any more."""
LONGEST_KEY = 255
TAKING = "source.taking"
"""The row that is locked while rows are taken in."""
UNKNOWN = "unknown"
"""Stands for what a row says that two daemons have written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLink:
    """One row of the source. ``faults`` say why what was read last is not in our order.

    Without ``order_id`` nothing of it ever came in. ``seen_at`` is when it was last taken.
    """

    key: str
    order_number: str
    digest: str
    order_id: int | None = None
    faults: tuple[str, ...] = ()
    seen_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBack:
    """What the row should say; ``at`` is when that came to be so.

    ``wrote_at`` is when it was written last before, as far as known.
    """

    key: str
    order_number: str
    consignment_id: str | None
    sync_state: str | None
    synced_at: datetime | None
    at: datetime
    wrote_at: datetime | None = None


async def lock(tx: Transaction) -> None:
    """Let one daemon at a time take in rows, until the commit."""
    if tx.dialect == "sqlite":
        return  # one writes at a time anyway
    table = tx.tables.leases
    row = select(table.c.name).where(table.c.name == TAKING).with_for_update()
    if await tx.scalar(row) is None:
        await tx.execute(insert(table).prefix_with("IGNORE").values(name=TAKING, epoch=0))
        await tx.execute(row)


async def find_many(tx: Transaction, source: str, keys: Sequence[str]) -> dict[str, SourceLink]:
    """Return what is known of these rows, by key."""
    table = tx.tables.source_orders
    found: dict[str, SourceLink] = {}
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        statement = select(table).where(table.c.source == source, table.c.source_key.in_(chunk))
        found |= {row.source_key: _link(row) for row in await tx.execute(statement)}
    return found


async def put(tx: Transaction, source: str, link: SourceLink, *, now: datetime) -> None:
    """Remember what was read; what was written back stays as it is."""
    row = {
        "source": source,
        "source_key": link.key,
        "order_number": link.order_number,
        "order_id": link.order_id,
        "digest": link.digest,
        "faults": json.dumps(link.faults) if link.faults else None,
        "seen_at": now,
    }
    await upsert(tx, tx.tables.source_orders, [row])


async def holder(tx: Transaction, source: str, *, order_id: int) -> str | None:
    """Return the key of the row that an order came from; None if it came from elsewhere."""
    table = tx.tables.source_orders
    statement = select(table.c.source_key).where(
        table.c.source == source, table.c.order_id == order_id
    )
    found: str | None = await tx.scalar(statement.limit(1))
    return found


async def known_keys(tx: Transaction, source: str) -> set[str]:
    """Return the keys of every row that was ever taken note of."""
    table = tx.tables.source_orders
    statement = select(table.c.source_key).where(table.c.source == source)
    return set((await tx.execute(statement)).scalars())


async def unsettled(tx: Transaction, source: str) -> list[str]:
    """Return the rows whose lines may still change: the order is open, or something is wrong."""
    table, orders = tx.tables.source_orders, tx.tables.purchase_orders
    open_order = orders.c.state.not_in([state.value for state in SETTLED])
    statement = (
        select(table.c.source_key)
        .select_from(table.outerjoin(orders, orders.c.id == table.c.order_id))
        .where(
            table.c.source == source,
            or_(table.c.faults.is_not(None), orders.c.id.is_(None), open_order),
        )
    )
    return list((await tx.execute(statement)).scalars())


async def refused(tx: Transaction, source: str, *, limit: int) -> list[SourceLink]:
    """Return rows that are not in as they are, those seen last first."""
    table = tx.tables.source_orders
    statement = (
        select(table)
        .where(table.c.source == source, table.c.faults.is_not(None))
        .order_by(table.c.seen_at.desc(), table.c.source_key)
        .limit(limit)
    )
    return [_link(row) for row in await tx.execute(statement)]


async def count_refused(tx: Transaction, source: str) -> int:
    """Return how many rows are not in as they are."""
    table = tx.tables.source_orders
    statement = select(func.count()).select_from(table)
    found = await tx.scalar(statement.where(table.c.source == source, table.c.faults.is_not(None)))
    return int(found)


async def unwritten(tx: Transaction, source: str, *, limit: int) -> list[WriteBack]:
    """Return rows that do not say yet how their order stands, in the order of their orders."""
    table, orders = tx.tables.source_orders, tx.tables.purchase_orders
    state = _wanted_state(tx)
    statement = (
        select(
            table.c.source_key,
            table.c.order_number,
            table.c.seen_at,
            table.c.wrote_at,
            orders.c.lightspeed_consignment_id,
            orders.c.last_synced_at,
            orders.c.updated_at,
            state.label("wanted_state"),
        )
        .select_from(table.outerjoin(orders, orders.c.id == table.c.order_id))
        .where(
            table.c.source == source,
            or_(
                table.c.wrote_state.is_distinct_from(state),
                table.c.wrote_consignment.is_distinct_from(orders.c.lightspeed_consignment_id),
                table.c.wrote_synced_at.is_distinct_from(orders.c.last_synced_at),
            ),
        )
        .order_by(table.c.order_id, table.c.source_key)
        .limit(limit)
    )
    return [
        WriteBack(
            key=row.source_key,
            order_number=row.order_number,
            consignment_id=row.lightspeed_consignment_id,
            sync_state=row.wanted_state,
            synced_at=row.last_synced_at,
            at=row.updated_at or row.seen_at,
            wrote_at=row.wrote_at,
        )
        for row in await tx.execute(statement)
    ]


async def mark_written(
    tx: Transaction, source: str, done: Iterable[WriteBack], *, now: datetime
) -> None:
    """Remember what the rows say now.

    A row that somebody else has written since ``done`` was read says either of two things: it is
    written again.
    """
    table = tx.tables.source_orders
    for each in done:
        place = and_(table.c.source == source, table.c.source_key == each.key)
        statement = (
            update(table)
            .where(place, table.c.wrote_at.is_not_distinct_from(each.wrote_at))
            .values(
                wrote_consignment=each.consignment_id,
                wrote_state=each.sync_state,
                wrote_synced_at=each.synced_at,
                wrote_at=now,
            )
        )
        if (await tx.execute(statement)).rowcount != 1:
            await tx.execute(update(table).where(place).values(wrote_state=UNKNOWN, wrote_at=now))


def _wanted_state(tx: Transaction) -> ColumnElement[str]:
    """A row whose last change is not in has failed, however its order stands."""
    table, orders = tx.tables.source_orders, tx.tables.purchase_orders
    failed = literal(SyncState.FAILED.value)
    return case((table.c.faults.is_not(None), failed), else_=orders.c.sync_state)


def _link(row: Row[Any]) -> SourceLink:
    return SourceLink(
        key=row.source_key,
        order_number=row.order_number,
        digest=row.digest,
        order_id=row.order_id,
        faults=tuple(json.loads(row.faults)) if row.faults else (),
        seen_at=row.seen_at,
    )
