"""A worker in a process of its own, for tests that kill it.

Called with the database's URL, the worker's id and a ledger: a file to which each handler
appends one line when it starts and one when it ends. O_APPEND makes short lines whole.
"""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from lsync.core.domain.outcome import Done, Outcome, Retry
from lsync.core.queue import JobContext, Worker
from lsync.core.store.database import Database

LEASE = timedelta(seconds=3)


class Ledger:
    """What the handlers really did, whatever the database says."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(self, word: str, job_id: int) -> None:
        os.write(self._file, f"{word} {job_id}\n".encode())


async def work(url: str, worker_id: str, ledger: Ledger) -> None:
    async def handler(context: JobContext) -> Outcome:
        job = context.job
        ledger.note("start", job.id)
        await asyncio.sleep(0.001 * (job.id % 5))
        if job.payload.get("poison"):
            os.kill(os.getpid(), signal.SIGKILL)
        if job.id % 11 == 0 and job.attempts == 0:
            return Retry(error="once", delay=timedelta(0))
        ledger.note("end", job.id)
        return Done(result={"n": job.id} if job.id % 2 else {})

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with await Database.open(url) as database:
        worker = Worker(
            database,
            handlers={"work": handler},
            worker_id=worker_id,
            lease=LEASE,
            worker_sleep=timedelta(milliseconds=200),
        )
        await worker.run(stop)


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2], Ledger(Path(sys.argv[3]))))
