"""Figures about orders over a period: what was ordered and came, and lines that differ.

The database adds up; an answer holds one row a group, however many orders there are. Figures
about jobs are ``job_reports``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Float, Subquery, case, cast, func, select
from sqlalchemy import type_coerce as taken_as

from lsync.core.domain.order import OrderState
from lsync.core.store.periods import seconds_between
from lsync.core.store.transaction import Transaction

PLACES = 5
LARGEST = 10**12
"""Numbers beyond it are no quantities or money; another program's slip must not stop a report."""

UNORDERED = (OrderState.DRAFT, OrderState.PENDING_APPROVAL, OrderState.CANCELLED)
DONE = (OrderState.RECEIVED, OrderState.CLOSED)
COUNTED = (OrderState.PARTIALLY_RECEIVED, *DONE)
"""States in which every line has been counted at least once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersWanted:
    """Which orders a report is about: those of a period, of a supplier, of an outlet.

    ``since`` is included, ``until`` is not; the names may be a part of the whole.
    """

    since: datetime | None = None
    until: datetime | None = None
    supplier: str | None = None
    outlet: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedGroup:
    """Orders of one supplier, one outlet, or one of both; values are ex tax.

    ``supplier`` or ``outlet`` is None where it is not grouped by. ``lead_seconds`` is the
    average time from approval to the first goods, of the orders that have any.
    """

    supplier: str | None
    outlet: str | None
    orders: int
    unfinished: int
    overdue: int
    lines: int
    ordered: Decimal
    received: Decimal
    ordered_value: Decimal
    received_value: Decimal
    lead_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDifference:
    """A line that was counted and is not what was ordered; ``line_id`` pages."""

    line_id: int
    order_number: str
    state: OrderState
    supplier: str
    outlet: str
    line_no: int
    sku: str | None
    name: str | None
    ordered: Decimal
    received: Decimal
    unit_cost: Decimal | None


async def ordered(
    tx: Transaction, wanted: OrdersWanted, *, by: Sequence[str], today: date, limit: int, skip: int
) -> list[OrderedGroup]:
    """Return what was ordered in the period and came since, by ``supplier``, ``outlet`` or both.

    An order belongs to the moment of its approval; drafts and cancelled orders were not ordered.
    """
    orders = tx.tables.purchase_orders
    sums, goods = _line_sums(tx), _first_goods(tx)
    open_ = orders.c.state.not_in([state.value for state in DONE])
    keys: list[ColumnElement[Any]] = [orders.c[name] for name in by]
    lead = seconds_between(tx, orders.c.approved_at, goods.c.first_at)
    statement = (
        select(
            *keys,
            func.count().label("orders"),
            _number_of(open_).label("unfinished"),
            _number_of(open_ & (orders.c.due_date < today)).label("overdue"),
            func.coalesce(func.sum(sums.c.lines), 0).label("lines"),
            *(_total(sums.c[name]) for name in _SUMMED),
            func.avg(lead).label("lead_seconds"),
        )
        .select_from(
            orders.outerjoin(sums, sums.c.order_id == orders.c.id).outerjoin(
                goods, goods.c.order_id == orders.c.id
            )
        )
        .where(
            orders.c.state.not_in([state.value for state in UNORDERED]),
            *_named(tx, wanted),
            *_within(func.coalesce(orders.c.approved_at, orders.c.created_at), wanted, tx),
        )
        .group_by(*keys)
        .order_by(*keys)
        .limit(limit)
        .offset(skip)
    )
    return [
        OrderedGroup(
            supplier=row.supplier if "supplier" in by else None,
            outlet=row.outlet if "outlet" in by else None,
            orders=row.orders,
            unfinished=int(row.unfinished),
            overdue=int(row.overdue),
            lines=int(row.lines),
            **{name: _amount(getattr(row, name)) for name in _SUMMED},
            lead_seconds=None if row.lead_seconds is None else float(row.lead_seconds),
        )
        for row in await tx.execute(statement)
    ]


async def differences(
    tx: Transaction, wanted: OrdersWanted, *, limit: int, before: int | None = None
) -> list[LineDifference]:
    """Return lines that came short or over, newest first; ``before`` is the last ``line_id``.

    An order belongs to the moment its goods were last counted, as far as one is known.
    """
    orders, lines = tx.tables.purchase_orders, tx.tables.purchase_order_lines
    receipts = tx.tables.receipts
    counted_at = (
        select(func.max(receipts.c.observed_at))
        .where(receipts.c.order_id == orders.c.id)
        .scalar_subquery()
    )
    statement = (
        select(lines, orders.c.order_number, orders.c.state, orders.c.supplier, orders.c.outlet)
        .join_from(lines, orders, lines.c.order_id == orders.c.id)
        .where(
            orders.c.state.in_([state.value for state in COUNTED]),
            _fixed(lines.c.quantity) != _fixed(lines.c.received),
            *_named(tx, wanted),
            *_within(func.coalesce(counted_at, orders.c.updated_at), wanted, tx),
        )
        .order_by(lines.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(lines.c.id < before)
    return [
        LineDifference(
            line_id=row.id,
            order_number=row.order_number,
            state=OrderState(row.state),
            supplier=row.supplier,
            outlet=row.outlet,
            line_no=row.line_no,
            sku=row.sku,
            name=row.name,
            ordered=row.quantity,
            received=row.received,
            unit_cost=row.unit_cost,
        )
        for row in await tx.execute(statement)
    ]


_SUMMED = ("ordered", "received", "ordered_value", "received_value")


def _line_sums(tx: Transaction) -> Subquery:
    """The lines of each order, added up."""
    lines = tx.tables.purchase_order_lines
    cost = func.coalesce(_number(lines.c.unit_cost), 0)
    return (
        select(
            lines.c.order_id,
            func.count().label("lines"),
            func.sum(_fixed(lines.c.quantity)).label("ordered"),
            func.sum(_fixed(lines.c.received)).label("received"),
            func.sum(_whole(_number(lines.c.quantity) * cost)).label("ordered_value"),
            func.sum(_whole(_number(lines.c.received) * cost)).label("received_value"),
        )
        .group_by(lines.c.order_id)
        .subquery()
    )


def _first_goods(tx: Transaction) -> Subquery:
    receipts = tx.tables.receipts
    first = func.min(receipts.c.observed_at).label("first_at")
    return select(receipts.c.order_id, first).group_by(receipts.c.order_id).subquery()


def _named(tx: Transaction, wanted: OrdersWanted) -> list[ColumnElement[bool]]:
    orders = tx.tables.purchase_orders
    pairs = ((orders.c.supplier, wanted.supplier), (orders.c.outlet, wanted.outlet))
    return [column.icontains(part, autoescape=True) for column, part in pairs if part]


def _within(
    moment: ColumnElement[Any], wanted: OrdersWanted, tx: Transaction
) -> list[ColumnElement[bool]]:
    # The type of an expression is not known, and times have to be written as columns hold them.
    typed = taken_as(moment, tx.tables.purchase_orders.c.updated_at.type)
    found: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        found.append(typed >= wanted.since)
    if wanted.until is not None:
        found.append(typed < wanted.until)
    return found


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _number(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A decimal as SQL counts with it: SQLite keeps it as text."""
    return taken_as(column, Float)


def _fixed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return _whole(_number(column))


def _whole(number: ColumnElement[Any]) -> ColumnElement[Any]:
    """Whole hundred-thousandths: SQLite would add up floats, and integers stay exact."""
    sane = func.abs(number) < LARGEST
    scaled = func.round(number * 10**PLACES)
    return cast(case((sane, scaled), else_=0), BigInteger)


def _total(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(column), 0).label(column.key)


def _amount(whole: Any) -> Decimal:
    return Decimal(int(whole)).scaleb(-PLACES)
