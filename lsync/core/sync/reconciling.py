"""Looks again, without being told: at every open order, and for what should not exist.

It is not documented that a changed line raises its consignment's version, and a create may be
carried out after every quiet period: neither shows in a poll.
"""

from datetime import datetime, timedelta

from lsync.core.domain.job import Priority
from lsync.core.domain.outcome import Done, Outcome
from lsync.core.lightspeed import Consignment
from lsync.core.store import consignments, jobs
from lsync.core.store.database import Transaction
from lsync.core.sync.attribution import working
from lsync.core.sync.engine import Engine
from lsync.core.sync.late_split_offs import looks_at
from lsync.core.sync.owners import owners_of
from lsync.core.sync.pull_queueing import pull_job
from lsync.core.sync.push_queueing import queue_unqueued
from lsync.core.sync.watermark import PAGE_SIZE, SUPPLIER

RECONCILE, SWEEP = "sync.reconcile", "sync.sweep"

SWEPT = timedelta(days=30)
"""How far back a sweep looks for consignments that no order knows."""


async def reconcile(engine: Engine) -> Outcome:
    """Queue a pull of every consignment that can still change; costs two calls each, later.

    A received order that was changed since is queued, too: its push says what comes too late.
    """
    await queue_unqueued(
        engine.database, max_attempts=engine.rules.max_attempts, approved=False, settled=True
    )

    async def work(tx: Transaction) -> int:
        wanted = [
            pull_job(
                number,
                consignment_id=consignment_id,
                priority=Priority.LOW,
                max_attempts=engine.rules.max_attempts,
            )
            for consignment_id, number in await consignments.alive(tx)
        ]
        queued = await jobs.enqueue_batch(tx, wanted, now=await tx.now())
        return sum(job.created for job in queued)

    return Done(result={"queued": await engine.database.run(work, idempotent=True)})


async def sweep(engine: Engine, *, job_id: int | None = None) -> Outcome:
    """Read the list of the last 30 days; queue a look at each that an order does not know.

    A second consignment of an order's number is then adopted as a split-off or reported; one of
    no order's is looked at if it may be what an order came without.
    """
    async with engine.database.read() as tx:
        since = await tx.now() - SWEPT
    looked = queued = 0
    with working(job_id=job_id):
        pages = engine.client.consignments.pages(type=SUPPLIER, page_size=PAGE_SIZE)
        async for page in pages:
            recent = [it for it in page.items if _is_recent(it, since)]

            async def take(tx: Transaction, recent: list[Consignment] = recent) -> int:
                return await _take(engine, tx, recent)

            looked += len(recent)
            queued += await engine.database.run(take, idempotent=True)
    return Done(result={"looked_at": looked, "queued": queued})


def _is_recent(consignment: Consignment, since: datetime) -> bool:
    return consignment.created_at is None or consignment.created_at >= since


async def _take(engine: Engine, tx: Transaction, found: list[Consignment]) -> int:
    owners = await owners_of(tx, found)
    known = await consignments.sightings(tx, list(owners))
    strange = [it for it in owners if it not in known or known[it].order_number is None]
    wanted = [
        pull_job(
            owners[it],
            consignment_id=it,
            priority=Priority.LOW,
            max_attempts=engine.rules.max_attempts,
        )
        for it in strange
    ]
    unowned = [it for it in found if it.id not in owners]
    wanted += await looks_at(engine, tx, unowned, priority=Priority.LOW)
    queued = await jobs.enqueue_batch(tx, wanted, now=await tx.now())
    return sum(job.created for job in queued)
