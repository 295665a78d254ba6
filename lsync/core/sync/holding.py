"""Keeping an order from being pushed until a person lets it go."""

from lsync.core.domain.order import EDITABLE, OrderState, PurchaseOrder
from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.store import orders, sync_log
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id
from lsync.core.sync.approving import ApprovalRules
from lsync.core.sync.push_queueing import queue_push

HOLDABLE = EDITABLE
"""States in which an order can still be kept from going out."""


async def hold(tx: Transaction, order: PurchaseOrder, *, why: str = "") -> None:
    """Hold an order of a ``HOLDABLE`` state; a push that runs stops before its next write."""
    if not order.held:
        message = "held; it is not synced until it is released"
        await _put(tx, order, held=True, message=f"{message}: {why}" if why else message)


async def release(tx: Transaction, order: PurchaseOrder, *, rules: ApprovalRules) -> None:
    """Let a held order go; an approved one is queued as its approval would have done."""
    if not order.held:
        return
    await _put(tx, order, held=False, message="released")
    if order.state is OrderState.APPROVED and rules.auto_queue:
        await queue_push(tx, order, max_attempts=rules.max_attempts)


async def _put(tx: Transaction, order: PurchaseOrder, *, held: bool, message: str) -> None:
    now = await tx.now()
    await orders.hold(tx, stored_id(order), held=held, now=now)
    entry = SyncLogEntry(
        created_at=now,
        operation="hold",
        step="held" if held else "released",
        status=LogStatus.INFO,
        message=message,
        order_id=order.id,
        order_number=order.order_number,
    )
    await sync_log.append(tx, entry)
