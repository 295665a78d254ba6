"""What a job's end means for its order: its sync state, the error people see, the log."""

import structlog

from lsync.core.domain.at_rest import Remains, state_at_rest
from lsync.core.domain.consignment import FROZEN
from lsync.core.domain.job import Job
from lsync.core.domain.order import OrderState, PurchaseOrder, SyncState
from lsync.core.domain.outcome import Cancelled, Dead, Outcome, Retry, Snooze
from lsync.core.domain.records import LogStatus
from lsync.core.store import consignments, orders
from lsync.core.store.database import Transaction
from lsync.core.store.errors import StoreError
from lsync.core.store.orders import stored_id
from lsync.core.sync import recording
from lsync.core.sync.attribution import current_work
from lsync.core.sync.engine import Engine
from lsync.core.sync.journal import Journal
from lsync.core.sync.push_queueing import PUSH
from lsync.core.sync.repairing import REPAIR
from lsync.core.sync.said import Said

log = structlog.get_logger(__name__)


async def settle(engine: Engine, job: Job, outcome: Outcome, *, failed: bool) -> None:
    """Write down how a job ended, unless the operation has done so itself.

    ``failed``: an exception ended it. A database that is down cannot be told; the queue then
    keeps the outcome as soon as it can.
    """
    said = _said(job, outcome, failed=failed)
    if said is None and not isinstance(outcome, Snooze):
        return
    number = current_work().order_number

    async def work(tx: Transaction) -> None:
        order = await orders.find(tx, number) if number else None
        if said is not None:
            operation = job.type.partition(".")[2] or job.type
            journal = Journal(engine, operation=operation, order=order)
            await journal.write(tx, said, now=await tx.now())
        if order is not None and job.type in {PUSH, REPAIR}:
            await mark(tx, order, said, outcome)

    try:
        await engine.database.run(work)
    except StoreError as error:
        log.warning("the end of a job was not logged", job_id=job.id, error=str(error))


def _said(job: Job, outcome: Outcome, *, failed: bool) -> Said | None:
    match outcome:
        case Dead(error=error) if failed:
            return Said(step="failed", message=error, status=LogStatus.FAILED)
        case Retry(error=error):
            last = job.attempts + 1 >= job.max_attempts
            status = LogStatus.FAILED if last else LogStatus.WARNING
            return Said(step="failed" if last else "retry", message=error, status=status)
        case Snooze(reason=reason) if failed:
            return Said(step="waiting", message=reason, status=LogStatus.INFO)
        case Cancelled(reason=reason):
            return Said(step="cancelled", message=reason, status=LogStatus.WARNING)
        case _:
            return None


async def mark(tx: Transaction, order: PurchaseOrder, said: Said | None, outcome: Outcome) -> None:
    """Show on the order what its push came to."""
    now = await tx.now()
    order_id = stored_id(order)
    if said is not None and said.status is LogStatus.FAILED:
        await orders.set_error(tx, order_id, error=said.message, now=now)
        await orders.set_sync_state(tx, order_id, sync_state=SyncState.FAILED, now=now)
    elif isinstance(outcome, Cancelled):
        await put_to_rest(tx, order)
    else:
        await orders.set_sync_state(tx, order_id, sync_state=SyncState.QUEUED, now=now)


async def put_to_rest(tx: Transaction, order: PurchaseOrder, *, given_up: bool = False) -> None:
    """Show on the order how it stands now that nothing works on it.

    ``given_up``: a person took the failed job itself off the queue, so that it counts no more.
    """
    order_id = stored_id(order)
    sync = await orders.find_sync(tx, order_id)
    members = [it.view for it in await consignments.family(tx, order_id)]
    cancelled = order.state is OrderState.CANCELLED
    written = cancelled or await recording.is_written(tx, order)
    remains = Remains(
        held_there=order.consignment_id is not None and written,
        unwithdrawn=cancelled and any(it.known_status not in FROZEN for it in members),
        failed=sync.last_error is not None and not given_up,
        problems=order.problems,
    )
    state = state_at_rest(remains)
    await orders.set_sync_state(tx, order_id, sync_state=state, now=await tx.now())
