"""The lines that lsync itself has written, or may have written, to an order's consignment.

What is not among them was added by somebody else and is never removed by a push.
"""

from collections.abc import Sequence

from sqlalchemy import delete, select

from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import upsert


async def add(tx: Transaction, order_id: int, *, lines: Sequence[ResolvedLine]) -> None:
    """Note that these lines are about to be written."""
    rows = [
        {
            "order_id": order_id,
            "product_id": line.product_id,
            "quantity": line.quantity,
            "unit_cost": line.unit_cost,
        }
        for line in lines
    ]
    await upsert(tx, tx.tables.written_lines, rows)


async def replace(tx: Transaction, order_id: int, *, lines: Sequence[ResolvedLine]) -> None:
    """Note that the consignment was shown to hold exactly these lines of ours."""
    table = tx.tables.written_lines
    await tx.execute(delete(table).where(table.c.order_id == order_id))
    await add(tx, order_id, lines=lines)


async def product_ids(tx: Transaction, order_id: int) -> frozenset[str]:
    """Return the products of the lines that are ours."""
    table = tx.tables.written_lines
    statement = select(table.c.product_id).where(table.c.order_id == order_id)
    return frozenset((await tx.execute(statement)).scalars())
