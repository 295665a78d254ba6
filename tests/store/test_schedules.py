"""Periodic work: each due run is queued once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from lsync.core.domain.outcome import Done
from lsync.core.store import schedules
from lsync.core.store.database import Database
from lsync.core.store.schedules import Missed, Schedule
from tests.queue.doing import Doing

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
POLL = Schedule(name="poll", type="work", every=timedelta(minutes=1), payload={"a": 1})


async def define(database: Database, *wanted: Schedule, now: datetime = NOW) -> None:
    async with database.write() as tx:
        await schedules.define(tx, wanted, now=now)


async def due(database: Database, now: datetime) -> list[int]:
    async with database.write() as tx:
        return await schedules.enqueue_due(tx, now=now)


async def finish_all(database: Database) -> int:
    doing = Doing(database)
    jobs = await doing.claim()
    await doing.end_all([(job, Done()) for job in jobs])
    return len(jobs)


async def test_a_run_is_queued_when_due_and_not_before_the_next(database: Database) -> None:
    await define(database, POLL)
    assert len(await due(database, NOW)) == 1
    assert await due(database, NOW + timedelta(seconds=59)) == []
    async with database.read() as tx:
        assert await schedules.next_due(tx) == NOW + timedelta(minutes=1)
    assert await finish_all(database) == 1
    assert len(await due(database, NOW + timedelta(seconds=60))) == 1


async def test_a_run_that_still_waits_is_not_joined_by_a_second(database: Database) -> None:
    await define(database, POLL)
    first = await due(database, NOW)
    assert await due(database, NOW + timedelta(minutes=1)) == first
    assert await finish_all(database) == 1


async def test_missed_runs_are_made_up_for_once_or_left_out(database: Database) -> None:
    report = Schedule(name="report", type="work", every=timedelta(hours=1), missed=Missed.SKIP)
    await define(database, POLL, report)
    await due(database, NOW)
    await finish_all(database)
    late = NOW + timedelta(hours=5, minutes=30, seconds=7)
    assert len(await due(database, late)) == 1
    assert await due(database, late) == []
    async with database.read() as tx:
        assert await schedules.next_due(tx) == NOW + timedelta(hours=5, minutes=31)


async def test_defining_again_keeps_the_next_run_and_drops_what_is_gone(
    database: Database,
) -> None:
    await define(database, POLL, Schedule(name="old", type="work", every=timedelta(hours=1)))
    await due(database, NOW)
    await define(database, POLL, now=NOW + timedelta(seconds=30))
    assert await due(database, NOW + timedelta(seconds=30)) == []
    assert len(await due(database, NOW + timedelta(minutes=1))) == 1


async def test_a_shorter_time_between_runs_counts_from_its_start_on(database: Database) -> None:
    await define(database, replace(POLL, every=timedelta(hours=1)))
    await due(database, NOW)
    await finish_all(database)
    await define(database, POLL, now=NOW + timedelta(seconds=5))
    assert await due(database, NOW + timedelta(seconds=64)) == []
    assert len(await due(database, NOW + timedelta(seconds=65))) == 1


async def test_of_several_daemons_one_queues_the_run(database: Database, database_url: str) -> None:
    await define(database, POLL)
    async with await Database.open(database_url) as other:

        async def race(which: Database) -> list[int]:
            return await which.run(lambda tx: schedules.enqueue_due(tx, now=NOW))

        found = await asyncio.gather(*(race(it) for it in (database, other) * 5))
    assert sum(len(ids) for ids in found) == 1
    assert await finish_all(database) == 1
