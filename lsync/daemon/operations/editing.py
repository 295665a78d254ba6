"""Changing the document of an order by hand."""

from shlex import quote

from lsync.core.control import messages as m
from lsync.core.domain.explain import sentence
from lsync.core.domain.order import AMENDABLE, OrderState, PurchaseOrder
from lsync.core.domain.order_changes import order_changes
from lsync.core.domain.order_edit import EditRefusedError, LineEdit, OrderEdit, edited
from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.domain.sanitise import visible
from lsync.core.store import orders, sync_log
from lsync.core.store.database import Transaction
from lsync.core.store.orders import OrderConflict
from lsync.daemon.application import Application
from lsync.daemon.operations.missing import bad_input, not_allowed
from lsync.daemon.operations.orders import find_order, require_order

_TOO_LATE = {
    OrderState.RECEIVING: "The shop has begun to receive it: Lightspeed takes no more changes.",
    OrderState.CANCELLED: "It is cancelled.",
    OrderState.CLOSED: "It is closed.",
}


async def edit(
    application: Application, order_number: str, wanted: m.OrderEdit, *, by: str
) -> m.OrderEdited:
    """Change an order; its revision is raised, so that an approved or sent one is synced.

    Raises:
        ControlError: 404 unknown order, 409 goods were received on it or it changed meanwhile, 422
            the edit cannot be made; nothing of it was.
    """
    told = OrderEdit(
        header=wanted.header,
        lines=[
            LineEdit(
                name=each.name,
                quantity=each.quantity,
                unit_cost=each.unit_cost,
                remove=each.remove,
            )
            for each in wanted.lines
        ],
    )

    async def work(tx: Transaction) -> tuple[str, ...]:
        return await _edit(tx, order_number, told, by=by)

    changes = await application.database.run(work)
    return m.OrderEdited(order=await find_order(application, order_number), changes=changes)


async def _edit(tx: Transaction, order_number: str, told: OrderEdit, *, by: str) -> tuple[str, ...]:
    old = await require_order(tx, order_number)
    if old.state not in AMENDABLE:
        raise not_allowed(
            f"Order {order_number} cannot be edited.",
            why=_TOO_LATE.get(old.state, "Its goods have been received."),
            next_step="Order what else is wanted under a new number.",
        )
    try:
        new = edited(old, told)
    except EditRefusedError as refused:
        raise bad_input(
            f"Order {order_number} was not changed.",
            why=sentence(str(refused)),
            next_step="Correct what is named and edit it again; "
            f"`lsync po show {quote(order_number)}` shows it as it is.",
        ) from refused
    changes = order_changes(old, new)
    if changes:
        await _replace(tx, old=old, new=new, changes=changes, by=by)
    return changes


async def _replace(
    tx: Transaction, *, old: PurchaseOrder, new: PurchaseOrder, changes: tuple[str, ...], by: str
) -> None:
    now = await tx.now()
    try:
        stored = await orders.replace(tx, old, new=new, now=now, states=AMENDABLE)
    except OrderConflict as conflict:
        raise not_allowed(
            f"Order {old.order_number} was not changed.",
            why=conflict.why,
            next_step=f"`lsync po show {quote(old.order_number)}` shows it as it is now; "
            "edit it again if the change is still wanted.",
        ) from conflict
    count = f"{len(changes)} {'change' if len(changes) == 1 else 'changes'}"
    entry = SyncLogEntry(
        created_at=now,
        operation="edit",
        step="edited",
        status=LogStatus.INFO,
        message=visible(f"{by}: revision {stored.revision} with {count}"),
        detail={"changes": list(changes)},
        order_id=stored.id,
        order_number=stored.order_number,
    )
    await sync_log.append(tx, entry)
