"""Says in the database that this worker lives, what it has done and the memory it takes."""

import asyncio
import resource
import sys
from datetime import timedelta
from pathlib import Path

import structlog

from lsync.core.domain.job import JobState
from lsync.core.store import workers
from lsync.core.store.database import Database, DatabaseUnavailable, Transaction

log = structlog.get_logger(__name__)


class Heartbeat:
    """Counts what was done and writes it every so often."""

    def __init__(self, database: Database, *, worker_id: str, every: timedelta) -> None:
        self.done = 0
        self.failed = 0
        self._database = database
        self._worker_id = worker_id
        self._every = every.total_seconds()

    def count(self, state: JobState) -> None:
        """Count a run whose end is written."""
        self.done += state is JobState.COMPLETED
        self.failed += state is JobState.FAILED

    async def run(self) -> None:
        """Beat for ever."""
        while True:
            await asyncio.sleep(self._every)
            try:
                await self._database.run(self.beat, idempotent=True)
            except DatabaseUnavailable as error:
                log.warning("the heartbeat was not written", reason=str(error))

    async def beat(self, tx: Transaction) -> None:
        """Beat once."""
        await workers.beat(
            tx,
            worker_id=self._worker_id,
            now=await tx.now(),
            done=self.done,
            failed=self.failed,
            memory_mb=memory_mb(),
        )


def memory_mb() -> float:
    """Return the memory this process holds, in MiB; its peak where the system tells no more."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, IndexError, ValueError):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return pages * resource.getpagesize() / (1024 * 1024)
