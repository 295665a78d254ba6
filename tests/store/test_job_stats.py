"""Numbers about the queue, kept while jobs move."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from lsync.core.domain.job import JobState, Priority
from lsync.core.domain.outcome import Dead, Done, Retry
from lsync.core.queue import NewJob, stats
from lsync.core.store import job_stats
from lsync.core.store.database import Database
from tests.queue.conftest import Clock
from tests.queue.doing import Doing


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def doing(database_url: str, clock: Clock) -> AsyncIterator[Doing]:
    async with await Database.open(database_url, clock=clock) as opened:
        yield Doing(opened, types=("work", "other"))


async def test_counts_by_state_priority_and_type(doing: Doing) -> None:
    for priority in (Priority.HIGH, Priority.LOW, Priority.LOW):
        await doing.one(priority=priority)
    await doing.enqueue(NewJob(type="other"))
    (job,) = await doing.claim(1)
    async with doing.database.read() as tx:
        counts = await job_stats.counts(tx)
    assert counts.by_priority[JobState.PROCESSING][Priority.HIGH] == 1
    assert counts.by_priority[JobState.PENDING][Priority.LOW] == 2
    assert counts.by_priority[JobState.FAILED] == dict.fromkeys(Priority, 0)
    assert counts.by_type["other"][JobState.PENDING] == 1
    assert job.type == "work"


async def test_counts_follow_prunes_and_rolled_back_transactions(
    doing: Doing, clock: Clock
) -> None:
    from lsync.core import queue

    await doing.one()
    await doing.end((await doing.claim())[0], Done())

    async def fail() -> None:
        async with doing.database.write() as tx:
            await queue.enqueue(tx, NewJob(type="work"), now=clock.now)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    clock.move(days=1)
    assert await queue.prune_all(doing.database, older_than=timedelta(hours=1)) == 1
    async with doing.database.read() as tx:
        counts = await job_stats.counts(tx)
    assert not any(any(numbers.values()) for numbers in counts.by_priority.values())


async def test_the_age_of_the_oldest_job_that_could_run(doing: Doing, clock: Clock) -> None:
    async with doing.database.read() as tx:
        assert await job_stats.oldest_pending(tx, now=clock.now) is None
    await doing.one(available_at=clock.now + timedelta(hours=1))
    await doing.one(priority=Priority.LOW)
    clock.move(minutes=5)
    await doing.one(priority=Priority.CRITICAL)
    async with doing.database.read() as tx:
        assert await job_stats.oldest_pending(tx, now=clock.now) == timedelta(minutes=5)


async def test_waiting_and_running_times(doing: Doing, clock: Clock) -> None:
    for wait, run in ((1, 10), (2, 20), (3, 30)):
        await doing.one()
        clock.move(seconds=wait)
        (job,) = await doing.claim()
        clock.move(seconds=run)
        await doing.end(job, Done())
    async with doing.database.read() as tx:
        found = await job_stats.durations(tx)
    assert found is not None
    assert (found.wait_p50, found.wait_p95) == (timedelta(seconds=2), timedelta(seconds=3))
    assert (found.run_p50, found.run_average) == (timedelta(seconds=20), timedelta(seconds=20))


async def test_the_pulse_of_the_last_hour(doing: Doing, clock: Clock) -> None:
    for minutes, outcome in ((0, Done()), (10, Done()), (10, Dead(error="x")), (90, Done())):
        clock.move(minutes=minutes)
        await doing.one()
        await doing.end((await doing.claim())[0], outcome)
    async with doing.database.read() as tx:
        pulse = await job_stats.pulse(tx, now=clock.now)
    assert (sum(pulse.completed), sum(pulse.failed), pulse.completed[-1]) == (1, 0, 1)
    earlier = clock.now - timedelta(minutes=90)
    async with doing.database.write() as tx:
        pulse = await job_stats.pulse(tx, now=earlier)
        assert (pulse.completed[-21], pulse.completed[-11], pulse.failed[-1]) == (1, 1, 1)
        assert await job_stats.forget_minutes(tx, before=clock.now - timedelta(minutes=1)) == 3


async def test_dead_letters_are_grouped_by_reason(doing: Doing) -> None:
    ids = [await doing.one(max_attempts=1) for _ in range(3)]
    one, two, three = await doing.claim()
    await doing.end_all(
        [
            (one, Dead(error="no outlet", error_class="Blocked")),
            (two, Retry(error="HTTP 500", error_class="ServerError")),
            (three, Dead(error="no supplier", error_class="Blocked")),
        ]
    )
    async with doing.database.read() as tx:
        groups = await job_stats.error_groups(tx)
    assert [(group.error_class, group.jobs) for group in groups] == [
        ("Blocked", 2),
        ("ServerError", 1),
    ]
    assert (groups[0].newest_job, groups[0].example) == (ids[2], "no supplier")


async def test_everything_at_once_on_an_empty_queue(doing: Doing, clock: Clock) -> None:
    async with doing.database.read() as tx:
        found = await stats(tx, now=clock.now)
    assert (found.oldest_pending, found.durations, found.workers, found.error_groups) == (
        None,
        None,
        (),
        (),
    )
