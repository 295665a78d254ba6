"""Writing the document itself: a new order, or a new version of one that may still change."""

from collections.abc import Collection
from dataclasses import replace as with_changes
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy import insert as insert_into
from sqlalchemy.exc import IntegrityError

from lsync.core.domain.history import Fact
from lsync.core.domain.order import EDITABLE, OrderLine, OrderState, PurchaseOrder
from lsync.core.store.inserted import new_id
from lsync.core.store.orders.journal import note, note_document
from lsync.core.store.orders.states import OrderConflict, stored_id
from lsync.core.store.transaction import Change, Transaction


async def insert(tx: Transaction, order: PurchaseOrder, *, now: datetime) -> PurchaseOrder:
    """Store a new order and return it with its id.

    Raises:
        OrderConflict: an order of that number exists (MariaDB also counts other spellings).
    """
    values = {
        "order_number": order.order_number,
        "state": order.state.value,
        "sync_state": order.sync_state.value,
        "revision": order.revision,
        "approved_at": order.approved_at,
        "created_at": now,
        "updated_at": now,
        **_document(order),
    }
    try:
        result = await tx.execute(insert_into(tx.tables.purchase_orders).values(values))
    except IntegrityError as error:
        raise OrderConflict(
            order.order_number, why="An order of that number, perhaps spelt otherwise, exists."
        ) from error
    order_id = new_id(result)
    await _insert_lines(tx, order_id, order.lines)
    await note_document(tx, order_id, order, now=now)
    await note(tx, order_id, Fact.STATE, order.state.value, now=now)
    tx.emit(Change(kind="order", key=order.order_number))
    return with_changes(order, id=order_id, created_at=now, updated_at=now)


async def replace(
    tx: Transaction,
    old: PurchaseOrder,
    *,
    new: PurchaseOrder,
    now: datetime,
    states: Collection[OrderState] = EDITABLE,
) -> PurchaseOrder:
    """Put the document of ``new`` in the place of ``old`` and raise its revision.

    State and sync state stay. ``states`` are those in which that may be done: what has gone out
    already keeps its line numbers and received quantities only if ``new`` carries them.

    Raises:
        OrderConflict: the order was sent or changed since ``old`` was read.
    """
    if old.state not in states:
        raise OrderConflict(old.order_number, why=f"It is {old.state} and may not be replaced.")
    table = tx.tables.purchase_orders
    statement = (
        update(table)
        .where(
            table.c.id == stored_id(old),
            table.c.state == old.state.value,
            table.c.revision == old.revision,
        )
        .values(revision=old.revision + 1, updated_at=now, **_document(new))
    )
    if (await tx.execute(statement)).rowcount != 1:
        raise OrderConflict(old.order_number, why="Somebody else has changed it meanwhile.")
    lines = tx.tables.purchase_order_lines
    await tx.execute(delete(lines).where(lines.c.order_id == old.id))
    await _insert_lines(tx, stored_id(old), new.lines)
    tx.emit(Change(kind="order", key=old.order_number))
    replaced = with_changes(
        old,
        supplier=new.supplier,
        outlet=new.outlet,
        due_date=new.due_date,
        supplier_invoice=new.supplier_invoice,
        note=new.note,
        lines=new.lines,
        revision=old.revision + 1,
        updated_at=now,
    )
    await note_document(tx, stored_id(old), replaced, now=now)
    return replaced


def _document(order: PurchaseOrder) -> dict[str, object]:
    return {
        "supplier": order.supplier,
        "outlet": order.outlet,
        "due_date": order.due_date,
        "supplier_invoice": order.supplier_invoice,
        "note": order.note,
    }


async def _insert_lines(tx: Transaction, order_id: int, lines: tuple[OrderLine, ...]) -> None:
    if not lines:
        return
    rows = [
        {
            "order_id": order_id,
            "line_no": line.line_no,
            "sku": line.sku,
            "product_id": line.product_id,
            "name": line.name,
            "quantity": line.quantity,
            "unit_cost": line.unit_cost,
            "received": line.received,
        }
        for line in lines
    ]
    await tx.execute(insert_into(tx.tables.purchase_order_lines), rows)
