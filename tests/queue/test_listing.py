"""Jobs for lists: what a word in the filter finds."""

from datetime import timedelta

from lsync.core import queue
from lsync.core.store.database import Database
from tests.queue.doing import Doing


async def test_a_word_in_the_text_may_begin_a_state(doing: Doing, database: Database) -> None:
    running = await doing.one()
    await doing.claim()
    about_it = await doing.one(payload={"note": "processing fee"})
    waiting = await doing.one()

    async def found(text: str) -> list[int]:
        async with database.read() as tx:
            return [job.id for job in await queue.listing(tx, queue.JobFilter(text=text))]

    assert await found("Processing") == [about_it, running]
    assert await found("pend") == [waiting, about_it]
    assert await found("pen") == []


async def test_jobs_are_found_by_when_they_were_queued(doing: Doing, database: Database) -> None:
    jobs = [await doing.one() for _ in range(2)]
    moment = (await doing.find(jobs[1])).created_at

    async def found(which: queue.JobFilter) -> list[int]:
        async with database.read() as tx:
            return [job.id for job in await queue.listing(tx, which)]

    assert jobs[1] in await found(queue.JobFilter(since=moment))
    assert jobs[1] not in await found(queue.JobFilter(until=moment))
    assert await found(queue.JobFilter(since=moment + timedelta(seconds=1))) == []
