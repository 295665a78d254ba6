"""Jobs for lists: what a word in the filter finds."""

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
