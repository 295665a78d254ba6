"""Each approved revision waits for a job exactly once."""

from sqlalchemy import insert

from lsync.core.domain.order import OrderState
from lsync.core.store import orders
from lsync.core.store.database import Database
from tests.store.samples import LATER, NOW, order


async def test_only_approved_orders_wait(database: Database) -> None:
    async with database.write() as tx:
        for state in OrderState:
            await orders.insert(tx, order(f"PO-{state}", state=state), now=NOW)
        waiting = await orders.approved_unqueued(tx, 10)
    assert [each.order_number for each in waiting] == ["PO-approved"]


async def test_an_order_another_program_approved_waits_with_its_lines(
    database: Database,
) -> None:
    async with database.write() as tx:
        result = await tx.execute(
            insert(tx.tables.purchase_orders).values(
                order_number="EXT-1", supplier="A", outlet="B", state="approved"
            )
        )
        assert result.inserted_primary_key is not None
        await tx.execute(
            insert(tx.tables.purchase_order_lines).values(
                order_id=result.inserted_primary_key[0], line_no=1, sku="S", quantity=3
            )
        )
    async with database.read() as tx:
        (waiting,) = await orders.approved_unqueued(tx, 10)
    assert waiting.order_number == "EXT-1"
    assert waiting.lines[0].quantity == 3


async def test_a_queued_revision_waits_no_more_and_the_next_one_does(database: Database) -> None:
    async with database.write() as tx:
        stored = await orders.insert(tx, order(state=OrderState.APPROVED), now=NOW)
        order_id = orders.stored_id(stored)
        await orders.mark_queued(tx, order_id, revision=1, now=NOW)
        assert await orders.approved_unqueued(tx, 10) == []
        replaced = await orders.replace(tx, stored, new=order(note="more"), now=LATER)
        assert await orders.approved_unqueued(tx, 10) == [replaced]
        await orders.mark_queued(tx, order_id, revision=2, now=LATER)
        assert await orders.approved_unqueued(tx, 10) == []
        await orders.mark_pushed(tx, order_id, revision=2, now=LATER)
        sync = await orders.find_sync(tx, order_id)
    assert (sync.queued_revision, sync.pushed_revision) == (2, 2)


async def test_a_held_order_waits_only_after_its_release(database: Database) -> None:
    async with database.write() as tx:
        stored = await orders.insert(tx, order(state=OrderState.APPROVED), now=NOW)
        order_id = orders.stored_id(stored)
        await orders.hold(tx, order_id, held=True, now=NOW)
        assert await orders.approved_unqueued(tx, 10) == []
        assert await orders.approved_without_consignment(tx, 10) == []
        await orders.hold(tx, order_id, held=False, now=NOW)
        assert await orders.approved_unqueued(tx, 10) == [stored]


async def test_the_oldest_come_first_and_the_limit_holds(database: Database) -> None:
    async with database.write() as tx:
        for number in range(5):
            await orders.insert(tx, order(f"PO-{number}", state=OrderState.APPROVED), now=NOW)
        waiting = await orders.approved_unqueued(tx, 3)
    assert [each.order_number for each in waiting] == ["PO-0", "PO-1", "PO-2"]


async def test_orders_with_a_consignment_are_not_pending(database: Database) -> None:
    async with database.write() as tx:
        for number in ("PO-1", "PO-2"):
            stored = await orders.insert(tx, order(number, state=OrderState.APPROVED), now=NOW)
            await orders.mark_queued(tx, orders.stored_id(stored), revision=1, now=NOW)
        await orders.link_consignment(tx, orders.stored_id(stored), consignment_id="c-1", now=NOW)
        pending = await orders.approved_without_consignment(tx, 10)
    assert [each.order_number for each in pending] == ["PO-1"]
