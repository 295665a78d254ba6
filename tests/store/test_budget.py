"""The budget that all daemons share: never more than the limit in any window."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from lsync.core.store.budget import HELD, StoredBudget
from lsync.core.store.database import Database

START = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def shared(database_url: str, clock: Clock) -> AsyncIterator[list[Database]]:
    """Two daemons on one database."""
    opened = [await Database.open(database_url, clock=clock) for _ in range(2)]
    yield opened
    for each in opened:
        await each.aclose()


async def test_the_limit_holds_over_several_daemons(shared: list[Database], clock: Clock) -> None:
    budgets = [StoredBudget(each, limit=10, reserve=0) for each in shared]
    answers = await asyncio.gather(*(budgets[n % 2].acquire() for n in range(14)))
    assert sum(answer is None for answer in answers) == 10
    assert {answer for answer in answers if answer is not None} == {START + HELD}
    clock.pass_by(304)
    assert await budgets[0].acquire() == START + HELD
    clock.pass_by(1)
    assert await budgets[1].acquire() is None


async def test_a_window_never_holds_more_than_the_limit(
    shared: list[Database], clock: Clock
) -> None:
    budget = StoredBudget(shared[0], limit=5, reserve=0)
    sent: list[datetime] = []
    for _ in range(120):
        if await budget.acquire() is None:
            sent.append(clock.now)
        clock.pass_by(13)
    for index, at in enumerate(sent):
        within = [other for other in sent[index:] if other - at < timedelta(seconds=300)]
        assert len(within) <= 5
    assert len(sent) >= 20


async def test_some_calls_are_kept_for_urgent_work(shared: list[Database]) -> None:
    budget = StoredBudget(shared[0], limit=10, reserve=0.2)
    assert [await budget.acquire() for _ in range(9)].count(None) == 8
    assert await budget.acquire(urgent=True) is None
    assert await budget.acquire(calls=1, urgent=True) is None
    assert await budget.acquire(urgent=True) is not None


async def test_several_calls_at_once_fit_whole_or_not_at_all(
    shared: list[Database], clock: Clock
) -> None:
    budget = StoredBudget(shared[0], limit=10, reserve=0)
    assert await budget.acquire(calls=6) is None
    clock.pass_by(10)
    assert await budget.acquire(calls=4) is None
    assert await budget.acquire(calls=5) == START + HELD
    assert await budget.acquire(calls=8) == START + timedelta(seconds=10) + HELD
    with pytest.raises(ValueError, match="11 calls"):
        await budget.acquire(calls=11)


async def test_calls_that_only_lightspeed_saw_are_counted(shared: list[Database]) -> None:
    budget = StoredBudget(shared[0], limit=350, reserve=0)
    await budget.acquire()
    await budget.observe(limit=350, remaining=100, retry_at=None)
    state = await StoredBudget(shared[1], limit=350).state()
    assert (state.limit, state.used, state.remaining) == (350, 250, 100)
    await budget.observe(limit=350, remaining=300, retry_at=None)
    assert (await budget.state()).used == 250


async def test_another_limit_in_the_headers_is_taken_over_by_all(
    shared: list[Database],
) -> None:
    await StoredBudget(shared[0], limit=350).observe(limit=950, remaining=950, retry_at=None)
    assert (await StoredBudget(shared[1], limit=350).state()).limit == 950
    await StoredBudget(shared[1], limit=350).set_limit(650)
    assert (await StoredBudget(shared[0], limit=350).state()).limit == 650


@pytest.mark.parametrize("limit", [0, -5, 10**9, None])
async def test_a_nonsense_limit_is_ignored(shared: list[Database], limit: int | None) -> None:
    budget = StoredBudget(shared[0], limit=350)
    await budget.observe(limit=limit, remaining=None, retry_at=None)
    assert (await budget.state()).limit == 350


async def test_after_a_refusal_nobody_calls_before_the_time_named(
    shared: list[Database], clock: Clock
) -> None:
    budgets = [StoredBudget(each, limit=350) for each in shared]
    until = START + timedelta(seconds=42)
    await budgets[0].observe(limit=None, remaining=None, retry_at=until)
    await budgets[0].observe(limit=None, remaining=None, retry_at=START)
    assert await budgets[1].acquire(urgent=True) == until
    state = await budgets[1].state()
    assert (state.remaining, state.available_at) == (0, until)
    clock.pass_by(42)
    assert await budgets[1].acquire() is None


async def test_an_answer_that_says_nothing_new_writes_nothing(
    shared: list[Database],
) -> None:
    budget = StoredBudget(shared[0], limit=350)
    await budget.acquire()
    before = await shared[1].data_version()
    await budget.observe(limit=350, remaining=349, retry_at=None)
    assert await shared[1].data_version() == before


async def test_what_other_daemons_called_is_not_taken_for_calls_that_nobody_counted(
    shared: list[Database],
) -> None:
    ours, theirs = (StoredBudget(each, limit=350) for each in shared)
    await ours.acquire()
    await theirs.acquire(calls=3)
    await ours.observe(limit=350, remaining=346, retry_at=None)
    assert (await theirs.state()).used == 4


async def test_an_answer_is_measured_by_the_newest_count(shared: list[Database]) -> None:
    budget = StoredBudget(shared[0], limit=350)
    await budget.acquire(calls=5)
    await budget.observe(limit=350, remaining=345, retry_at=None)
    await budget.acquire()
    await budget.observe(limit=350, remaining=340, retry_at=None)
    assert (await budget.state()).used == 10


async def test_calls_that_no_longer_count_are_forgotten(
    shared: list[Database], clock: Clock
) -> None:
    budget = StoredBudget(shared[0], limit=350)
    for _ in range(5):
        await budget.acquire()
    clock.pass_by(400)
    await budget.acquire()
    async with shared[0].read() as tx:
        rows = (await tx.execute(shared[0].tables.budget_calls.select())).all()
    assert len(rows) == 1


@pytest.mark.parametrize(("limit", "reserve"), [(0, 0.1), (10**7, 0.1), (10, 1.0), (10, -0.1)])
async def test_a_budget_needs_sensible_numbers(
    shared: list[Database], limit: int, reserve: float
) -> None:
    with pytest.raises(ValueError, match="positive limit"):
        StoredBudget(shared[0], limit=limit, reserve=reserve)
