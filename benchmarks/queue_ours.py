"""The queue as the benchmarks drive it: one file, one worker, jobs that do nothing."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.queue_rivals import PAYLOAD
from lsync.core.domain.outcome import Done, Outcome
from lsync.core.queue import JobContext, NewJob, Worker, enqueue_batch
from lsync.core.store import migrate
from lsync.core.store.database import Change, Database

NEW = NewJob(type="nothing", payload=dict(PAYLOAD))


async def nothing(_: JobContext) -> Outcome:
    """Do nothing."""
    return Done()


def new_file(folder: Path) -> str:
    """Return the URL of a new, migrated SQLite database."""
    url = f"sqlite:///{folder / 'lsync.db'}"
    migrate.upgrade(url)
    return url


async def fill(database: Database, jobs: int) -> None:
    """Queue ``jobs`` at once."""
    async with database.write() as tx:
        await enqueue_batch(tx, [NEW] * jobs, now=await tx.now())


@asynccontextmanager
async def at_work(database: Database, *, worker_id: str = "bench") -> AsyncIterator[None]:
    """Run a worker during the block."""
    stop = asyncio.Event()
    worker = Worker(database, handlers={"nothing": nothing}, worker_id=worker_id)
    task = asyncio.create_task(worker.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def drain(url: str, jobs: int) -> float:
    """Return how many jobs a second the worker carries out, to the last durable end.

    Each job is told twice: when it was claimed and when its end was committed.
    """
    async with await Database.open(url) as database:
        await fill(database, jobs)
        told, done = 0, asyncio.Event()

        def hear(change: Change) -> None:
            nonlocal told
            told += change.kind == "job"
            if told >= 2 * jobs:
                done.set()

        database.listen(hear)
        started = time.perf_counter()
        async with at_work(database):
            await done.wait()
            return jobs / (time.perf_counter() - started)
