"""Consignments as last seen at Lightspeed. What they mean for an order is decided elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from lsync.core.domain.consignment import (
    FROZEN,
    ConsignmentLineView,
    ConsignmentStatus,
    ConsignmentView,
)
from lsync.core.store.catalogue import PRODUCT
from lsync.core.store.orders.states import announce
from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import CHUNK

PRIMARY, SPLIT, DUPLICATE = "primary", "split", "duplicate"
"""Roles of a consignment in its order's family."""

FOREIGN = "foreign"
"""Role of one that belongs to no order lsync knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyMember:
    """A consignment, its part in the family, and when it was last seen."""

    view: ConsignmentView
    role: str
    order_id: int | None
    observed_at: datetime
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """When a consignment was last seen, as a version, and whose it is."""

    version: int
    order_number: str | None


async def sightings(tx: Transaction, ids: Sequence[str]) -> dict[str, Sighting]:
    """Return what is known of these consignments, by id; unknown ones are left out."""
    table, orders = tx.tables.consignments, tx.tables.purchase_orders
    found: dict[str, Sighting] = {}
    for start in range(0, len(ids), CHUNK):
        statement = (
            select(table.c.id, table.c.version, orders.c.order_number)
            .select_from(table.outerjoin(orders, orders.c.id == table.c.order_id))
            .where(table.c.id.in_(ids[start : start + CHUNK]))
        )
        for row in await tx.execute(statement):
            found[row.id] = Sighting(version=row.version, order_number=row.order_number)
    return found


async def alive(tx: Transaction) -> list[tuple[str, str]]:
    """Return id and order number of every consignment of ours that can still change."""
    table, orders = tx.tables.consignments, tx.tables.purchase_orders
    frozen = [status.value for status in FROZEN]
    statement = (
        select(table.c.id, orders.c.order_number)
        .join(orders, orders.c.id == table.c.order_id)
        .where(table.c.status.not_in(frozen))
        .order_by(table.c.order_id, table.c.id)
    )
    return [(row.id, row.order_number) for row in await tx.execute(statement)]


async def lowest_version(tx: Transaction, reference: str) -> int | None:
    """Return the lowest version of a live consignment with exactly this reference, if any."""
    table = tx.tables.consignments
    statement = select(table.c.reference, table.c.version).where(
        table.c.reference == reference, table.c.status != ConsignmentStatus.CANCELLED.value
    )
    # MariaDB may compare without regard to case.
    exact = [row.version for row in await tx.execute(statement) if row.reference == reference]
    return min(exact, default=None)


async def with_reference(tx: Transaction, reference: str) -> list[ConsignmentView]:
    """Return the live consignments with exactly this reference, with the lines known of them."""
    table = tx.tables.consignments
    statement = select(table).where(
        table.c.reference == reference, table.c.status != ConsignmentStatus.CANCELLED.value
    )
    # MariaDB may compare without regard to case.
    rows = [row for row in await tx.execute(statement) if row.reference == reference]
    lines = await lines_of(tx, [row.id for row in rows])
    return [view_of(row, lines=lines.get(row.id, ())) for row in rows]


async def family(tx: Transaction, order_id: int) -> list[FamilyMember]:
    """Return every consignment of an order with its lines, earliest first."""
    table = tx.tables.consignments
    statement = select(table).where(table.c.order_id == order_id)
    rows = (await tx.execute(statement.order_by(table.c.created_at, table.c.id))).all()
    lines = await lines_of(tx, [row.id for row in rows])
    return [
        FamilyMember(
            view=view_of(row, lines=lines.get(row.id, ())),
            role=row.role,
            order_id=row.order_id,
            observed_at=row.observed_at,
            created_at=row.created_at,
        )
        for row in rows
    ]


async def put(
    tx: Transaction,
    view: ConsignmentView,
    order_id: int | None,
    *,
    role: str,
    now: datetime,
    created_at: datetime | None = None,
    with_lines: bool = True,
) -> bool:
    """Keep ``view`` if it is newer than what is known; return whether it was.

    Without ``with_lines`` the known lines stay: the view was read from a list, which has none.
    Without ``order_id`` a known consignment stays with its order.
    """
    table = tx.tables.consignments
    values: dict[str, object] = {
        "role": role,
        "reference": view.reference,
        "status": view.status,
        "version": view.version,
        "observed_at": now,
    }
    told = {
        "order_id": order_id,
        "created_at": created_at,
        "supplier_id": view.supplier_id,
        "outlet_id": view.outlet_id,
        "received_at": view.received_at,
    }
    values |= {name: value for name, value in told.items() if value is not None}
    newer = update(table).where(table.c.id == view.consignment_id, table.c.version < view.version)
    if (await tx.execute(newer.values(values))).rowcount != 1:
        try:
            await tx.execute(insert(table).values(id=view.consignment_id, **values))
        except IntegrityError:
            if await _is_known(tx, view.consignment_id):
                return False
            raise
    if with_lines:
        await put_lines(tx, view.consignment_id, lines=view.lines)
    if order_id is not None:
        await announce(tx, order_id)
    return True


async def assign(tx: Transaction, consignment_id: str, *, order_id: int | None, role: str) -> None:
    """Say whose a known consignment is and what part it plays there."""
    table = tx.tables.consignments
    statement = update(table).where(table.c.id == consignment_id)
    await tx.execute(statement.values(order_id=order_id, role=role))
    if order_id is not None:
        await announce(tx, order_id)


async def put_lines(
    tx: Transaction, consignment_id: str, *, lines: tuple[ConsignmentLineView, ...]
) -> None:
    """Replace the known lines of a consignment, whatever its version says."""
    table = tx.tables.consignment_lines
    await tx.execute(delete(table).where(table.c.consignment_id == consignment_id))
    if lines:
        rows = [
            {
                "consignment_id": consignment_id,
                "product_id": line.product_id,
                "count": line.count,
                "received": line.received,
                "cost": line.cost,
            }
            for line in lines
        ]
        await tx.execute(insert(table), rows)


async def forget(tx: Transaction, consignment_id: str) -> None:
    """Drop a consignment that no longer exists at Lightspeed."""
    table = tx.tables.consignments
    order_id = await tx.scalar(select(table.c.order_id).where(table.c.id == consignment_id))
    await tx.execute(delete(table).where(table.c.id == consignment_id))
    if order_id is not None:
        await announce(tx, order_id)


async def _is_known(tx: Transaction, consignment_id: str) -> bool:
    table = tx.tables.consignments
    found = await tx.scalar(select(table.c.id).where(table.c.id == consignment_id))
    return found is not None


async def lines_of(
    tx: Transaction, ids: Sequence[str]
) -> dict[str, tuple[ConsignmentLineView, ...]]:
    """Return the known lines of these consignments, by id; those without any are left out."""
    table, known = tx.tables.consignment_lines, tx.tables.catalogue
    found: dict[str, list[ConsignmentLineView]] = {}
    product = and_(known.c.kind == PRODUCT, known.c.lightspeed_id == table.c.product_id)
    for start in range(0, len(ids), CHUNK):
        statement = (
            select(table, known.c.sku)
            .select_from(table.outerjoin(known, product))
            .where(table.c.consignment_id.in_(ids[start : start + CHUNK]))
            .order_by(table.c.product_id)
        )
        for row in await tx.execute(statement):
            found.setdefault(row.consignment_id, []).append(_line_view(row))
    return {consignment_id: tuple(lines) for consignment_id, lines in found.items()}


def _line_view(row: Row[Any]) -> ConsignmentLineView:
    return ConsignmentLineView(
        # A column named like a method of the row is only reachable by its key.
        count=row._mapping["count"],  # noqa: SLF001 - public in spite of its name
        product_id=row.product_id,
        received=row.received,
        cost=row.cost,
        sku=row.sku,
    )


def view_of(row: Row[Any], *, lines: tuple[ConsignmentLineView, ...] = ()) -> ConsignmentView:
    """Return a row of the consignments as a view."""
    return ConsignmentView(
        consignment_id=row.id,
        status=row.status,
        version=row.version,
        reference=row.reference,
        supplier_id=row.supplier_id,
        outlet_id=row.outlet_id,
        created_at=row.created_at,
        received_at=row.received_at,
        lines=lines,
    )
