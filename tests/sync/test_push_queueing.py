"""Each approved revision is queued once, whoever approved it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import insert, update

from lsync.core.domain.job import Priority
from lsync.core.domain.order import OrderLine, OrderState, PurchaseOrder, SyncState
from lsync.core.store import jobs, orders
from lsync.core.store.database import Database
from lsync.core.sync.push_queueing import (
    Wish,
    order_key,
    push_key,
    queue_pending,
    queue_push,
    queue_unqueued,
)

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ORDER = PurchaseOrder(
    order_number="PO-1",
    supplier="Northwind",
    outlet="Main Street",
    state=OrderState.APPROVED,
    lines=(OrderLine(line_no=1, sku="SKU-1", quantity=Decimal(2)),),
)


async def put(database: Database, order: PurchaseOrder = ORDER) -> PurchaseOrder:
    async with database.write() as tx:
        return await orders.insert(tx, order, now=NOW)


async def test_an_order_another_program_approved_is_queued_once(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(
            insert(tx.tables.purchase_orders).values(
                order_number="EXT-1", supplier="A", outlet="B", state="approved"
            )
        )
    (queued,) = await queue_unqueued(database, max_attempts=4)
    assert (queued.order_number, queued.already_queued) == ("EXT-1", False)
    assert await queue_unqueued(database, max_attempts=4) == []
    async with database.read() as tx:
        found = await orders.find(tx, "EXT-1")
    assert found is not None
    assert found.sync_state is SyncState.QUEUED


async def test_a_raised_revision_is_queued_again(database: Database) -> None:
    await put(database)
    (first,) = await queue_unqueued(database, max_attempts=4)
    async with database.write() as tx:
        await tx.execute(update(tx.tables.purchase_orders).values(revision=2))
    (second,) = await queue_unqueued(database, max_attempts=4)
    # The first job still waits and will push the newest revision: one job is enough.
    assert (second.job_id, second.already_queued) == (first.job_id, True)
    assert await queue_unqueued(database, max_attempts=4) == []


async def test_several_daemons_looking_at_once_queue_it_once(
    database: Database, database_url: str
) -> None:
    for number in range(5):
        await put(database, replace(ORDER, order_number=f"PO-{number}"))
    other = await Database.open(database_url)
    try:
        looks = [queue_unqueued(each, max_attempts=4) for each in (database, other) * 3]
        queued = [one for look in await asyncio.gather(*looks) for one in look]
    finally:
        await other.aclose()
    assert sorted(one.order_number for one in queued) == [f"PO-{n}" for n in range(5)]
    assert not any(one.already_queued for one in queued)


async def test_held_and_unapproved_orders_are_left_alone(database: Database) -> None:
    await put(database, replace(ORDER, state=OrderState.DRAFT))
    held = await put(database, replace(ORDER, order_number="PO-2"))
    async with database.write() as tx:
        await orders.hold(tx, orders.stored_id(held), held=True, now=NOW)
    assert await queue_unqueued(database, max_attempts=4) == []
    assert await queue_pending(database, limit=10, max_attempts=4) == []


async def test_pending_takes_the_oldest_without_a_consignment(database: Database) -> None:
    for number in range(4):
        stored = await put(database, replace(ORDER, order_number=f"PO-{number}"))
        if number == 0:
            async with database.write() as tx:
                await orders.link_consignment(
                    tx, orders.stored_id(stored), consignment_id="c-1", now=NOW
                )
    queued = await queue_pending(database, limit=2, max_attempts=4)
    assert [one.order_number for one in queued] == ["PO-1", "PO-2"]
    again = await queue_pending(database, limit=10, max_attempts=4)
    assert [(one.order_number, one.already_queued) for one in again] == [
        ("PO-1", True),
        ("PO-2", True),
        ("PO-3", False),
    ]


async def test_a_persons_wish_carries_its_priority(database: Database) -> None:
    stored = await put(database)
    async with database.write() as tx:
        queued = await queue_push(
            tx, stored, max_attempts=1, priority=Priority.CRITICAL, wish=Wish.LOOK
        )
        job = await jobs.find(tx, queued.job_id)
    assert job is not None
    assert (job.priority, job.payload) == (
        Priority.CRITICAL,
        {"order_number": "PO-1", "look": True},
    )


async def test_a_very_long_number_of_another_program_still_fits_the_queue(
    database: Database,
) -> None:
    numbers = ["x" * 189 + end for end in "ab"]
    for number in numbers:
        await put(database, replace(ORDER, order_number=number))
    queued = await queue_unqueued(database, max_attempts=4)
    assert [one.order_number for one in queued] == numbers
    assert len({one.job_id for one in queued}) == 2
    for key in (order_key, push_key):
        assert len({key(number) for number in numbers}) == 2
        assert all(len(key(number)) <= 190 for number in numbers)
