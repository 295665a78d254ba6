"""Which orders wait for a sync job: approved, changed or cancelled since. Each is queued once."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from lsync.core.domain.consignment import FROZEN
from lsync.core.domain.order import OrderState, PurchaseOrder, SyncState
from lsync.core.domain.push import Step
from lsync.core.store.orders.reading import load
from lsync.core.store.orders.states import announce, put_sync
from lsync.core.store.transaction import Transaction

S = OrderState

OPEN = frozenset({S.APPROVED, S.SUBMITTED, S.RECEIVING, S.PARTIALLY_RECEIVED})
"""States in which Lightspeed may still have something to do with the order."""


async def approved_unqueued(tx: Transaction, limit: int) -> list[PurchaseOrder]:
    """Return approved orders whose revision was never queued, oldest first; not held ones.

    That includes orders which another program wrote into the tables.
    """
    orders, syncs = tx.tables.purchase_orders, tx.tables.order_syncs
    queued = or_(syncs.c.queued_revision.is_(None), syncs.c.queued_revision != orders.c.revision)
    condition = and_(_approved(tx), or_(syncs.c.order_id.is_(None), queued))
    return await _oldest(tx, condition, limit=limit)


async def changed_unqueued(
    tx: Transaction, limit: int, *, states: Collection[OrderState] = OPEN
) -> list[PurchaseOrder]:
    """Return orders that Lightspeed has and whose revision was raised since it was queued.

    Whoever raised it: the change has to go out, or to be explained. Not held ones.
    """
    orders, syncs = tx.tables.purchase_orders, tx.tables.order_syncs
    condition = and_(
        orders.c.state.in_([state.value for state in states]),
        orders.c.lightspeed_consignment_id.is_not(None),
        func.coalesce(syncs.c.queued_revision, syncs.c.pushed_revision) != orders.c.revision,
        syncs.c.held.is_(False),
    )
    return await _oldest(tx, condition, limit=limit)


async def cancelled_unqueued(tx: Transaction, limit: int) -> list[PurchaseOrder]:
    """Return cancelled orders of which Lightspeed has, or may have, something alive.

    Each is returned until its withdrawal was queued once.
    """
    orders, syncs = tx.tables.purchase_orders, tx.tables.order_syncs
    pushes, there = tx.tables.pushes, tx.tables.consignments
    alive = exists().where(
        there.c.order_id == orders.c.id, there.c.status.not_in([it.value for it in FROZEN])
    )
    uncertain = exists().where(
        pushes.c.order_id == orders.c.id, pushes.c.step == Step.CREATING.value
    )
    condition = and_(
        orders.c.state == OrderState.CANCELLED.value,
        or_(syncs.c.order_id.is_(None), syncs.c.withdrawal_queued_at.is_(None)),
        or_(alive, uncertain),
    )
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


async def mark_withdrawal(tx: Transaction, order_id: int, *, now: datetime) -> None:
    """Remember that the withdrawal of a cancelled order is queued, in the job's transaction."""
    await put_sync(tx, order_id, now=now, withdrawal_queued_at=now)


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
