"""Which recent orders may be the same as others. Whether they are is the domain's."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select

from lsync.core.domain.order import OrderLine, OrderState, PurchaseOrder
from lsync.core.store.orders.reading import load
from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import CHUNK

LOOKED_AT = 500
"""Orders of a supplier that are looked at, the newest ones, so that an import stays quick."""

MOST = 20
"""Candidates of one kind that are compared, the newest ones."""

Signature = tuple[int, str, str]
"""Lines, and the first and last of their products in the alphabet: what SQL can tell at once."""


async def similar(
    tx: Transaction, orders: Sequence[PurchaseOrder], *, since: datetime
) -> list[PurchaseOrder]:
    """Return recent orders of the same suppliers that have the signature of one of ``orders``.

    One statement for each supplier, and one look at those that were found.
    """
    wanted: dict[str, set[Signature]] = defaultdict(set)
    for order in orders:
        if order.lines:
            wanted[order.supplier].add(_signature(order))
    ids: list[int] = []
    for supplier, signatures in wanted.items():
        ids += await _candidates(tx, supplier, signatures, since=since)
    table = tx.tables.purchase_orders
    found: list[PurchaseOrder] = []
    for start in range(0, len(ids), CHUNK):
        found += await load(tx, table.c.id.in_(ids[start : start + CHUNK]))
    return found


def _signature(order: PurchaseOrder) -> Signature:
    products = [_product(line) for line in order.lines]
    return len(products), min(products), max(products)


def _product(line: OrderLine) -> str:
    return line.product_id or line.sku or ""


async def _candidates(
    tx: Transaction, supplier: str, signatures: set[Signature], *, since: datetime
) -> list[int]:
    orders, lines = tx.tables.purchase_orders, tx.tables.purchase_order_lines
    newest = (
        select(orders.c.id)
        .where(
            orders.c.supplier == supplier,
            orders.c.state != OrderState.CANCELLED.value,
            or_(orders.c.created_at >= since, orders.c.approved_at >= since),
        )
        .order_by(orders.c.id.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    product = func.coalesce(func.nullif(lines.c.product_id, ""), lines.c.sku, "")
    statement = (
        select(newest.c.id, func.count(), func.min(product), func.max(product))
        .join(lines, lines.c.order_id == newest.c.id)
        .group_by(newest.c.id)
        .order_by(newest.c.id.desc())
    )
    alike: dict[Signature, list[int]] = defaultdict(list)
    for found, count, first, last in await tx.execute(statement):
        signature = (int(count), str(first), str(last))
        if signature in signatures and len(alike[signature]) < MOST:
            alike[signature].append(found)
    return [found for same in alike.values() for found in same]
