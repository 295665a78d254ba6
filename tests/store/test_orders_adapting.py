"""Single changes taken over into an order: its revision rises, and nothing has to be sent."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lsync.core.domain.order import OrderState
from lsync.core.domain.remote_change import WrittenLine
from lsync.core.store import orders, written_lines
from lsync.core.store.database import Database
from lsync.core.store.orders import OrderConflict, stored_id
from tests.store.samples import LATER, NOW, line, order


async def test_a_taken_over_value_is_neither_queued_nor_pushed_again(database: Database) -> None:
    async with database.write() as tx:
        stored = await orders.insert(tx, order(state=OrderState.APPROVED), now=NOW)
        order_id = stored_id(stored)
        await orders.mark_queued(tx, order_id, revision=1, now=NOW)
        await orders.mark_pushed(tx, order_id, revision=1, now=NOW)
        changed = replace(stored.lines[0], unit_cost=Decimal(9))
        taken = await orders.adapt(tx, stored, line=changed, now=LATER)
        assert (taken.revision, taken.lines[0].unit_cost) == (2, Decimal(9))
        sync = await orders.find_sync(tx, order_id)
        assert (sync.queued_revision, sync.pushed_revision) == (2, 2)
        assert await orders.approved_unqueued(tx, 10) == []


async def test_an_edit_that_is_still_to_be_sent_stays_to_be_sent(database: Database) -> None:
    async with database.write() as tx:
        stored = await orders.insert(tx, order(state=OrderState.APPROVED, revision=2), now=NOW)
        await orders.mark_pushed(tx, stored_id(stored), revision=1, now=NOW)
        await orders.adapt(tx, stored, line=stored.lines[0], now=LATER)
        assert (await orders.find_sync(tx, stored_id(stored))).pushed_revision == 1
        assert len(await orders.approved_unqueued(tx, 10)) == 1


async def test_lines_are_added_and_dropped(database: Database) -> None:
    async with database.write() as tx:
        stored = await orders.insert(tx, order(), now=NOW)
        added = await orders.adapt(tx, stored, line=line(3, product_id="p-3"), now=LATER)
        assert [it.line_no for it in added.lines] == [1, 2, 3]
        dropped = await orders.drop_line(tx, added, line_no=1, now=LATER)
        assert [it.line_no for it in dropped.lines] == [2, 3]
        assert dropped.revision == 3


async def test_an_order_that_was_changed_meanwhile_is_left_alone(database: Database) -> None:
    async with database.write() as tx:
        stored = await orders.insert(tx, order(), now=NOW)
        await orders.adapt(tx, stored, line=stored.lines[0], now=LATER)
        with pytest.raises(OrderConflict):
            await orders.adapt(tx, stored, line=stored.lines[0], now=LATER)
        with pytest.raises(OrderConflict):
            await orders.drop_line(tx, stored, line_no=1, now=LATER)


async def test_written_lines_follow_what_was_taken_over(database: Database) -> None:
    async with database.write() as tx:
        order_id = stored_id(await orders.insert(tx, order(), now=NOW))
        fresh = WrittenLine(quantity=Decimal(2), unit_cost=Decimal(3))
        await written_lines.put(tx, order_id, product_id="p", line=fresh)
        assert await written_lines.of_order(tx, order_id) == {"p": fresh}
        await written_lines.put(tx, order_id, product_id="p", line=None)
        assert await written_lines.of_order(tx, order_id) == {}
