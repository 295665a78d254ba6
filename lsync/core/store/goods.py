"""Goods counted here, delivery by delivery, and the totals that Lightspeed was told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import insert, select

from lsync.core.domain.goods import Counted, SentTotal
from lsync.core.store.orders.states import announce
from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import upsert


async def add(tx: Transaction, order_id: int, *, counted: Sequence[Counted]) -> None:
    """Write down what was counted; one row per line and delivery, never rewritten."""
    rows = [
        {
            "order_id": order_id,
            "line_no": each.line_no,
            "delivery": each.delivery,
            "received": each.received,
            "damaged": each.damaged,
            "short": each.short,
            "reason": each.reason,
            "recorded_at": each.recorded_at,
            "recorded_by": each.recorded_by,
        }
        for each in counted
    ]
    await tx.execute(insert(tx.tables.goods_counted), rows)
    await announce(tx, order_id)


async def of_order(tx: Transaction, order_id: int) -> list[Counted]:
    """Return everything counted of an order, oldest first."""
    table = tx.tables.goods_counted
    statement = select(table).where(table.c.order_id == order_id).order_by(table.c.id)
    return [
        Counted(
            line_no=row.line_no,
            received=row.received,
            damaged=row.damaged,
            short=row.short,
            reason=row.reason,
            delivery=row.delivery,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
        )
        for row in await tx.execute(statement)
    ]


async def sent(tx: Transaction, order_id: int) -> dict[str, SentTotal]:
    """Return the totals that lsync has written to Lightspeed, by product."""
    table = tx.tables.goods_sent
    statement = select(table).where(table.c.order_id == order_id)
    return {
        row.product_id: SentTotal(attempted=row.attempted, confirmed=row.confirmed)
        for row in await tx.execute(statement)
    }


async def attempt(
    tx: Transaction, order_id: int, *, totals: Mapping[str, Decimal], now: datetime
) -> None:
    """Note the totals that are about to be written, before any of them is."""
    known = await sent(tx, order_id)
    rows = [
        {
            "order_id": order_id,
            "product_id": product_id,
            "attempted": total,
            "confirmed": known[product_id].confirmed if product_id in known else None,
            "updated_at": now,
        }
        for product_id, total in totals.items()
    ]
    await upsert(tx, tx.tables.goods_sent, rows)


async def confirm(
    tx: Transaction, order_id: int, *, totals: Mapping[str, Decimal], now: datetime
) -> None:
    """Note the totals that were read back from Lightspeed."""
    rows = [
        {
            "order_id": order_id,
            "product_id": product_id,
            "attempted": total,
            "confirmed": total,
            "updated_at": now,
        }
        for product_id, total in totals.items()
    ]
    await upsert(tx, tx.tables.goods_sent, rows)
