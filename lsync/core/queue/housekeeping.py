"""What any daemon does for the whole queue now and then: recover, age, prune, forget."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

import structlog

from lsync.core.domain.job import FINISHED, JobState
from lsync.core.queue.leadership import Leadership
from lsync.core.store import job_stats, schedules, workers
from lsync.core.store.database import Database, DatabaseUnavailable, Transaction
from lsync.core.store.jobs import Recovered, promote, prune, recover_expired

log = structlog.get_logger(__name__)

MINUTES_KEPT = timedelta(hours=2)
WORKERS_KEPT = timedelta(days=7)
DONE_WITH = frozenset({JobState.COMPLETED, JobState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long finished jobs are kept; None keeps them for ever.

    ``failed`` are the dead letters, which somebody may still want to look at.
    """

    jobs: timedelta | None = None
    failed: timedelta | None = None


class Recovery:
    """Takes back the jobs of daemons that died."""

    def __init__(self, database: Database, *, worker_id: str, every: timedelta) -> None:
        self._database = database
        self._worker_id = worker_id
        self._every = every.total_seconds()

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await asyncio.sleep(self._every)
            try:
                found = await self.recover()
            except DatabaseUnavailable as error:
                log.warning("expired leases were not looked for", reason=str(error))
                continue
            if found.ids:
                log.warning("jobs of a lost worker were taken back", jobs=found.ids)

    async def recover(self) -> Recovered:
        """Look once."""

        async def work(tx: Transaction) -> Recovered:
            return await recover_expired(tx, now=await tx.now(), except_worker=self._worker_id)

        return await self._database.run(work, idempotent=True)


class Housekeeping:
    """Ages waiting jobs, prunes old ones and forgets old numbers, as long as it leads."""

    def __init__(
        self,
        database: Database,
        *,
        leadership: Leadership,
        every: timedelta,
        retention: Retention | None = None,
    ) -> None:
        self._database = database
        self._leadership = leadership
        self._every = every.total_seconds()
        self._retention = retention or Retention()

    async def run(self) -> None:
        """Keep house for ever."""
        while True:
            try:
                await self.keep()
            except DatabaseUnavailable as error:
                log.warning("housekeeping of the queue was put off", reason=str(error))
            await asyncio.sleep(self._every)

    async def keep(self) -> None:
        """Keep house once."""
        if not await self._database.run(self._age, idempotent=True):
            return
        await self._database.run(_forget, idempotent=True)
        for older_than, states in (
            (self._retention.jobs, DONE_WITH),
            (self._retention.failed, (JobState.FAILED,)),
        ):
            if older_than is not None:
                await prune_all(self._database, older_than=older_than, states=states)

    async def _age(self, tx: Transaction) -> bool:
        """Age the waiting jobs; False when another worker leads."""
        now = await tx.now()
        leads = await self._leadership.lead(tx, now=now)
        if leads:
            await promote(tx, now=now)
        return leads


class Scheduler:
    """Queues periodic work when it falls due, as long as it leads."""

    def __init__(
        self, database: Database, *, leadership: Leadership, longest_sleep: timedelta
    ) -> None:
        self._database = database
        self._leadership = leadership
        self._longest_sleep = longest_sleep

    async def run(self) -> None:
        """Queue for ever."""
        while True:
            rest = self._longest_sleep
            try:
                due_in = await self._database.run(self._enqueue_due)
                rest = rest if due_in is None else min(rest, due_in)
            except DatabaseUnavailable as error:
                log.warning("periodic work was not queued", reason=str(error))
            await asyncio.sleep(max(0.0, rest.total_seconds()))

    async def _enqueue_due(self, tx: Transaction) -> timedelta | None:
        """Queue what is due and say how long until the next is; None when another leads."""
        now = await tx.now()
        if not await self._leadership.lead(tx, now=now):
            return None
        await schedules.enqueue_due(tx, now=now)
        due = await schedules.next_due(tx)
        return None if due is None else due - now


async def prune_all(
    database: Database,
    *,
    older_than: timedelta,
    states: Collection[JobState] = FINISHED,
) -> int:
    """Delete every job that finished longer ago, in transactions that block nobody for long."""
    deleted = 0

    async def work(tx: Transaction) -> int:
        return await prune(tx, before=await tx.now() - older_than, states=states)

    while batch := await database.run(work, idempotent=True):
        deleted += batch
    return deleted


async def _forget(tx: Transaction) -> None:
    now = await tx.now()
    await job_stats.forget_minutes(tx, before=now - MINUTES_KEPT)
    await workers.forget(tx, before=now - WORKERS_KEPT)
