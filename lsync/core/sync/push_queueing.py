"""Putting the push of an order into the queue: one waiting job per order, one per revision."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from lsync.core.domain.job import Priority, UniqueScope
from lsync.core.domain.order import OrderState, PurchaseOrder, SyncState
from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.queue import NewJob, enqueue
from lsync.core.store import orders, sync_log
from lsync.core.store.database import Database, Transaction
from lsync.core.store.orders import stored_id

PUSH = "sync.push"
LONGEST_KEY = 190


class Wish(StrEnum):
    """What a person asked of a push beyond doing it; each waits as a job of its own."""

    LOOK = "look"
    """Look for an uncertain create now, without creating."""
    SEND = "send"
    """Mark the consignment sent though ``sync.auto_send`` holds it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedPush:
    """The job that will push an order; ``already_queued`` if it was waiting before."""

    order_number: str
    job_id: int
    already_queued: bool


def order_key(order_number: str) -> str:
    """Return the concurrency key that everything done to one order shares."""
    return _fit(f"order:{order_number}")


def push_key(order_number: str, *, wish: Wish | None = None) -> str:
    """Return the unique key of an order's waiting push."""
    return _fit(f"{wish or 'push'}:{order_number}")


def repair_key(order_number: str) -> str:
    """Return the unique key of a waiting repair of an order."""
    return _fit(f"repair:{order_number}")


def _fit(key: str) -> str:
    """Keep a key within its column: other programs may use very long order numbers."""
    if len(key) <= LONGEST_KEY:
        return key
    return f"{key[:120]}#{sha256(key.encode()).hexdigest()}"


async def queue_push(
    tx: Transaction,
    order: PurchaseOrder,
    *,
    max_attempts: int,
    priority: Priority = Priority.NORMAL,
    wish: Wish | None = None,
    plan: str | None = None,
) -> QueuedPush:
    """Queue the push of an order's revision, in the caller's transaction.

    For a cancelled order that is its withdrawal: cancelling there what was cancelled here.

    A job with a ``wish`` is another one than the push that may be waiting or resting already.
    ``plan`` is the hash of the plan a person agreed to: the job does nothing if it holds no more.
    """
    now = await tx.now()
    payload: dict[str, object] = {"order_number": order.order_number}
    if wish is not None:
        payload[wish.value] = True
    if plan is not None:
        payload["plan"] = plan
    job = NewJob(
        type=PUSH,
        payload=payload,
        priority=priority,
        max_attempts=max_attempts,
        unique_key=push_key(order.order_number, wish=wish),
        unique_scope=UniqueScope.PENDING,
        concurrency_key=order_key(order.order_number),
    )
    enqueued = await enqueue(tx, job, now=now)
    order_id = stored_id(order)
    await orders.observe(tx, order_id, order, now=now)
    await orders.mark_queued(tx, order_id, revision=order.revision, now=now)
    cancelled = order.state is OrderState.CANCELLED
    if cancelled:
        await orders.mark_withdrawal(tx, order_id, now=now)
    if enqueued.created:
        what = "its withdrawal" if cancelled else f"revision {order.revision}"
        await orders.set_sync_state(tx, order_id, sync_state=SyncState.QUEUED, now=now)
        await sync_log.append(
            tx,
            SyncLogEntry(
                created_at=now,
                operation="push",
                step="queued",
                status=LogStatus.INFO,
                message=f"{what} queued as job {enqueued.job_id}",
                order_id=order_id,
                order_number=order.order_number,
                job_id=enqueued.job_id,
            ),
        )
    return QueuedPush(
        order_number=order.order_number,
        job_id=enqueued.job_id,
        already_queued=not enqueued.created,
    )


async def queue_pending(
    database: Database,
    *,
    limit: int,
    max_attempts: int,
    after: str | None = None,
    failed: bool = False,
) -> list[QueuedPush]:
    """Queue approved orders that have no consignment yet, oldest first; not held ones.

    ``after`` goes on behind that order number. An order whose sync failed is taken when it was
    changed since, or with ``failed``.
    """

    async def work(tx: Transaction) -> list[QueuedPush]:
        waiting = await orders.approved_without_consignment(tx, limit, after=after, failed=failed)
        return [await queue_push(tx, order, max_attempts=max_attempts) for order in waiting]

    return await database.run(work, idempotent=True)


async def queue_unqueued(
    database: Database,
    *,
    max_attempts: int,
    limit: int = 100,
    approved: bool = True,
    settled: bool = False,
) -> list[QueuedPush]:
    """Queue what was approved, changed or cancelled and never queued, whoever did it, just once.

    Without ``approved``, approvals wait for a person. ``settled`` looks at received orders, too:
    they cannot be changed any more, but it is said so. Costs reads only when there is nothing to
    do; several daemons may look at the same time.
    """
    async with database.read() as tx:
        waiting = await _waiting(tx, limit, approved=approved, settled=settled)
    if not waiting:
        return []

    async def work(tx: Transaction) -> list[QueuedPush]:
        fresh = await _still_unqueued(tx, waiting)
        return [await queue_push(tx, order, max_attempts=max_attempts) for order in fresh]

    return await database.run(work, idempotent=True)


async def _waiting(
    tx: Transaction, limit: int, *, approved: bool, settled: bool
) -> list[PurchaseOrder]:
    states = orders.OPEN | {OrderState.RECEIVED} if settled else orders.OPEN
    found = await orders.approved_unqueued(tx, limit) if approved else []
    found += await orders.changed_unqueued(tx, limit, states=states)
    found += await orders.cancelled_unqueued(tx, limit)
    return list({stored_id(order): order for order in found}.values())[:limit]


async def _still_unqueued(tx: Transaction, waiting: Sequence[PurchaseOrder]) -> list[PurchaseOrder]:
    """Return the orders that no other daemon has queued since, locked until the commit."""
    fresh = []
    for seen in waiting:
        order = await orders.lock(tx, stored_id(seen))
        if order is None or order.state is not seen.state:
            continue
        sync = await orders.find_sync(tx, stored_id(order))
        if order.state is OrderState.CANCELLED:
            unqueued = sync.withdrawal_queued_at is None
        else:
            unqueued = not order.held and sync.queued_revision != order.revision
        if unqueued:
            fresh.append(order)
    return fresh
