"""Orders for lists: filters, pages newest first, and counts. Lines are summed up, not returned."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, func, or_, select

from lsync.core.domain.order import OrderState, PurchaseOrder, SyncState
from lsync.core.domain.state_words import states_meant
from lsync.core.store.orders.reading import headers, order_of, problems_of
from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import CHUNK

MOST = 1000
"""Longest page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders to list.

    ``text`` is looked for in number, supplier, outlet and note, and may begin a state. ``since``
    and ``until`` (not included) are moments of the order's last change; ``due_before`` (not
    included) is a calendar day.
    """

    states: tuple[OrderState, ...] = ()
    sync_states: tuple[SyncState, ...] = ()
    numbers: tuple[str, ...] = ()
    supplier: str | None = None
    outlet: str | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    due_before: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOrder:
    """An order in a list: its header and problems, and its lines summed up."""

    order: PurchaseOrder
    lines: int = 0
    ordered: Decimal = Decimal(0)
    received: Decimal = Decimal(0)
    consignment_ids: tuple[str, ...] = ()


@dataclass(slots=True)
class _Sums:
    lines: int = 0
    ordered: Decimal = Decimal(0)
    received: Decimal = Decimal(0)
    consignment_ids: list[str] = field(default_factory=list)


async def listing(
    tx: Transaction,
    *,
    matching: OrderFilter = OrderFilter(),
    limit: int = 100,
    after: str | None = None,
) -> list[ListedOrder]:
    """Return a page of orders, newest first; ``after`` is the last number of the page before."""
    table = tx.tables.purchase_orders
    statement = headers(tx).where(*_conditions(tx, matching)).order_by(table.c.id.desc())
    if after is not None:
        earlier = select(table.c.id).where(table.c.order_number == after).scalar_subquery()
        statement = statement.where(table.c.id < earlier)
    rows = (await tx.execute(statement.limit(min(limit, MOST)))).all()
    ids = [row.id for row in rows]
    problems = await problems_of(tx, ids)
    sums = await _sums(tx, ids)
    return [
        ListedOrder(
            order=order_of(row, problems=problems.get(row.id, ())),
            lines=sums[row.id].lines,
            ordered=sums[row.id].ordered,
            received=sums[row.id].received,
            consignment_ids=tuple(sums[row.id].consignment_ids),
        )
        for row in rows
    ]


async def in_sync_states(
    tx: Transaction, sync_states: Sequence[SyncState], *, after: int, limit: int
) -> list[PurchaseOrder]:
    """Return a page of orders without their lines, oldest first, behind the row id ``after``."""
    table = tx.tables.purchase_orders
    statement = headers(tx).where(
        table.c.sync_state.in_([state.value for state in sync_states]), table.c.id > after
    )
    rows = await tx.execute(statement.order_by(table.c.id).limit(limit))
    return [order_of(row) for row in rows]


async def numbers_in(tx: Transaction, states: Sequence[OrderState]) -> list[str]:
    """Return the numbers of all orders in these states, oldest first."""
    table = tx.tables.purchase_orders
    statement = select(table.c.order_number).where(
        table.c.state.in_([state.value for state in states])
    )
    return list((await tx.execute(statement.order_by(table.c.id))).scalars().all())


async def counts(tx: Transaction) -> tuple[dict[str, int], dict[str, int]]:
    """Return the number of orders by state, and by sync state."""
    table = tx.tables.purchase_orders
    by_state: dict[str, int] = {}
    by_sync: dict[str, int] = {}
    statement = select(table.c.state, table.c.sync_state, func.count().label("number")).group_by(
        table.c.state, table.c.sync_state
    )
    for row in await tx.execute(statement):
        by_state[row.state] = by_state.get(row.state, 0) + row.number
        by_sync[row.sync_state] = by_sync.get(row.sync_state, 0) + row.number
    return by_state, by_sync


def _conditions(tx: Transaction, matching: OrderFilter) -> list[ColumnElement[bool]]:
    table = tx.tables.purchase_orders
    found: list[ColumnElement[bool]] = []
    if matching.states:
        found.append(table.c.state.in_([state.value for state in matching.states]))
    if matching.sync_states:
        found.append(table.c.sync_state.in_([state.value for state in matching.sync_states]))
    if matching.numbers:
        found.append(table.c.order_number.in_(matching.numbers))
    if matching.supplier:
        found.append(table.c.supplier.icontains(matching.supplier, autoescape=True))
    if matching.outlet:
        found.append(table.c.outlet.icontains(matching.outlet, autoescape=True))
    if matching.text:
        found.append(_says(tx, matching.text))
    if matching.since is not None:
        found.append(table.c.updated_at >= matching.since)
    if matching.until is not None:
        found.append(table.c.updated_at < matching.until)
    if matching.due_before is not None:
        found.append(table.c.due_date < matching.due_before)
    return found


def _says(tx: Transaction, text: str) -> ColumnElement[bool]:
    table = tx.tables.purchase_orders
    columns = (table.c.order_number, table.c.supplier, table.c.outlet, table.c.note)
    return or_(
        *(column.icontains(text, autoescape=True) for column in columns),
        table.c.state.in_([state.value for state in states_meant(text, OrderState)]),
        table.c.sync_state.in_([state.value for state in states_meant(text, SyncState)]),
    )


async def _sums(tx: Transaction, ids: Sequence[int]) -> dict[int, _Sums]:
    """Sum up in decimals here: SQLite would sum up in floats."""
    lines, consignments = tx.tables.purchase_order_lines, tx.tables.consignments
    found = {order_id: _Sums() for order_id in ids}
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        quantities = select(lines.c.order_id, lines.c.quantity, lines.c.received)
        for row in await tx.execute(quantities.where(lines.c.order_id.in_(chunk))):
            total = found[row.order_id]
            total.lines += 1
            total.ordered += row.quantity
            total.received += row.received
        family = select(consignments.c.order_id, consignments.c.id).order_by(
            consignments.c.created_at, consignments.c.id
        )
        for row in await tx.execute(family.where(consignments.c.order_id.in_(chunk))):
            found[row.order_id].consignment_ids.append(row.id)
    return found
