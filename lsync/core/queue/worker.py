"""A worker: the parts that carry jobs out, from the first claim to the last acknowledgement.

A worker is a daemon process. Its id must be the same after a restart and belong to one process
at a time (the daemon derives it from host and state directory, and locks that directory): what
an earlier process of the same id left running is taken back at once, without waiting for leases.
"""

import asyncio
import os
import random
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from enum import Enum

import structlog

from lsync.core.domain.job import CANCEL_GRACE
from lsync.core.queue.context import Handler, Translate, retry_any
from lsync.core.queue.heartbeat import Heartbeat, memory_mb
from lsync.core.queue.housekeeping import Housekeeping, Recovery, Retention, Scheduler
from lsync.core.queue.keeper import Keeper
from lsync.core.queue.leadership import Leadership
from lsync.core.queue.pump import Pump
from lsync.core.queue.runs import Runs
from lsync.core.store import workers
from lsync.core.store.database import Change, Database, DatabaseUnavailable, Transaction
from lsync.core.store.jobs import Recovered, recover_own

LEASE = timedelta(seconds=30)
DELAYS = (timedelta(seconds=60), timedelta(seconds=300), timedelta(seconds=900))
LAST_WRITE_SECONDS = 4.0
"""How long the last results may take to be written once nothing runs; with the longest drain it
stays within the 20 s in which a daemon has to stop."""

WATCH_SECONDS = 0.05
"""How often SQLite is asked whether another process has committed; costs microseconds."""

log = structlog.get_logger(__name__)


class Ending(Enum):
    """Why a worker ended by itself."""

    STOPPED = "stopped"
    OUT_OF_MEMORY = "out of memory"


class Worker:
    """Carries out the jobs whose type has a handler."""

    def __init__(
        self,
        database: Database,
        *,
        handlers: Mapping[str, Handler],
        worker_id: str,
        version: str = "",
        translate: Translate = retry_any,
        concurrency: int = 8,
        delays: Sequence[timedelta] = DELAYS,
        worker_sleep: timedelta = timedelta(seconds=5),
        lease: timedelta = LEASE,
        drain: timedelta = timedelta(seconds=15),
        cancel_grace: timedelta = CANCEL_GRACE,
        heartbeat: timedelta = timedelta(seconds=10),
        housekeeping: timedelta = timedelta(seconds=60),
        retention: Retention | None = None,
        max_memory_mb: float | None = None,
        jitter: Callable[[], float] = lambda: random.uniform(-1, 1),
    ) -> None:
        """Check the numbers; nothing happens before ``run``.

        ``delays`` are the rests after failed attempts, of which the last repeats.
        ``worker_sleep`` is the longest idle time between two looks at the database. ``drain``
        is how long running jobs may go on after a stop was asked for.

        Raises:
            ValueError: concurrency below 1, or no delay.
        """
        if concurrency < 1 or not delays:
            raise ValueError("a worker needs a concurrency of at least 1 and one delay")
        self._database = database
        self._worker_id = worker_id
        self._version = version
        self._drain = drain.total_seconds()
        self._max_memory_mb = max_memory_mb
        self._beats = heartbeat.total_seconds()
        self._heartbeat = Heartbeat(database, worker_id=worker_id, every=heartbeat)
        self._runs = Runs(
            handlers=handlers,
            translate=translate,
            concurrency=concurrency,
            cancel_grace=cancel_grace,
            on_end=self._wake_pump,
            jitter=jitter,
        )
        self._pump = Pump(
            database,
            self._runs,
            worker_id=worker_id,
            types=handlers.keys(),
            lease=lease,
            longest_sleep=worker_sleep,
            delays=delays,
            on_written=self._heartbeat.count,
        )
        self._keeper = Keeper(database, self._runs, lease=lease)
        self._leadership = Leadership(worker_id=worker_id)
        self._others = (
            self._keeper,
            self._heartbeat,
            Recovery(database, worker_id=worker_id, every=lease / 3),
            Housekeeping(
                database, leadership=self._leadership, every=housekeeping, retention=retention
            ),
            Scheduler(database, leadership=self._leadership, longest_sleep=worker_sleep),
        )

    async def run(self, stop: asyncio.Event) -> Ending:
        """Work until ``stop`` is set or memory runs out, then drain.

        On a stop nothing new is claimed; what runs may go on for the time of the drain and is
        then broken off. Neither costs a job an attempt. A part that dies ends the worker with
        its exception.
        """
        if not await self._start(stop):
            return Ending.STOPPED
        unlisten = self._database.listen(self._hear)
        try:
            async with asyncio.TaskGroup() as group:
                parts = [group.create_task(part.run()) for part in self._others]
                parts.append(group.create_task(self._watch()))
                pump = group.create_task(self._pump.run())
                ending = await self._until_stopped(stop, pump)
                await self._wind_down(pump)
                for part in parts:
                    part.cancel()
        finally:
            unlisten()
        await self._say_goodbye()
        return ending

    async def _start(self, stop: asyncio.Event) -> bool:
        """Register and take back orphans; wait for the database if need be."""
        while not stop.is_set():
            try:
                found = await self._database.run(self._register, idempotent=True)
            except DatabaseUnavailable as error:
                log.warning("the worker waits for the database", reason=str(error))
                await _wait(stop, 1.0)
                continue
            if found.ids:
                log.warning("jobs of the last run were taken back", jobs=found.ids)
            return True
        return False

    async def _register(self, tx: Transaction) -> Recovered:
        now = await tx.now()
        await workers.register(
            tx,
            worker_id=self._worker_id,
            host=socket.gethostname(),
            pid=os.getpid(),
            version=self._version,
            now=now,
        )
        return await recover_own(tx, worker_id=self._worker_id, now=now)

    async def _until_stopped(self, stop: asyncio.Event, pump: asyncio.Task[None]) -> Ending:
        while not pump.done():
            if await _wait(stop, self._beats):
                break
            if self._max_memory_mb is not None and memory_mb() > self._max_memory_mb:
                log.warning("the worker drains: it takes too much memory", mb=memory_mb())
                return Ending.OUT_OF_MEMORY
        return Ending.STOPPED

    async def _wind_down(self, pump: asyncio.Task[None]) -> None:
        self._runs.stop_starting()
        self._pump.wake()
        await self._runs.finish(within=self._drain)
        self._pump.wake()
        done, _ = await asyncio.wait([pump], timeout=LAST_WRITE_SECONDS)
        if not done:
            log.error("the last results could not be written; the jobs run again after a restart")
            pump.cancel()

    async def _say_goodbye(self) -> None:
        async def work(tx: Transaction) -> None:
            await self._heartbeat.beat(tx)
            await self._leadership.give_up(tx)
            await workers.stop(tx, worker_id=self._worker_id, now=await tx.now())

        try:
            await self._database.run(work, idempotent=True)
        except DatabaseUnavailable as error:
            log.warning("the end of the worker was not written", reason=str(error))

    def _wake_pump(self) -> None:
        self._pump.wake()

    def _hear(self, change: Change) -> None:
        """Something was committed in this process."""
        if change.kind == "work":
            self._pump.look()
        elif change.kind == "job" and self._runs.is_running(int(change.key)):
            self._keeper.check()

    async def _watch(self) -> None:
        """Notice what other processes commit, where the database tells."""
        if not self._database.tells_of_others:
            return
        last = await self._database.data_version()
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            found = await self._database.data_version()
            if found != last:
                last = found
                self._pump.look()
                self._keeper.check()


async def _wait(event: asyncio.Event, seconds: float) -> bool:
    """Wait for ``event``, at most so long; say whether it came."""
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return event.is_set()
