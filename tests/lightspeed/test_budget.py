from collections import deque
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.lightspeed.budget import (
    HELD,
    WINDOW,
    MemoryBudget,
    allowance,
    forecast,
    free_at,
    limit_for,
    living,
)

from .conftest import NOW, Clock

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("registers", "limit"), [(1, 350), (4, 1250), (0, 350)])
def test_registers_set_the_limit(registers: int, limit: int) -> None:
    assert limit_for(registers) == limit


def test_ordinary_calls_leave_a_few_to_urgent_ones() -> None:
    assert allowance(350, urgent=False) == 340
    assert allowance(350, urgent=True) == 350
    assert allowance(1, urgent=False, reserve=0.9) == 1


def test_a_full_log_opens_when_its_oldest_call_leaves_the_window() -> None:
    sent = [NOW, NOW + SECOND, NOW + 2 * SECOND]
    now = NOW + 10 * SECOND
    assert free_at(sent, now=now, calls=1, allowed=4) is None
    assert free_at(sent, now=now, calls=1, allowed=3) == NOW + HELD
    assert free_at(sent, now=now, calls=2, allowed=3) == NOW + SECOND + HELD
    assert free_at(sent, now=NOW + HELD, calls=1, allowed=3) is None


def test_more_calls_than_the_budget_will_never_fit() -> None:
    with pytest.raises(ValueError, match="never fit"):
        free_at([], now=NOW, calls=4, allowed=3)


@given(
    st.lists(st.integers(0, 900), max_size=60),
    st.integers(1, 12),
    st.lists(st.booleans(), min_size=60, max_size=60),
)
async def test_no_window_ever_holds_more_than_the_limit(
    gaps: list[int], limit: int, urgent: list[bool]
) -> None:
    clock = Clock()
    budget = MemoryBudget(limit=limit, clock=clock)
    sent: deque[float] = deque()
    for gap, hurry in zip(gaps, urgent, strict=False):
        await clock.sleep(gap / 10)
        while (until := await budget.acquire(urgent=hurry)) is not None:
            assert until > clock.now
            clock.now = until
        sent.append((clock.now - NOW).total_seconds())
    for start in sent:
        arrived = [at for at in sent if start <= at <= start + WINDOW.total_seconds()]
        assert len(arrived) <= limit


async def test_the_reserve_is_for_urgent_calls_only(clock: Clock) -> None:
    budget = MemoryBudget(limit=10, clock=clock, reserve=0.1)
    assert [await budget.acquire() for _ in range(9)] == [None] * 9
    assert await budget.acquire() == NOW + HELD
    assert await budget.acquire(urgent=True) is None
    assert await budget.acquire(urgent=True) == NOW + HELD


async def test_lightspeeds_limit_replaces_the_assumed_one(clock: Clock) -> None:
    budget = MemoryBudget(limit=350, clock=clock)
    await budget.observe(limit=650, remaining=None, retry_at=None)
    assert (budget.limit, budget.left) == (650, 650)
    await budget.observe(limit=0, remaining=None, retry_at=None)
    assert budget.limit == 650


async def test_calls_of_others_count_and_are_forgotten_when_they_were_fewer(clock: Clock) -> None:
    budget = MemoryBudget(limit=100, clock=clock)
    await budget.acquire(calls=10)
    await budget.observe(limit=100, remaining=30, retry_at=None)
    assert budget.left == 30
    await budget.observe(limit=100, remaining=80, retry_at=None)
    assert budget.left == 80


async def test_a_higher_remaining_never_forgives_our_own_calls(clock: Clock) -> None:
    budget = MemoryBudget(limit=100, clock=clock)
    await budget.acquire(calls=10)
    await budget.observe(limit=100, remaining=100, retry_at=None)
    assert budget.left == 90


async def test_after_a_429_nobody_sends_before_the_named_time(clock: Clock) -> None:
    budget = MemoryBudget(limit=100, clock=clock)
    await budget.observe(limit=None, remaining=None, retry_at=NOW + 40 * SECOND)
    await budget.observe(limit=None, remaining=None, retry_at=NOW + 20 * SECOND)
    assert await budget.acquire(urgent=True) == NOW + 40 * SECOND
    assert budget.left == 0
    await clock.sleep(40)
    assert await budget.acquire() is None


async def test_a_clock_set_back_does_not_block_for_longer_than_a_window(clock: Clock) -> None:
    budget = MemoryBudget(limit=10, clock=clock)
    await budget.acquire(calls=9)
    await budget.observe(limit=None, remaining=None, retry_at=NOW + SECOND)
    clock.now -= timedelta(days=365)
    assert await budget.acquire() == clock.now + WINDOW
    clock.now += HELD
    assert budget.forecast(9) <= clock.now + WINDOW


def test_future_times_count_as_now() -> None:
    assert living([NOW, NOW + SECOND], now=NOW) == [NOW, NOW]


async def test_the_forecast_says_when_the_last_call_goes_out(clock: Clock) -> None:
    budget = MemoryBudget(limit=10, clock=clock, reserve=0.1)
    assert budget.forecast(9) == NOW
    assert budget.forecast(10) == NOW + HELD
    assert budget.forecast(10, urgent=True) == NOW
    await budget.acquire(calls=5)
    assert budget.forecast(4) == NOW
    assert budget.forecast(5) == NOW + HELD
    assert budget.forecast(27) == NOW + 3 * HELD


@given(st.lists(st.integers(0, 400), max_size=20), st.integers(1, 8), st.integers(0, 30))
def test_the_forecast_is_what_sending_one_by_one_takes(
    ages: list[int], allowed: int, calls: int
) -> None:
    sent = sorted(NOW - age * SECOND for age in ages)[-allowed:]
    log, now = list(sent), NOW
    for _ in range(calls):
        while (until := free_at(log, now=now, calls=1, allowed=allowed)) is not None:
            now = until
        log.append(now)
    assert forecast(sent, now=NOW, calls=calls, allowed=allowed) == now


@pytest.mark.parametrize(("limit", "reserve"), [(0, 0.1), (-1, 0.1), (10, 1.0), (10, -0.1)])
def test_a_budget_must_allow_something(limit: int, reserve: float, clock: Clock) -> None:
    with pytest.raises(ValueError, match="budget"):
        MemoryBudget(limit=limit, clock=clock, reserve=reserve)
