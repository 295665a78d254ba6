"""Orders that still count as queued or syncing although nothing in the queue works on them.

A handler writes down itself what its end means for the order. It cannot when the job ends
without it: its worker died again and again, it ran out of time, somebody pruned the queue.
"""

from collections.abc import Sequence

from lsync.core.domain.job import Job, JobState
from lsync.core.domain.order import PurchaseOrder, SyncState
from lsync.core.domain.outcome import Cancelled, Dead, Outcome
from lsync.core.domain.records import LogStatus
from lsync.core.store import orders
from lsync.core.store.database import Transaction
from lsync.core.store.jobs.by_order import newest, running_keys, waiting_among
from lsync.core.store.orders import stored_id
from lsync.core.sync.aftermath import mark
from lsync.core.sync.attribution import working
from lsync.core.sync.engine import Engine
from lsync.core.sync.journal import Journal
from lsync.core.sync.pull_queueing import pull_keys
from lsync.core.sync.push_queueing import PUSH, Wish, order_key, push_key, repair_key
from lsync.core.sync.repairing import REPAIR
from lsync.core.sync.said import Said

PAGE = 200
UNDER_WAY = (SyncState.QUEUED, SyncState.SYNCING)


async def settle_deserted(engine: Engine) -> int:
    """Say of each such order how its work ended; return how many there were.

    Costs reads only when there is none; several daemons may look at the same time.
    """
    settled, after = 0, 0
    while True:
        async with engine.database.read() as tx:
            page = await orders.in_sync_states(tx, UNDER_WAY, after=after, limit=PAGE)
            deserted = await _without_work(tx, page)
        for order in deserted:
            settled += await _settle(engine, order)
        if len(page) < PAGE:
            return settled
        after = stored_id(page[-1])


async def _without_work(tx: Transaction, page: Sequence[PurchaseOrder]) -> list[PurchaseOrder]:
    if not page:
        return []
    keys = {order.order_number: _unique_keys(order) for order in page}
    waiting = await waiting_among(tx, [key for found in keys.values() for key in found])
    running = await running_keys(tx)
    return [
        order
        for order in page
        if waiting.isdisjoint(keys[order.order_number])
        and order_key(order.order_number) not in running
    ]


def _unique_keys(order: PurchaseOrder) -> tuple[str, ...]:
    """Return the keys of every job that may wait for the order and settles it."""
    looks = pull_keys(order.consignment_id) if order.consignment_id else ()
    return (*_push_keys(order.order_number), repair_key(order.order_number), *looks)


def _push_keys(number: str) -> tuple[str, ...]:
    return (push_key(number), *(push_key(number, wish=wish) for wish in Wish))


async def is_pushed_by_another(tx: Transaction, number: str) -> bool:
    """Whether a push of the order still waits or runs, apart from one that has just ended."""
    waiting = await waiting_among(tx, _push_keys(number))
    return bool(waiting) or order_key(number) in await running_keys(tx)


async def _settle(engine: Engine, seen: PurchaseOrder) -> bool:
    async def work(tx: Transaction) -> bool:
        order = await orders.lock(tx, stored_id(seen))
        if order is None or order.sync_state not in UNDER_WAY:
            return False
        if not await _without_work(tx, [order]):
            return False
        job = await newest(tx, concurrency_key=order_key(order.order_number), types=(PUSH, REPAIR))
        said, outcome = _ending_of(job)
        with working(job_id=job.id if job else None, order_number=order.order_number):
            journal = Journal(engine, operation="push", order=order)
        await journal.write(tx, said, now=await tx.now())
        await mark(tx, order, said, outcome)
        return True

    return await engine.database.run(work)


def _ending_of(job: Job | None) -> tuple[Said, Outcome]:
    if job is not None and job.state is JobState.FAILED:
        error = job.error or "its job failed without a word"
        said = Said(step="failed", message=error, status=LogStatus.FAILED)
        return said, Dead(error=error, error_class=job.error_class or "Dead")
    message = "nothing in the queue works on it any more"
    said = Said(step="deserted", message=message, status=LogStatus.WARNING)
    return said, Cancelled(reason=message)
