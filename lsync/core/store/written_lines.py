"""The lines that lsync itself has written, or may have written, to an order's consignment.

What is not among them was added by somebody else and is never removed by a push.
"""

from collections.abc import Sequence
from dataclasses import replace as _replace
from decimal import Decimal

from sqlalchemy import delete, select

from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.remote_change import WrittenLine
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


async def announce(tx: Transaction, order_id: int, *, lines: Sequence[ResolvedLine]) -> None:
    """Note that an edit is about to add these lines: ours, but not shown to be there yet."""
    await add(tx, order_id, lines=[_replace(line, quantity=Decimal(0)) for line in lines])


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


async def of_order(tx: Transaction, order_id: int) -> dict[str, WrittenLine]:
    """Return the lines that are ours, by product, as they were last written."""
    table = tx.tables.written_lines
    statement = select(table).where(table.c.order_id == order_id)
    return {
        row.product_id: WrittenLine(quantity=row.quantity, unit_cost=row.unit_cost)
        for row in await tx.execute(statement)
    }


async def put(tx: Transaction, order_id: int, *, product_id: str, line: WrittenLine | None) -> None:
    """Count what Lightspeed has of a product as written by us; with None, as no longer there."""
    table = tx.tables.written_lines
    if line is None:
        place = (table.c.order_id == order_id) & (table.c.product_id == product_id)
        await tx.execute(delete(table).where(place))
        return
    row = {
        "order_id": order_id,
        "product_id": product_id,
        "quantity": line.quantity,
        "unit_cost": line.unit_cost,
    }
    await upsert(tx, table, [row])
