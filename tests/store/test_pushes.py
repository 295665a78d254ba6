"""Recovery points move forward once; a worker that lost its place cannot move them."""

import pytest

from lsync.core.store import orders, pushes
from lsync.core.store.database import Database
from lsync.core.store.pushes import PushRecord, StalePush
from tests.store.samples import LATER, NOW, order


@pytest.fixture
async def push(database: Database) -> PushRecord:
    async with database.write() as tx:
        order_id = orders.stored_id(await orders.insert(tx, order(), now=NOW))
        return await pushes.arm(
            tx,
            order_id,
            generation=1,
            reference="PO-1",
            step="armed",
            revision=1,
            watermark=40,
            now=NOW,
        )


async def test_an_armed_push_is_the_current_one(database: Database, push: PushRecord) -> None:
    async with database.read() as tx:
        assert await pushes.current(tx, push.order_id) == push
        assert await pushes.current(tx, push.order_id + 1) is None


async def test_a_step_keeps_what_it_changes(database: Database, push: PushRecord) -> None:
    async with database.write() as tx:
        moved = await pushes.advance(
            tx, push, step="uncertain", now=LATER, uncertain_since=NOW, looks=1
        )
        moved = await pushes.advance(
            tx, moved, step="created", now=LATER, consignment_id="c-1", uncertain_since=None
        )
        assert await pushes.current(tx, push.order_id) == moved
    assert (moved.step, moved.consignment_id, moved.looks) == ("created", "c-1", 1)
    assert moved.uncertain_since is None


async def test_a_stale_worker_cannot_advance(database: Database, push: PushRecord) -> None:
    async with database.write() as tx:
        moved = await pushes.advance(tx, push, step="created", now=LATER)
    with pytest.raises(StalePush, match="PO-1"):
        async with database.write() as tx:
            await pushes.advance(tx, push, step="lines", now=LATER)
    async with database.read() as tx:
        assert await pushes.current(tx, push.order_id) == moved


async def test_a_generation_is_armed_once(database: Database, push: PushRecord) -> None:
    again = {"step": "armed", "revision": 1, "watermark": None, "now": NOW}
    with pytest.raises(StalePush):
        async with database.write() as tx:
            await pushes.arm(tx, push.order_id, generation=1, reference="PO-1/9", **again)  # type: ignore[arg-type]  # its own arguments
    async with database.write() as tx:
        second = await pushes.arm(tx, push.order_id, generation=2, reference="PO-1/2", **again)  # type: ignore[arg-type]  # its own arguments
        assert await pushes.current(tx, push.order_id) == second
