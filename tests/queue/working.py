"""A worker that runs during a block, and waiting for what it does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from lsync.core.domain.job import Job
from lsync.core.queue import Handler, Worker
from lsync.core.store.database import Database
from tests.queue.doing import Doing

SOON = timedelta(milliseconds=20)


@asynccontextmanager
async def working(
    database: Database, handler: Handler, *, kind: str = "work", **options: Any
) -> AsyncIterator[asyncio.Event]:
    """Run a worker during the block; its stop event is given."""
    options = {"worker_id": "w1", "drain": timedelta(seconds=5), **options}
    worker = Worker(database, handlers={kind: handler}, **options)
    stop = asyncio.Event()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(worker.run(stop))
        try:
            yield stop
        finally:
            stop.set()


async def until(check: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await check():  # noqa: ASYNC110 - the database has no event to wait for
            await asyncio.sleep(0.01)


async def finished(doing: Doing, *job_ids: int) -> list[Job]:
    """Wait until all these jobs have finished and return them."""

    async def all_finished() -> bool:
        jobs = [await doing.find(job_id) for job_id in job_ids]
        return all(job.completed_at for job in jobs)

    await until(all_finished)
    return [await doing.find(job_id) for job_id in job_ids]
