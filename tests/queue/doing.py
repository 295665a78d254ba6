"""The queue's operations as one line each, every one in a transaction of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from lsync.core import queue
from lsync.core.domain.job import Job
from lsync.core.domain.outcome import Outcome
from lsync.core.queue.concluding import Ended, conclude
from lsync.core.store import jobs as store
from lsync.core.store.database import Database, Transaction
from lsync.core.store.jobs.recovering import release_strays_step

LEASE = timedelta(seconds=30)
DELAYS = (timedelta(seconds=60), timedelta(seconds=300), timedelta(seconds=900))


@dataclass
class Doing:
    """What tests do with a queue."""

    database: Database
    types: tuple[str, ...] = ("work",)

    async def enqueue(self, *jobs: queue.NewJob) -> list[queue.Enqueued]:
        async def work(tx: Transaction) -> list[queue.Enqueued]:
            return await queue.enqueue_batch(tx, jobs, now=await tx.now())

        return await self.database.run(work)

    async def one(self, **values: object) -> int:
        """Enqueue one job of type ``work`` and return its id."""
        new = queue.NewJob(**{"type": "work", **values})  # type: ignore[arg-type]  # test values
        (enqueued,) = await self.enqueue(new)
        return enqueued.job_id

    async def claim(self, limit: int = 100, *, worker: str = "w1", busy: bool = False) -> list[Job]:
        request = store.Claim(
            worker_id=worker, types=self.types, limit=limit, lease=LEASE, busy=busy
        )
        async with self.database.write() as tx:
            return await store.claim(tx, request, now=await tx.now())

    async def end(self, job: Job, outcome: Outcome | None) -> bool:
        """Acknowledge one run; say whether it was accepted."""
        return bool(await self.end_all([(job, outcome)]))

    async def end_all(self, runs: Sequence[tuple[Job, Outcome | None]]) -> set[int]:
        async with self.database.write() as tx:
            now = await tx.now()
            written = [
                conclude(Ended(job=job, outcome=outcome), delays=DELAYS, now=now)
                for job, outcome in runs
            ]
            return await store.acknowledge(tx, written, now=now)

    async def find(self, job_id: int) -> Job:
        async with self.database.read() as tx:
            return await queue.find(tx, job_id)

    async def cancel(self, job_id: int) -> Job:
        async with self.database.write() as tx:
            return await queue.cancel(tx, job_id, now=await tx.now())

    async def retry(self, job_id: int) -> Job:
        async def work(tx: Transaction) -> Job:
            return await queue.retry(tx, job_id, now=await tx.now())

        return await self.database.run(work)

    async def discard(self, job_id: int) -> Job:
        async with self.database.write() as tx:
            return await queue.discard(tx, job_id, now=await tx.now())

    async def release_strays(self, worker: str, *, keep: set[int]) -> list[int]:
        async with self.database.write() as tx:
            now = await tx.now()
            work = partial(release_strays_step, worker_id=worker, keep=keep, now=now)
            return await tx.call(work)

    async def recover(self, *, except_worker: str | None = None) -> queue.Recovered:
        async with self.database.write() as tx:
            return await queue.recover(tx, now=await tx.now(), except_worker=except_worker)

    async def recover_own(self, worker: str = "w1") -> queue.Recovered:
        async with self.database.write() as tx:
            return await store.recover_own(tx, worker_id=worker, now=await tx.now())

    async def renew(self, *jobs: Job) -> store.Renewal:
        async with self.database.write() as tx:
            held = [store.Held.of(job) for job in jobs]
            return await store.renew(tx, held, until=await tx.now() + LEASE)
