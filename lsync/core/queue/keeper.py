"""Holds the leases of what a worker runs, and passes on who shall stop.

Where other daemons could take the jobs (MariaDB), the leases are renewed from a thread with an
event loop and a connection of its own, so that a handler that blocks the main loop keeps its job.
One daemon owns a SQLite file: there the main loop does it.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import structlog

from lsync.core.queue.pump import LEASE_MARGIN
from lsync.core.queue.runs import Runs
from lsync.core.store.cursor import Cursor
from lsync.core.store.database import Database, DatabaseUnavailable
from lsync.core.store.jobs import Held, Renewal
from lsync.core.store.jobs.renewing import renew_step

RENEWALS = 3
"""How often a lease is renewed before it would end."""

log = structlog.get_logger(__name__)


class Keeper:
    """See the module."""

    def __init__(self, database: Database, runs: Runs, *, lease: timedelta) -> None:
        self._database = database
        self._runs = runs
        self._lease = lease
        self._interval = lease.total_seconds() / RENEWALS
        self._check = asyncio.Event()

    def check(self) -> None:
        """Look now whether someone wants a job to stop."""
        self._check.set()

    async def run(self) -> None:
        """Renew for ever."""
        if self._database.tells_of_others:
            await self._renew_here(self._interval)
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(self._renew_here(None))
            group.create_task(self._renew_in_thread())

    async def _renew_here(self, interval: float | None) -> None:
        """Renew every so often, or only when asked to check."""
        while True:
            try:
                async with asyncio.timeout(interval):
                    await self._check.wait()
            except TimeoutError:
                pass
            self._check.clear()
            await self._renew(self._database, self._apply)

    async def _renew_in_thread(self) -> None:
        loop = asyncio.get_running_loop()
        stop = threading.Event()

        def apply(found: Renewal, held: list[Held], started: float) -> None:
            loop.call_soon_threadsafe(self._apply, found, held, started)

        with ThreadPoolExecutor(1, "leases") as pool:
            work = loop.run_in_executor(pool, partial(self._work, stop, apply))
            try:
                await asyncio.shield(work)
            finally:
                stop.set()

    def _work(self, stop: threading.Event, apply: "Apply") -> None:
        asyncio.run(self._renew_until(stop, apply))

    async def _renew_until(self, stop: threading.Event, apply: "Apply") -> None:
        """Renew on the thread's own loop, which does nothing else and may block."""
        async with self._database.sibling() as database:
            while not stop.wait(self._interval):
                await self._renew(database, apply)

    async def _renew(self, database: Database, apply: "Apply") -> None:
        held = self._runs.held()
        if not held:
            return
        started = asyncio.get_running_loop().time()
        work = partial(_renew, held=held, lease=self._lease)
        try:
            found = await database.call(work, idempotent=True)
        except DatabaseUnavailable as error:
            log.warning("leases could not be renewed", reason=str(error))
            return
        apply(found, held, started)

    def _apply(self, found: Renewal, held: list[Held], started: float) -> None:
        """Tell the runs; on the main loop."""
        kept = {run.job_id for run in held} - found.lost
        seconds = self._lease.total_seconds() * (1 - LEASE_MARGIN)
        self._runs.renewed(kept, lease_ends=started + seconds)
        for run in held:
            if run.job_id in found.lost:
                self._runs.lose(run)
            elif run.job_id in found.cancelled:
                self._runs.request_cancel(run)


Apply = Callable[[Renewal, list[Held], float], None]


def _renew(cursor: Cursor, *, held: list[Held], lease: timedelta) -> Renewal:
    return renew_step(cursor, held=held, until=cursor.now() + lease)
