"""Consignments of no order, beside received ones of ours that came short by the same parties.

What fits what is judged by ``domain.late_split_off``.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Numeric, Row, cast, exists, func, select, update
from sqlalchemy.sql import Select

from lsync.core.domain.consignment import ConsignmentStatus, ConsignmentView
from lsync.core.domain.late_split_off import Short
from lsync.core.domain.order import OrderState
from lsync.core.store import consignments
from lsync.core.store.consignments import FOREIGN, PRIMARY, SPLIT
from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import CHUNK

AWAITING = (OrderState.RECEIVED, OrderState.PARTIALLY_RECEIVED)
"""States of an order in which a rest may still come; closing one by hand ends that."""


async def short(
    tx: Transaction, suppliers: Collection[str], *, since: datetime, limit: int
) -> list[Short]:
    """Return received consignments of these suppliers that came short, newest first, with lines.

    Those seen before ``since`` are left out, and those that a newer split-off takes up.
    """
    found: list[Row[Any]] = []
    ids = sorted(suppliers)
    for start in range(0, len(ids), CHUNK):
        statement = _short(tx, ids[start : start + CHUNK], since=since).limit(limit)
        found += (await tx.execute(statement)).all()
    rows = sorted(found, key=lambda row: row.observed_at, reverse=True)[:limit]
    lines = await consignments.lines_of(tx, [row.id for row in rows])
    return [
        Short(
            order_id=row.order_id,
            order_number=row.order_number,
            parent=consignments.view_of(row, lines=lines.get(row.id, ())),
        )
        for row in rows
    ]


async def judged(tx: Transaction, ids: Sequence[str]) -> dict[str, int]:
    """Return the version at which each of these was compared with what came short, if ever."""
    table = tx.tables.consignments
    found: dict[str, int] = {}
    for start in range(0, len(ids), CHUNK):
        statement = select(table.c.id, table.c.judged_version).where(
            table.c.id.in_(ids[start : start + CHUNK]), table.c.judged_version.is_not(None)
        )
        found |= {row.id: row.judged_version for row in await tx.execute(statement)}
    return found


async def keep(tx: Transaction, view: ConsignmentView, *, now: datetime, read: bool) -> None:
    """Remember a consignment of no order; ``read``: with lines, and compared at this version.

    One that belongs to an order by now, or is known in a newer version, stays as it is.
    """
    table = tx.tables.consignments
    known = await consignments.sightings(tx, [view.consignment_id])
    seen = known.get(view.consignment_id)
    if seen is not None and (seen.order_number is not None or seen.version > view.version):
        return
    await consignments.put(
        tx, view, None, role=FOREIGN, now=now, created_at=view.created_at, with_lines=False
    )
    if read:
        place = table.c.id == view.consignment_id
        await tx.execute(update(table).where(place).values(judged_version=view.version))
        await consignments.put_lines(tx, view.consignment_id, lines=view.lines)


async def of_parties(
    tx: Transaction, *, supplier_id: str, outlet_id: str, since: datetime, read: bool, limit: int
) -> list[ConsignmentView]:
    """Return consignments of no order, newest first, seen since then.

    ``read``: those whose lines are known, with them; else those nobody has read in this version.
    """
    table = tx.tables.consignments
    known = func.coalesce(table.c.judged_version, -1) >= table.c.version
    statement = (
        select(table)
        .where(
            table.c.supplier_id == supplier_id,
            table.c.observed_at >= since,
            table.c.outlet_id == outlet_id,
            table.c.role == FOREIGN,
            table.c.order_id.is_(None),
            known if read else ~known,
        )
        .order_by(table.c.version.desc())
        .limit(limit)
    )
    rows = (await tx.execute(statement)).all()
    lines = await consignments.lines_of(tx, [row.id for row in rows]) if read else {}
    return [consignments.view_of(row, lines=lines.get(row.id, ())) for row in rows]


def _short(tx: Transaction, suppliers: Sequence[str], *, since: datetime) -> Select[Any]:
    table, orders = tx.tables.consignments, tx.tables.purchase_orders
    lines, later = tx.tables.consignment_lines, tx.tables.consignments.alias("later")
    lacking = exists().where(
        lines.c.consignment_id == table.c.id,
        _number(lines.c["count"]) > func.coalesce(_number(lines.c.received), 0),
    )
    answered = exists().where(
        later.c.order_id == table.c.order_id,
        later.c.role == SPLIT,
        later.c.version > table.c.version,
    )
    return (
        select(table, orders.c.order_number)
        .join(orders, orders.c.id == table.c.order_id)
        .where(
            table.c.supplier_id.in_(suppliers),
            table.c.observed_at >= since,
            table.c.status == ConsignmentStatus.RECEIVED.value,
            table.c.role.in_((PRIMARY, SPLIT)),
            orders.c.state.in_([state.value for state in AWAITING]),
            lacking,
            ~answered,
        )
        .order_by(table.c.observed_at.desc())
    )


def _number(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Quantities are text on SQLite."""
    return cast(column, Numeric(18, 5))
