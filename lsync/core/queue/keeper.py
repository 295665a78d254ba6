"""Holds the leases of what a worker runs, and passes on who shall stop."""

import asyncio
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
        self._check = asyncio.Event()

    def check(self) -> None:
        """Look now whether someone wants a job to stop."""
        self._check.set()

    async def run(self) -> None:
        """Renew for ever."""
        interval = self._lease.total_seconds() / RENEWALS
        while True:
            try:
                async with asyncio.timeout(interval):
                    await self._check.wait()
            except TimeoutError:
                pass
            self._check.clear()
            await self._renew()

    async def _renew(self) -> None:
        held = self._runs.held()
        if not held:
            return
        started = asyncio.get_running_loop().time()
        try:
            found = await self._database.call(
                partial(_renew, held=held, lease=self._lease), idempotent=True
            )
        except DatabaseUnavailable as error:
            log.warning("leases could not be renewed", reason=str(error))
            return
        self._apply(found, held, started=started)

    def _apply(self, found: Renewal, held: list[Held], *, started: float) -> None:
        kept = {run.job_id for run in held} - found.lost
        seconds = self._lease.total_seconds() * (1 - LEASE_MARGIN)
        self._runs.renewed(kept, lease_ends=started + seconds)
        for run in held:
            if run.job_id in found.lost:
                self._runs.lose(run)
            elif run.job_id in found.cancelled:
                self._runs.request_cancel(run)


def _renew(cursor: Cursor, *, held: list[Held], lease: timedelta) -> Renewal:
    return renew_step(cursor, held=held, until=cursor.now() + lease)
