"""What one of several daemons does for the whole queue: who that is, and what becomes of jobs."""

from datetime import timedelta

import pytest

from lsync.core import queue
from lsync.core.domain.job import JobState
from lsync.core.domain.outcome import Dead, Done
from lsync.core.queue.housekeeping import Housekeeping, Retention, Scheduler
from lsync.core.queue.leadership import DURATION, Leadership
from lsync.core.store import schedules
from lsync.core.store.database import Database
from lsync.core.store.schedules import Schedule
from tests.queue.conftest import Clock
from tests.queue.doing import Doing

MINUTE = timedelta(minutes=1)


@pytest.fixture
def doing(timed: Database) -> Doing:
    return Doing(timed)


async def lead(database: Database, who: Leadership) -> bool:
    async with database.write() as tx:
        return await who.lead(tx, now=await tx.now())


async def test_one_daemon_leads_until_it_falls_silent(timed: Database, clock: Clock) -> None:
    first, second = Leadership(worker_id="w1"), Leadership(worker_id="w2")
    assert await lead(timed, first)
    assert not await lead(timed, second)
    clock.move(seconds=20)
    assert await lead(timed, first)
    clock.move(seconds=20)
    assert not await lead(timed, second), "the first has renewed its lease"
    clock.now += DURATION
    assert await lead(timed, second)
    assert not await lead(timed, first)


async def test_a_daemon_that_stops_lets_the_next_lead_at_once(timed: Database) -> None:
    first, second = Leadership(worker_id="w1"), Leadership(worker_id="w2")
    await lead(timed, first)
    async with timed.write() as tx:
        await first.give_up(tx)
    assert await lead(timed, second)


async def test_a_restarted_daemon_leads_on(timed: Database) -> None:
    await lead(timed, Leadership(worker_id="w1"))
    assert await lead(timed, Leadership(worker_id="w1"))


async def test_only_the_leader_queues_periodic_work_and_keeps_house(
    doing: Doing, clock: Clock
) -> None:
    database, leader = doing.database, Leadership(worker_id="w1")
    async with database.write() as tx:
        poll = Schedule(name="poll", type="work", every=MINUTE)
        await schedules.define(tx, [poll], now=await tx.now())
    await lead(database, leader)
    other = Scheduler(database, leadership=Leadership(worker_id="w2"), longest_sleep=MINUTE)
    assert await database.run(other._enqueue_due) is None
    assert await doing.claim() == []
    own = Scheduler(database, leadership=leader, longest_sleep=MINUTE)
    assert await database.run(own._enqueue_due) == MINUTE
    assert len(await doing.claim()) == 1


async def test_each_state_is_kept_as_long_as_the_settings_say(doing: Doing, clock: Clock) -> None:
    done, dead, cancelled, waiting = [await doing.one() for _ in range(4)]
    jobs = await doing.claim(2)
    await doing.end_all([(jobs[0], Done()), (jobs[1], Dead(error="x"))])
    await doing.cancel(cancelled)
    keeping = Housekeeping(
        doing.database,
        leadership=Leadership(worker_id="w1"),
        every=MINUTE,
        retention=Retention(jobs=timedelta(days=30), failed=timedelta(days=90)),
    )
    start, left = clock.now, []
    for days in (29, 31, 89, 91):
        clock.now = start + timedelta(days=days)
        await keeping.keep()
        async with doing.database.read() as tx:
            left.append({job.id for job in await queue.listing(tx)})
    assert left == [
        {done, dead, cancelled, waiting},
        {dead, waiting},
        {dead, waiting},
        {waiting},
    ]
    assert (await doing.find(waiting)).state is JobState.PENDING
