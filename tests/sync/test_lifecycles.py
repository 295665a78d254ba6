"""Whole lives of orders under faults and kills, by seed, on a clock that nobody waits for.

A failing seed replays exactly: `pytest "tests/sync/test_lifecycles.py" -k seed-17`.
"""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from lsync.core.domain.order import OrderState, SyncState
from lsync.core.queue import NewJob
from lsync.core.store import jobs, orders
from lsync.core.store.database import Database
from lsync.core.sync.deserted import settle_deserted
from lsync.core.sync.push_queueing import queue_push
from tests.sync.fuse import Fuse, Killed
from tests.sync.retailer import Retailer, StillClock

ORDERS = 12
FAULTS = {
    "lost_reply": 0.05,
    "late_execution": 0.02,
    "5xx": 0.03,
    "429_storm": 0.03,
    "token_expiry": 0.01,
    "reset": 0.02,
    "truncated_json": 0.02,
}
KILLED = 0.3
MOST_ROUNDS = 400


class Life:
    """One seed's run: a retailer, a fuse that kills, and what each order is to become."""

    def __init__(self, database: Database, clock: StillClock, seed: int) -> None:
        self.chance = Random(seed)
        self.clock = clock
        self.fuse = Fuse()
        self.retailer = Retailer(
            database, clock=clock, transport=self.fuse.wire, seed=seed, products=60
        )
        self.numbers = [f"PO-{seed}-{place}" for place in range(ORDERS)]
        self.deaths = 0

    async def begin(self) -> None:
        for number in self.numbers:
            await self.retailer.approve(number, lines=self.chance.randint(1, 25))
            await self._queue(number)
        for name, rate in FAULTS.items():
            await self.retailer.fault(name, rate=rate, seconds=self.chance.randint(1, 350))

    async def _queue(self, number: str) -> None:
        async with self.retailer.database.write() as tx:
            order = await orders.find(tx, number)
            assert order is not None
            await queue_push(tx, order, max_attempts=1000)

    async def work(self) -> None:
        """Run what is due; now and then the process dies at a random point."""
        self.fuse.again(self.chance.randint(0, 80) if self.chance.random() < KILLED else None)
        with pytest.MonkeyPatch.context() as patch:
            self.fuse.watch(self.retailer.database, patch)
            try:
                await self.retailer.run_jobs(most=4000)
            except Killed:
                self.deaths += 1
        self.fuse.again()
        async with self.retailer.database.write() as tx:
            await jobs.recover_own(tx, worker_id="w", now=self.clock())
        await settle_deserted(self.retailer.engine)

    async def live(self) -> None:
        """Push everything, let the shop receive half of it, follow by polling."""
        await self._until(self._all_sent)
        for consignment in list(self.retailer.world.consignments):
            if self.chance.random() < 0.5:
                await self.retailer.receive(consignment.id)
        await self._until(self._all_seen)

    async def _until(self, settled: Callable[[], Awaitable[bool]]) -> None:
        for _ in range(MOST_ROUNDS):
            await self.retailer.queue(NewJob(type="sync.poll", unique_key="poll"))
            await self.work()
            if await settled():
                return
            await self._retry_what_failed()
            self.clock.move(timedelta(seconds=self.chance.randint(5, 90)))
        raise AssertionError("an order is stuck")

    async def _retry_what_failed(self) -> None:
        """The person on duty: an order whose job died three times is queued again."""
        for number in self.numbers:
            order = await self.retailer.order(number)
            if order.sync_state is SyncState.FAILED:
                await self._queue(number)

    async def _all_sent(self) -> bool:
        found = [await self.retailer.order(number) for number in self.numbers]
        return all(
            (order.state, order.sync_state) == (OrderState.SUBMITTED, SyncState.SYNCED)
            for order in found
        )

    async def _all_seen(self) -> bool:
        there = {it.reference: it.status for it in self.retailer.world.consignments}
        expected = {"RECEIVED": OrderState.RECEIVED, "SENT": OrderState.SUBMITTED}
        found = [await self.retailer.order(number) for number in self.numbers]
        return all(
            order.state is expected[there[order.order_number]]
            and order.sync_state is SyncState.SYNCED
            for order in found
        )

    async def judge(self) -> None:
        """By the ledger: one consignment each, as ordered; by the books: what came, came."""
        ledger = list((await self.retailer.ledger()).values())
        products = {row.fields["sku"]: row.id for row in self.retailer.world.products}
        assert sorted(it.reference or "" for it in ledger) == sorted(self.numbers)
        for consigned in ledger:
            order = await self.retailer.order(consigned.reference or "")
            wanted = {products[it.sku]: (it.quantity, it.unit_cost) for it in order.lines}
            assert consigned.lines == wanted
            received = order.state is OrderState.RECEIVED
            for line in order.lines:
                assert line.received == (line.quantity if received else 0)
            assert order.sync_state is SyncState.SYNCED
            assert order.problems == ()


async def live(database: Database, clock: StillClock, seed: int) -> None:
    life = Life(database, clock, seed)
    await life.retailer.open()
    await life.begin()
    await life.live()
    await life.judge()


@pytest.fixture
async def empty(
    tmp_path: Path, sqlite_template: Path, clock: StillClock
) -> AsyncIterator[Database]:
    """A database that knows nothing yet."""
    path = tmp_path / "life.db"
    shutil.copy(sqlite_template, path)
    async with await Database.open(f"sqlite:///{path}", clock=clock) as opened:
        yield opened


@pytest.mark.parametrize("seed", range(4), ids=lambda seed: f"seed-{seed}")
async def test_a_few_lives(empty: Database, clock: StillClock, seed: int) -> None:
    await live(empty, clock, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 1000), ids=lambda seed: f"seed-{seed}")
async def test_ten_thousand_lives(empty: Database, clock: StillClock, seed: int) -> None:
    await live(empty, clock, seed)
