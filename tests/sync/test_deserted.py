"""An order whose job ended without its handler does not stay queued or syncing for ever."""

from datetime import timedelta

import pytest

from lsync.core.domain.order import SyncState
from lsync.core.store import jobs, orders, sync_log
from lsync.core.store.database import Database
from lsync.core.sync.deserted import settle_deserted
from lsync.core.sync.push_queueing import PUSH, queue_push
from tests.sync.retailer import Retailer, StillClock, assert_exactly_once, done


@pytest.fixture
async def shop(either: Database, clock: StillClock) -> Retailer:
    """A retailer on a database of either kind, with one order that is queued."""
    retailer = Retailer(either, clock=clock, products=60)
    await retailer.open()
    order = await retailer.approve()
    async with either.write() as tx:
        await queue_push(tx, order, max_attempts=3)
    return retailer


async def claim(retailer: Retailer) -> None:
    request = jobs.Claim(worker_id="w", types=[PUSH], limit=1, lease=timedelta(seconds=30))
    async with retailer.database.write() as tx:
        assert await jobs.claim(tx, request, now=retailer.clock())


async def crash(retailer: Retailer) -> None:
    """A worker takes the job, begins, and dies."""
    await claim(retailer)
    async with retailer.database.write() as tx:
        order = await orders.find(tx, "PO-1")
        assert order is not None
        now = retailer.clock()
        await orders.set_sync_state(
            tx, orders.stored_id(order), sync_state=SyncState.SYNCING, now=now
        )
        await jobs.recover_own(tx, worker_id="w", now=now)
    retailer.clock.move(timedelta(minutes=1))


async def test_an_order_whose_job_died_with_its_worker_fails_with_the_reason(
    shop: Retailer,
) -> None:
    for _ in range(3):
        assert await settle_deserted(shop.engine) == 0
        await crash(shop)
    assert (await shop.order()).sync_state is SyncState.SYNCING
    assert await settle_deserted(shop.engine) == 1
    assert (await shop.order()).sync_state is SyncState.FAILED
    async with shop.database.read() as tx:
        sync = await orders.find_sync(tx, orders.stored_id(await shop.order()))
        entries = await sync_log.search(tx, matching=sync_log.LogFilter(order="PO-1"))
    assert "ended 3 times" in (sync.last_error or "")
    assert any("ended 3 times" in entry.message for entry in entries)
    assert await settle_deserted(shop.engine) == 0
    done(await shop.push())
    await assert_exactly_once(shop, "PO-1")


async def test_what_waits_or_runs_is_left_alone(shop: Retailer) -> None:
    assert await settle_deserted(shop.engine) == 0
    await claim(shop)
    assert await settle_deserted(shop.engine) == 0
    assert (await shop.order()).sync_state is SyncState.QUEUED


async def test_an_order_without_any_job_is_not_synced(shop: Retailer) -> None:
    async with shop.database.write() as tx:
        await tx.execute(tx.tables.queue_jobs.delete())
    assert await settle_deserted(shop.engine) == 1
    assert (await shop.order()).sync_state is SyncState.NOT_SYNCED
