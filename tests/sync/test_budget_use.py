"""The call budget of one register: nearly all of it is used, and never more than there is."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from lsync.core.domain.job import JobState
from lsync.core.domain.order import OrderState
from lsync.core.lightspeed import limit_for
from lsync.core.store import orders
from lsync.core.store.budget import StoredBudget
from lsync.core.store.database import Database
from lsync.core.sync.push_queueing import queue_push
from tests.sync.retailer import Retailer, StillClock

LIMIT = limit_for(1)
WINDOW = timedelta(minutes=5)
CLEAN_PUSH = 4


async def queue(retailer: Retailer, number: str) -> None:
    order = await retailer.approve(number)
    async with retailer.database.write() as tx:
        await queue_push(tx, order, max_attempts=3)


async def next_due(retailer: Retailer) -> datetime | None:
    """When the first job that still waits may run."""
    async with retailer.database.read() as tx:
        table = tx.tables.queue_jobs
        waiting = select(func.min(table.c.available_at)).where(table.c.status == JobState.PENDING)
        found: datetime | None = await tx.scalar(waiting)
    return found


async def submitted(retailer: Retailer) -> int:
    async with retailer.database.read() as tx:
        by_state, _ = await orders.counts(tx)
    return by_state[OrderState.SUBMITTED]


@pytest.mark.parametrize("count", [100, pytest.param(1000, marks=pytest.mark.long)])
async def test_many_orders_use_the_budget_of_one_register_up(
    sqlite: Database, clock: StillClock, count: int
) -> None:
    budget = StoredBudget(sqlite, limit=LIMIT)
    retailer = Retailer(sqlite, clock=clock, registers=1, budget=budget)
    for number in range(count):
        await queue(retailer, f"PO-{number}")
    began, used = clock.now, 0
    await retailer.run_jobs(most=100 * count)
    while (due := await next_due(retailer)) is not None:
        used = retailer.calls
        clock.move(due - clock.now)
        await retailer.run_jobs(most=100 * count)
    assert await submitted(retailer) == count
    assert used >= 0.95 * LIMIT * ((clock.now - began) / WINDOW)
    shown = retailer.world.calls.shown(recent=0)
    assert shown["by_status"].get("429", 0) == 0
    assert retailer.calls <= (CLEAN_PUSH + 0.1) * count
