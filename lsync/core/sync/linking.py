"""Ties an order to a consignment that somebody else has created: it is never created anew."""

from datetime import datetime

from lsync.core.domain.consignment import ConsignmentView
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.push import Step
from lsync.core.domain.records import MappingKind, MappingSource
from lsync.core.domain.reference import reference_of
from lsync.core.store import consignments, mappings, orders, pushes
from lsync.core.store.consignments import PRIMARY
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id


async def link(
    tx: Transaction, order: PurchaseOrder, view: ConsignmentView, *, now: datetime
) -> None:
    """Make a consignment the order's, with a push that is done.

    So it is never created anew, whatever an earlier push had come to, and later edits go out.
    """
    order_id = stored_id(order)
    newer = await consignments.put(
        tx, view, order_id, role=PRIMARY, now=now, created_at=view.created_at, with_lines=False
    )
    if not newer:
        await consignments.assign(tx, view.consignment_id, order_id=order_id, role=PRIMARY)
    await orders.link_consignment(tx, order_id, consignment_id=view.consignment_id, now=now)
    await orders.mark_pushed(tx, order_id, revision=order.revision, now=now)
    await mappings.put(
        tx,
        MappingKind.ORDER,
        local_id=order.order_number,
        lightspeed_id=view.consignment_id,
        source=MappingSource.ADOPTED,
        now=now,
    )
    await _end_push(tx, order, view, now=now)


async def _end_push(
    tx: Transaction, order: PurchaseOrder, view: ConsignmentView, *, now: datetime
) -> None:
    order_id = stored_id(order)
    row = await pushes.current(tx, order_id) or await pushes.arm(
        tx,
        order_id,
        generation=1,
        reference=reference_of(order.order_number),
        step=Step.ARMED.value,
        revision=order.revision,
        watermark=None,
        now=now,
    )
    await pushes.advance(
        tx,
        row,
        step=Step.DONE.value,
        revision=order.revision,
        consignment_id=view.consignment_id,
        uncertain_since=None,
        now=now,
    )
