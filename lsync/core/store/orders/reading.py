"""Whole purchase orders from the tables, as the domain's values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select

from lsync.core.domain.order import OrderLine, OrderState, PurchaseOrder, SyncState
from lsync.core.domain.problem import Problem, ProblemCode, Severity
from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import CHUNK


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSync:
    """lsync's own bookkeeping about one order."""

    order_id: int
    queued_revision: int | None = None
    pushed_revision: int | None = None
    held: bool = False
    last_error: str | None = None
    withdrawal_queued_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The few words about an order that a running sync has to respect."""

    state: OrderState
    held: bool
    revision: int
    consignment_id: str | None = None


async def find(tx: Transaction, number: str) -> PurchaseOrder | None:
    """Return the order with exactly that number, lines and problems included."""
    found = await find_many(tx, [number])
    return found.get(number)


async def find_many(tx: Transaction, numbers: Iterable[str]) -> dict[str, PurchaseOrder]:
    """Return the orders with these numbers, by number; those that do not exist are left out.

    MariaDB may compare without regard to case or accents: only exact matches are returned.
    """
    wanted = list(dict.fromkeys(numbers))
    table = tx.tables.purchase_orders
    found: list[PurchaseOrder] = []
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        found += await load(tx, table.c.order_number.in_(chunk))
    exact = set(wanted)
    return {order.order_number: order for order in found if order.order_number in exact}


async def existing(tx: Transaction, numbers: Iterable[str]) -> set[str]:
    """Return which of these are numbers of orders, without reading the orders."""
    wanted = sorted(set(numbers))
    table = tx.tables.purchase_orders
    found: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        statement = select(table.c.order_number).where(table.c.order_number.in_(chunk))
        found.update((await tx.execute(statement)).scalars())
    return found.intersection(wanted)


async def find_by_id(tx: Transaction, order_id: int) -> PurchaseOrder | None:
    """Return the order with that row id."""
    found = await load(tx, tx.tables.purchase_orders.c.id == order_id)
    return found[0] if found else None


async def standing(tx: Transaction, order_id: int) -> Standing | None:
    """Return how the order stands, without reading its lines."""
    condition = tx.tables.purchase_orders.c.id == order_id
    row = (await tx.execute(headers(tx).where(condition))).first()
    if row is None:
        return None
    tx.order_numbers[order_id] = row.order_number
    return Standing(
        state=_state(row.state),
        held=bool(row.held),
        revision=row.revision,
        consignment_id=row.lightspeed_consignment_id,
    )


async def find_by_consignment(tx: Transaction, consignment_id: str) -> PurchaseOrder | None:
    """Return the order whose family the consignment belongs to."""
    table = tx.tables.consignments
    order_id = await tx.scalar(select(table.c.order_id).where(table.c.id == consignment_id))
    if order_id is not None:
        return await find_by_id(tx, order_id)
    orders = tx.tables.purchase_orders
    found = await load(tx, orders.c.lightspeed_consignment_id == consignment_id)
    return found[0] if found else None


async def find_sync(tx: Transaction, order_id: int) -> OrderSync:
    """Return the bookkeeping about an order; an order without any has an empty one."""
    table = tx.tables.order_syncs
    row = (await tx.execute(select(table).where(table.c.order_id == order_id))).first()
    if row is None:
        return OrderSync(order_id=order_id)
    return OrderSync(
        order_id=order_id,
        queued_revision=row.queued_revision,
        pushed_revision=row.pushed_revision,
        held=row.held,
        last_error=row.last_error,
        withdrawal_queued_at=row.withdrawal_queued_at,
    )


async def lock(tx: Transaction, order_id: int) -> PurchaseOrder | None:
    """Return the order as it is now; nobody else changes its row before the commit."""
    table = tx.tables.purchase_orders
    await tx.execute(select(table.c.id).where(table.c.id == order_id).with_for_update())
    return await find_by_id(tx, order_id)


async def load(
    tx: Transaction, condition: ColumnElement[bool], *, limit: int | None = None
) -> list[PurchaseOrder]:
    """Return the whole orders that fulfil ``condition``, by row id."""
    statement = headers(tx).where(condition).order_by(tx.tables.purchase_orders.c.id)
    rows = (await tx.execute(statement.limit(limit))).all()
    ids = [row.id for row in rows]
    tx.order_numbers.update((row.id, row.order_number) for row in rows)
    lines = await _lines(tx, ids)
    problems = await problems_of(tx, ids)
    return [
        order_of(row, lines=tuple(lines.get(row.id, ())), problems=problems.get(row.id, ()))
        for row in rows
    ]


def headers(tx: Transaction) -> Select[Any]:
    """Select orders with what lsync keeps beside them."""
    orders, syncs = tx.tables.purchase_orders, tx.tables.order_syncs
    return select(orders, syncs.c.held).select_from(
        orders.outerjoin(syncs, syncs.c.order_id == orders.c.id)
    )


def order_of(
    row: Row[Any], *, lines: tuple[OrderLine, ...] = (), problems: Sequence[Problem] = ()
) -> PurchaseOrder:
    """Build an order from a row of ``headers``."""
    return PurchaseOrder(
        id=row.id,
        order_number=row.order_number,
        supplier=row.supplier or "",
        outlet=row.outlet or "",
        lines=lines,
        state=_state(row.state),
        sync_state=_sync_state(row.sync_state),
        due_date=row.due_date,
        supplier_invoice=row.supplier_invoice,
        note=row.note,
        revision=row.revision,
        held=bool(row.held),
        consignment_id=row.lightspeed_consignment_id,
        approved_at=row.approved_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        last_synced_at=row.last_synced_at,
        problems=tuple(problems),
    )


def _state(text: str | None) -> OrderState:
    """A state another program made up leaves the order alone, as a closed one is."""
    try:
        return OrderState((text or "").strip().lower())
    except ValueError:
        return OrderState.CLOSED


def _sync_state(text: str | None) -> SyncState:
    try:
        return SyncState((text or "").strip().lower())
    except ValueError:
        return SyncState.NOT_SYNCED


async def _lines(tx: Transaction, ids: Sequence[int]) -> dict[int, list[OrderLine]]:
    table = tx.tables.purchase_order_lines
    found: dict[int, list[OrderLine]] = {}
    for start in range(0, len(ids), CHUNK):
        statement = (
            select(table)
            .where(table.c.order_id.in_(ids[start : start + CHUNK]))
            .order_by(table.c.order_id, table.c.line_no)
        )
        for row in await tx.execute(statement):
            found.setdefault(row.order_id, []).append(_line(row))
    return found


def _line(row: Row[Any]) -> OrderLine:
    return OrderLine(
        line_no=row.line_no,
        quantity=row.quantity,
        unit_cost=row.unit_cost,
        sku=row.sku,
        product_id=row.product_id,
        name=row.name,
        received=row.received,
    )


async def problems_of(tx: Transaction, ids: Sequence[int]) -> dict[int, list[Problem]]:
    """Return the problems of many orders, by order id, in the order they were found."""
    table = tx.tables.order_problems
    found: dict[int, list[Problem]] = {}
    for start in range(0, len(ids), CHUNK):
        statement = (
            select(table)
            .where(table.c.order_id.in_(ids[start : start + CHUNK]))
            .order_by(table.c.id)
        )
        for row in await tx.execute(statement):
            problem = Problem(
                code=ProblemCode(row.code),
                message=row.message,
                fix=row.fix,
                severity=Severity(row.severity),
                line_no=row.line_no,
            )
            found.setdefault(row.order_id, []).append(problem)
    return found
