"""What happens to an order: state, sync state, problems, hold, received quantities."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from shlex import quote
from typing import Any

from sqlalchemy import delete, insert, select, update

from lsync.core.domain.history import Fact
from lsync.core.domain.order import OrderState, PurchaseOrder, SyncState, move
from lsync.core.domain.problem import Problem
from lsync.core.store.errors import StoreError
from lsync.core.store.orders.journal import note, note_if_news
from lsync.core.store.transaction import Change, Transaction
from lsync.core.store.upsert import upsert


class OrderConflict(StoreError):  # noqa: N818 - beside DatabaseUnavailable
    """The order is no longer what the change was decided on; nothing was changed."""

    def __init__(self, number: str, *, why: str) -> None:
        """Name the order; ``why`` is a sentence."""
        super().__init__(
            f"Order {number} was not changed.",
            why=why,
            next_step=f"`lsync po show {quote(number)}` shows it as it is now; then decide again.",
        )
        self.order_number = number


def stored_id(order: PurchaseOrder) -> int:
    """Return the row id of an order that came out of the store."""
    if order.id is None:
        raise ValueError(f"order {order.order_number} is not stored")
    return order.id


async def announce(tx: Transaction, order_id: int) -> None:
    """Tell listeners that something about the order has changed."""
    number = tx.order_numbers.get(order_id)
    if number is None:
        table = tx.tables.purchase_orders
        number = await tx.scalar(select(table.c.order_number).where(table.c.id == order_id))
    if number is not None:
        tx.order_numbers[order_id] = number
        tx.emit(Change(kind="order", key=number))


async def set_state(
    tx: Transaction, order: PurchaseOrder, *, state: OrderState, now: datetime
) -> PurchaseOrder:
    """Move the order to ``state`` and return it so.

    Raises:
        IllegalTransitionError: the state table has no such move.
        OrderConflict: the order has left the state it was read in.
    """
    move(order.state, state)
    table = tx.tables.purchase_orders
    values: dict[str, Any] = {"state": state.value, "updated_at": now}
    approved_at = now if state is OrderState.APPROVED else order.approved_at
    if state is OrderState.APPROVED:
        values["approved_at"] = now
    statement = (
        update(table)
        .where(table.c.id == stored_id(order), table.c.state == order.state.value)
        .values(values)
    )
    if (await tx.execute(statement)).rowcount != 1:
        raise OrderConflict(order.order_number, why=f"It is no longer {order.state}.")
    await note(tx, stored_id(order), Fact.STATE, state.value, now=now)
    tx.emit(Change(kind="order", key=order.order_number))
    return replace(order, state=state, approved_at=approved_at, updated_at=now)


async def set_sync_state(
    tx: Transaction,
    order_id: int,
    *,
    sync_state: SyncState,
    now: datetime,
    synced: bool = False,
) -> None:
    """Record how the order and Lightspeed stand; with ``synced``, that they were compared now."""
    table = tx.tables.purchase_orders
    values: dict[str, Any] = {"sync_state": sync_state.value, "updated_at": now}
    if synced:
        values["last_synced_at"] = now
    statement = update(table).where(table.c.id == order_id).values(values)
    changing = statement.where(table.c.sync_state != sync_state.value)
    if (await tx.execute(changing)).rowcount:
        await note(tx, order_id, Fact.SYNC_STATE, sync_state.value, now=now)
    else:
        await tx.execute(statement)
    await announce(tx, order_id)


async def link_consignment(
    tx: Transaction, order_id: int, *, consignment_id: str | None, now: datetime
) -> None:
    """Record the order's primary consignment, or with ``None`` that it has none any more."""
    table = tx.tables.purchase_orders
    values = {"lightspeed_consignment_id": consignment_id, "updated_at": now}
    await tx.execute(update(table).where(table.c.id == order_id).values(values))
    await note_if_news(tx, order_id, Fact.CONSIGNMENT, consignment_id, now=now)
    await announce(tx, order_id)


async def set_error(tx: Transaction, order_id: int, *, error: str | None, now: datetime) -> None:
    """Keep the sentence that explains the last failed sync, or clear it."""
    await put_sync(tx, order_id, now=now, last_error=error)
    await announce(tx, order_id)


async def hold(tx: Transaction, order_id: int, *, held: bool, now: datetime) -> None:
    """Keep an approved order from being pushed, or release it."""
    await put_sync(tx, order_id, now=now, held=held)
    await note_if_news(tx, order_id, Fact.HELD, held, now=now)
    await announce(tx, order_id)


async def put_sync(tx: Transaction, order_id: int, *, now: datetime, **values: object) -> None:
    """Write columns of lsync's bookkeeping about an order, which may not have any yet."""
    row = {"order_id": order_id, "updated_at": now, **values}
    await upsert(tx, tx.tables.order_syncs, [row])


async def put_problems(
    tx: Transaction, order_id: int, *, problems: Sequence[Problem], now: datetime
) -> None:
    """Replace everything known to be wrong with the order."""
    table = tx.tables.order_problems
    gone = await tx.execute(delete(table).where(table.c.order_id == order_id))
    if problems or gone.rowcount:
        found = [[problem.code.value, problem.message] for problem in problems]
        await note_if_news(tx, order_id, Fact.PROBLEMS, found, now=now)
    if problems:
        rows = [
            {
                "order_id": order_id,
                "line_no": problem.line_no,
                "code": problem.code.value,
                "severity": problem.severity.value,
                "message": problem.message,
                "fix": problem.fix,
                "observed_at": now,
            }
            for problem in problems
        ]
        await tx.execute(insert(table), rows)
    await announce(tx, order_id)


async def put_received(
    tx: Transaction, order_id: int, *, received: Mapping[int, Decimal], now: datetime
) -> None:
    """Write the received quantities of lines, by line number."""
    lines, orders = tx.tables.purchase_order_lines, tx.tables.purchase_orders
    for line_no, quantity in received.items():
        await tx.execute(
            update(lines)
            .where(lines.c.order_id == order_id, lines.c.line_no == line_no)
            .values(received=quantity)
        )
    await tx.execute(update(orders).where(orders.c.id == order_id).values(updated_at=now))
    noted = {str(line_no): format(quantity, "f") for line_no, quantity in received.items()}
    await note(tx, order_id, Fact.RECEIVED, noted, now=now)
    await announce(tx, order_id)
