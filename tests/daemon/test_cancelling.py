"""Orders whose push is taken off the queue stand as they did before it was queued."""

from lsync.core.control.client import ControlClient
from lsync.core.control.messages import LineChange, OrderEdit
from lsync.core.domain.order import SyncState
from lsync.core.domain.outcome import Cancelled
from lsync.core.queue import JobContext
from lsync.core.store import jobs
from lsync.core.sync.handlers import handlers
from lsync.core.sync.pull import pull_order
from lsync.core.sync.push_queueing import queue_unqueued
from lsync.daemon.application import Application
from lsync.simulator.running import RunningSimulator
from tests.daemon.test_syncing import (
    application,
    client,
    edit_at_the_till,
    sent,
    shop,
)

__all__ = ["application", "client", "sent", "shop"]


async def stands(client: ControlClient) -> SyncState:
    return (await client.order("PO-1")).sync_state


async def queue_and_cancel(client: ControlClient) -> int:
    queued = await client.sync("PO-1")
    assert await stands(client) is SyncState.QUEUED
    await client.cancel_job(queued.job_id)
    return queued.job_id


async def test_a_synced_order_stays_synced_and_is_queued_again_by_a_retry(
    sent: ControlClient,
) -> None:
    job_id = await queue_and_cancel(sent)
    assert await stands(sent) is SyncState.SYNCED
    await sent.retry_job(job_id)
    assert await stands(sent) is SyncState.QUEUED


async def test_a_drifted_order_stays_drifted(
    sent: ControlClient, application: Application, shop: RunningSimulator
) -> None:
    await edit_at_the_till(shop, "SKU-0001", count=4)
    await pull_order(application.engine, "PO-1")
    await queue_and_cancel(sent)
    assert await stands(sent) is SyncState.DRIFTED


async def test_an_edit_that_did_not_go_out_is_not_synced(
    sent: ControlClient, application: Application
) -> None:
    await sent.edit_order("PO-1", OrderEdit(lines=(LineChange(name="SKU-0001", quantity="9"),)))
    (queued,) = await queue_unqueued(application.database, max_attempts=4)
    await sent.cancel_job(queued.job_id)
    assert await stands(sent) is SyncState.NOT_SYNCED


async def test_one_of_two_waiting_pushes_leaves_the_order_queued(sent: ControlClient) -> None:
    push, look = await sent.sync("PO-1"), await sent.sync("PO-1", look=True)
    await sent.cancel_job(push.job_id)
    assert await stands(sent) is SyncState.QUEUED
    await sent.cancel_job(look.job_id)
    assert await stands(sent) is SyncState.SYNCED


async def test_a_failed_order_is_failed_again_when_its_next_try_is_cancelled(
    client: ControlClient, application: Application, shop: RunningSimulator
) -> None:
    (approved,) = await client.approve(["PO-1"])
    assert approved.job_id
    async with application.database.write() as tx:
        job = await jobs.find(tx, approved.job_id)
        orders = tx.tables.purchase_orders
        await tx.execute(orders.update().values(supplier="Nobody"))
        await jobs.cancel(tx, approved.job_id, now=await tx.now())
    await handlers(application.engine)[job.type](JobContext(job=job))
    assert await stands(client) is SyncState.FAILED
    await queue_and_cancel(client)
    assert await stands(client) is SyncState.FAILED
    assert list(shop.world.ledger) == []


async def test_a_running_check_that_is_cancelled_leaves_the_order_synced(
    sent: ControlClient, application: Application
) -> None:
    plan = await sent.plan("PO-1")
    queued = await sent.sync("PO-1", plan=plan.state_hash)
    async with application.database.write() as tx:
        job = await jobs.find(tx, queued.job_id)
        orders = tx.tables.purchase_orders
        await tx.execute(orders.update().values(supplier="Somebody else"))
    outcome = await handlers(application.engine)[job.type](JobContext(job=job))
    assert isinstance(outcome, Cancelled)
    assert await stands(sent) is SyncState.SYNCED
