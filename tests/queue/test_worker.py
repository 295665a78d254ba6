"""A whole worker on a real database: what starts when, and what handlers see."""

import asyncio
from datetime import UTC, datetime, timedelta

from lsync.core.domain.job import JobState
from lsync.core.domain.outcome import Done, Outcome, Snooze
from lsync.core.queue import JobContext
from lsync.core.store.database import Database
from tests.queue.doing import Doing
from tests.queue.working import finished, working


async def test_it_carries_out_what_is_there_and_what_comes(doing: Doing) -> None:
    seen: list[int] = []

    async def handler(context: JobContext) -> Outcome:
        seen.append(context.job.id)
        return Done(result={"n": context.job.id})

    first = await doing.one()
    async with working(doing.database, handler):
        await finished(doing, first)
        second = await doing.one()
        (job,) = await finished(doing, second)
    assert seen == [first, second]
    assert (job.state, job.result) == (JobState.COMPLETED, {"n": second})


async def test_a_new_job_starts_at_once_however_long_the_idle_sleep(doing: Doing) -> None:
    async def handler(context: JobContext) -> Outcome:
        return Done()

    async with working(doing.database, handler, worker_sleep=timedelta(hours=1)):
        async with asyncio.timeout(10):
            await finished(doing, await doing.one())
            await finished(doing, await doing.one())


async def test_a_job_of_another_process_is_noticed(doing: Doing, database_url: str) -> None:
    async def handler(context: JobContext) -> Outcome:
        return Done()

    async with await Database.open(database_url) as other, working(doing.database, handler):
        await asyncio.sleep(0)
        job_id = await Doing(other).one()
        await finished(doing, job_id)


async def test_a_resting_job_starts_when_it_is_due_not_at_the_next_look(doing: Doing) -> None:
    tries: list[datetime] = []

    async def handler(context: JobContext) -> Outcome:
        tries.append(datetime.now(UTC))
        if len(tries) == 1:
            return Snooze(until=datetime.now(UTC) + timedelta(milliseconds=200), reason="wait")
        return Done()

    async with working(doing.database, handler, worker_sleep=timedelta(hours=1)):
        async with asyncio.timeout(20):
            await finished(doing, await doing.one())
    assert len(tries) == 2


async def test_at_most_so_many_run_at_a_time(doing: Doing) -> None:
    running, most = 0, 0

    async def handler(context: JobContext) -> Outcome:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.002)
        running -= 1
        return Done()

    ids = [await doing.one() for _ in range(40)]
    async with working(doing.database, handler, concurrency=3):
        await finished(doing, *ids)
    assert most == 3


async def test_a_handler_sees_its_job_committed_as_processing(doing: Doing) -> None:
    """No handler starts before its claim is committed."""
    states: list[JobState] = []

    async def handler(context: JobContext) -> Outcome:
        states.append((await doing.find(context.job.id)).state)
        return Done()

    ids = [await doing.one() for _ in range(10)]
    async with working(doing.database, handler):
        await finished(doing, *ids)
    assert set(states) == {JobState.PROCESSING}
