"""A row of the back office that names a consignment already: taken over, never created anew."""

from datetime import datetime

from lsync.core.domain.consignment import ConsignmentStatus, ConsignmentView
from lsync.core.domain.order import PurchaseOrder, SyncState
from lsync.core.domain.sanitise import visible
from lsync.core.queue import enqueue
from lsync.core.store import orders
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id
from lsync.core.sync import linking
from lsync.core.sync.pull_queueing import pull_job

LONGEST_ID = 64


async def why_not_linked(tx: Transaction, consignment_id: str) -> str | None:
    """Return why a new order cannot be the one of that consignment; None if it can."""
    if len(consignment_id) > LONGEST_ID:
        shown = visible(consignment_id[:LONGEST_ID])
        return f"its row names a consignment, {shown}…, which cannot be one; empty that column"
    other = await orders.find_by_consignment(tx, consignment_id)
    if other is None:
        return None
    return (
        f"its row names the consignment {visible(consignment_id)}, which belongs to order "
        f"{visible(other.order_number)}; empty that column of one of them"
    )


async def link(
    tx: Transaction,
    order: PurchaseOrder,
    consignment_id: str,
    *,
    max_attempts: int,
    now: datetime,
) -> None:
    """Tie the order to the consignment, and queue the look that reads it.

    Until that look the consignment counts as an open one that nobody has read.
    """
    order_id = stored_id(order)
    unread = ConsignmentView(
        consignment_id=consignment_id,
        status=ConsignmentStatus.OPEN.value,
        version=0,
        reference=order.order_number,
    )
    await linking.link(tx, order, unread, now=now)
    await orders.set_sync_state(tx, order_id, sync_state=SyncState.QUEUED, now=now)
    await orders.mark_queued(tx, order_id, revision=order.revision, now=now)
    look = pull_job(order.order_number, consignment_id=consignment_id, max_attempts=max_attempts)
    await enqueue(tx, look, now=now)
