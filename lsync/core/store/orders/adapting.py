"""Taking single changes over into an order's lines, whatever its state.

``writing.replace`` is for a whole document that is still to be sent; here lsync itself brings
the order up to what Lightspeed, an invoice or a person's decision says.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, insert, update

from lsync.core.domain.order import OrderLine, PurchaseOrder
from lsync.core.store.orders.journal import note_document
from lsync.core.store.orders.reading import find_by_id, find_sync
from lsync.core.store.orders.states import OrderConflict, announce, put_sync, stored_id
from lsync.core.store.transaction import Transaction


async def adapt(
    tx: Transaction, order: PurchaseOrder, *, line: OrderLine, now: datetime
) -> PurchaseOrder:
    """Put ``line`` into the order, in the place of the one with its number or as a new one.

    Raises:
        OrderConflict: the order was changed since it was read.
    """
    order_id = stored_id(order)
    await _raise_revision(tx, order, now=now)
    table = tx.tables.purchase_order_lines
    values = {
        "sku": line.sku,
        "product_id": line.product_id,
        "name": line.name,
        "quantity": line.quantity,
        "unit_cost": line.unit_cost,
    }
    known = any(each.line_no == line.line_no for each in order.lines)
    if known:
        place = (table.c.order_id == order_id) & (table.c.line_no == line.line_no)
        await tx.execute(update(table).where(place).values(values))
    else:
        row = {**values, "order_id": order_id, "line_no": line.line_no, "received": line.received}
        await tx.execute(insert(table).values(row))
    await announce(tx, order_id)
    return await _reread(tx, order, now=now)


async def drop_line(
    tx: Transaction, order: PurchaseOrder, *, line_no: int, now: datetime
) -> PurchaseOrder:
    """Take a line out of the order. Raises like ``adapt``."""
    await _raise_revision(tx, order, now=now)
    table = tx.tables.purchase_order_lines
    place = (table.c.order_id == stored_id(order)) & (table.c.line_no == line_no)
    await tx.execute(delete(table).where(place))
    await announce(tx, stored_id(order))
    return await _reread(tx, order, now=now)


async def _raise_revision(tx: Transaction, order: PurchaseOrder, *, now: datetime) -> None:
    """Start the order's next revision; what is known of the last one is known of it too."""
    table = tx.tables.purchase_orders
    raised = order.revision + 1
    statement = (
        update(table)
        .where(table.c.id == stored_id(order), table.c.revision == order.revision)
        .values(revision=raised, updated_at=now)
    )
    if (await tx.execute(statement)).rowcount != 1:
        raise OrderConflict(order.order_number, why="Somebody else has changed it meanwhile.")
    sync = await find_sync(tx, stored_id(order))
    kept = {"queued_revision": sync.queued_revision, "pushed_revision": sync.pushed_revision}
    moved = {name: raised for name, known in kept.items() if known == order.revision}
    if moved:
        await put_sync(tx, stored_id(order), now=now, **moved)


async def _reread(tx: Transaction, order: PurchaseOrder, *, now: datetime) -> PurchaseOrder:
    found = await find_by_id(tx, stored_id(order))
    adapted = found or replace(order, revision=order.revision + 1)
    await note_document(tx, stored_id(order), adapted, now=now)
    return adapted
