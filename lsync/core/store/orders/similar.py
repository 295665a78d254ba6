"""Which recent orders may be the same as another one. Whether they are is the domain's."""

from datetime import datetime

from sqlalchemy import exists, func, or_, select

from lsync.core.domain.order import OrderState, PurchaseOrder
from lsync.core.store.orders.reading import load
from lsync.core.store.transaction import Transaction

LOOKED_AT = 500
"""Orders of the supplier that are looked at, the newest ones, so that an import stays quick."""

MOST = 20
"""Candidates that are compared, the newest ones."""


async def similar(tx: Transaction, order: PurchaseOrder, *, since: datetime) -> list[PurchaseOrder]:
    """Return recent orders of the same supplier with as many lines and the same first product."""
    if not order.lines:
        return []
    orders, lines = tx.tables.purchase_orders, tx.tables.purchase_order_lines
    first = order.lines[0]
    product = lines.c.product_id if first.product_id else lines.c.sku
    holds_it = exists().where(
        lines.c.order_id == orders.c.id, product == (first.product_id or first.sku)
    )
    count = (
        select(func.count())
        .select_from(lines)
        .where(lines.c.order_id == orders.c.id)
        .scalar_subquery()
    )
    newest = (
        select(orders.c.id)
        .where(orders.c.supplier == order.supplier)
        .order_by(orders.c.id.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    statement = (
        select(orders.c.id)
        .join(newest, newest.c.id == orders.c.id)
        .where(
            orders.c.order_number != order.order_number,
            orders.c.state != OrderState.CANCELLED.value,
            or_(orders.c.created_at >= since, orders.c.approved_at >= since),
            holds_it,
            count == len(order.lines),
        )
        .order_by(orders.c.id.desc())
        .limit(MOST)
    )
    ids = (await tx.execute(statement)).scalars().all()
    return await load(tx, orders.c.id.in_(ids)) if ids else []
