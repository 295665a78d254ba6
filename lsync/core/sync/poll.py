"""Follows the version cursor of consignments: one call when nothing changed, never skips."""

from dataclasses import dataclass, replace

from lsync.core.domain.job import Priority
from lsync.core.domain.outcome import Done, Outcome
from lsync.core.lightspeed import Consignment, Page
from lsync.core.store import consignments, cursors, jobs
from lsync.core.store.consignments import Sighting
from lsync.core.store.database import Transaction
from lsync.core.sync.attribution import working
from lsync.core.sync.engine import Engine
from lsync.core.sync.gaps import note_receipts
from lsync.core.sync.late_split_offs import looks_at
from lsync.core.sync.owners import owners_among
from lsync.core.sync.pull_queueing import pull_job
from lsync.core.sync.watermark import (
    CURSOR,
    PAGE_SIZE,
    SUPPLIER,
    keep_foreign,
    version_behind,
    watermark,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """How many consignments had changed, and how many pulls were queued for them."""

    changed: int = 0
    queued: int = 0


async def poll_consignments(engine: Engine, *, job_id: int | None = None) -> Outcome:
    """Queue a pull for every consignment of ours that changed since the last poll.

    One of no order of ours is looked at if it may be what an order came without.

    The cursor moves in the transaction that queues what the page showed, so an error in between
    shows the same page again.
    """
    with working(job_id=job_id) as work:
        cursor = await watermark(engine)
        done = Polled()
        pages = engine.client.consignments.pages(type=SUPPLIER, after=cursor, page_size=PAGE_SIZE)
        async for page in pages:

            async def take(tx: Transaction, page: Page[Consignment] = page) -> int:
                return await _take(engine, tx, page)

            queued = await engine.database.run(take, idempotent=True)
            done = replace(
                done, changed=done.changed + len(page.items), queued=done.queued + queued
            )
        return Done(result={"changed": done.changed, "queued": done.queued, "calls": work.calls})


async def _take(engine: Engine, tx: Transaction, page: Page[Consignment]) -> int:
    """Keep one page: queue what is ours, remember what may become ours, move the cursor."""
    now = await tx.now()
    known = await consignments.sightings(tx, [it.id for it in page.items])
    fresh = [it for it in page.items if not _is_seen(it, known.get(it.id))]
    owners = await owners_among(tx, fresh, known)
    strangers = [it for it in fresh if it.id not in owners]
    for consignment in strangers:
        await keep_foreign(tx, consignment)
    wanted = [
        pull_job(
            owners[it.id],
            consignment_id=it.id,
            version=it.version,
            max_attempts=engine.rules.max_attempts,
        )
        for it in fresh
        if it.id in owners
    ]
    wanted += await looks_at(engine, tx, strangers, priority=Priority.NORMAL)
    queued = await jobs.enqueue_batch(tx, wanted, now=now)
    for news, job in zip(wanted, queued, strict=True):
        if not job.created:
            # The one that waits names an older version, and would pass over this one as known.
            await jobs.replace_payload(tx, job.job_id, dict(news.payload))
    await note_receipts(tx, page.items, at=now)
    await cursors.advance(tx, CURSOR, value=version_behind(page), now=now)
    return sum(job.created for job in queued)


def _is_seen(consignment: Consignment, sighting: Sighting | None) -> bool:
    return sighting is not None and sighting.version >= consignment.version
