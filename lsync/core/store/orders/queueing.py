"""Which approved orders still wait for a sync job. Each approved revision is queued once."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from lsync.core.domain.order import OrderState, PurchaseOrder, SyncState
from lsync.core.store.orders.reading import load
from lsync.core.store.orders.states import announce, put_sync
from lsync.core.store.transaction import Transaction


async def approved_unqueued(tx: Transaction, limit: int) -> list[PurchaseOrder]:
    """Return approved orders whose revision was never queued, oldest first; not held ones.

    That includes orders which another program wrote into the tables.
    """
    orders, syncs = tx.tables.purchase_orders, tx.tables.order_syncs
    queued = or_(syncs.c.queued_revision.is_(None), syncs.c.queued_revision != orders.c.revision)
    condition = and_(_approved(tx), or_(syncs.c.order_id.is_(None), queued))
    return await _oldest(tx, condition, limit=limit)


async def approved_without_consignment(
    tx: Transaction, limit: int, *, after: str | None = None, failed: bool = True
) -> list[PurchaseOrder]:
    """Return approved orders that have no consignment yet, oldest first; not held ones.

    Only those behind the order number ``after``. Without ``failed``, orders whose sync failed
    are left out until they are changed.
    """
    orders, syncs = tx.tables.purchase_orders, tx.tables.order_syncs
    conditions = [_approved(tx), orders.c.lightspeed_consignment_id.is_(None)]
    if after is not None:
        place = select(orders.c.id).where(orders.c.order_number == after).scalar_subquery()
        conditions.append(orders.c.id > place)
    if not failed:
        changed = or_(
            syncs.c.queued_revision.is_(None), syncs.c.queued_revision != orders.c.revision
        )
        conditions.append(or_(orders.c.sync_state != SyncState.FAILED.value, changed))
    return await _oldest(tx, and_(*conditions), limit=limit)


async def mark_queued(tx: Transaction, order_id: int, *, revision: int, now: datetime) -> None:
    """Remember that this revision has its sync job, in the job's own transaction."""
    await put_sync(tx, order_id, now=now, queued_revision=revision)


async def mark_pushed(tx: Transaction, order_id: int, *, revision: int, now: datetime) -> None:
    """Remember that Lightspeed was shown to hold this revision."""
    await put_sync(tx, order_id, now=now, pushed_revision=revision)
    await announce(tx, order_id)


def _approved(tx: Transaction) -> ColumnElement[bool]:
    orders, syncs = tx.tables.purchase_orders, tx.tables.order_syncs
    return and_(
        orders.c.state == OrderState.APPROVED.value,
        or_(syncs.c.order_id.is_(None), syncs.c.held.is_(False)),
    )


async def _oldest(
    tx: Transaction, condition: ColumnElement[bool], *, limit: int
) -> list[PurchaseOrder]:
    orders, syncs = tx.tables.purchase_orders, tx.tables.order_syncs
    statement = (
        select(orders.c.id)
        .select_from(orders.outerjoin(syncs, syncs.c.order_id == orders.c.id))
        .where(condition)
        .order_by(orders.c.id)
        .limit(limit)
    )
    ids = (await tx.execute(statement)).scalars().all()
    return await load(tx, orders.c.id.in_(ids)) if ids else []
