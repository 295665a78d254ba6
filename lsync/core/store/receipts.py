"""Observed changes of received quantities, one row per change; never rewritten."""

from collections.abc import Sequence

from sqlalchemy import insert, select

from lsync.core.domain.records import Receipt
from lsync.core.store.orders.states import announce
from lsync.core.store.transaction import Transaction


async def add(tx: Transaction, receipts: Sequence[Receipt]) -> None:
    """Write down changes that were just observed."""
    if not receipts:
        return
    rows = [
        {
            "order_id": receipt.order_id,
            "consignment_id": receipt.consignment_id,
            "product_id": receipt.product_id,
            "line_no": receipt.line_no,
            "received_before": receipt.received_before,
            "received_after": receipt.received_after,
            "version": receipt.version,
            "observed_at": receipt.observed_at,
        }
        for receipt in receipts
    ]
    await tx.execute(insert(tx.tables.receipts), rows)
    for order_id in {receipt.order_id for receipt in receipts}:
        await announce(tx, order_id)


async def of_order(tx: Transaction, order_id: int) -> list[Receipt]:
    """Return every receipt of an order, oldest first."""
    table = tx.tables.receipts
    statement = select(table).where(table.c.order_id == order_id).order_by(table.c.id)
    return [
        Receipt(
            id=row.id,
            order_id=row.order_id,
            consignment_id=row.consignment_id,
            product_id=row.product_id,
            line_no=row.line_no,
            received_before=row.received_before,
            received_after=row.received_after,
            version=row.version,
            observed_at=row.observed_at,
        )
        for row in await tx.execute(statement)
    ]
