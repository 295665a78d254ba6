"""A worker in a process of its own; when it is stopped it prints the ids of the jobs it ran."""

import asyncio
import json
import signal
import sys

from lsync.core.domain.outcome import Done, Outcome
from lsync.core.queue import JobContext, Worker
from lsync.core.store.database import Database
from lsync.daemon.collector import collect_rarely


async def work(url: str, worker_id: str) -> list[int]:
    """Work until SIGTERM."""
    ran: list[int] = []

    async def handler(context: JobContext) -> Outcome:
        ran.append(context.job.id)
        return Done()

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with await Database.open(url) as database:
        await Worker(database, handlers={"nothing": handler}, worker_id=worker_id).run(stop)
    return ran


if __name__ == "__main__":
    collect_rarely()
    print(json.dumps(asyncio.run(work(sys.argv[1], sys.argv[2]))))
