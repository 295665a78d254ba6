"""What received webhooks ask for: several about one thing become one look at it.

Nothing in them is believed: the current state is fetched, by jobs queued here.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lsync.core.domain.gap_meter import METERED
from lsync.core.domain.hint import Hint, Look, hint_of
from lsync.core.domain.job import Priority, UniqueScope
from lsync.core.domain.outcome import Done, Outcome
from lsync.core.domain.records import WebhookRecord, WebhookStatus
from lsync.core.store import announcements, consignments, webhooks
from lsync.core.store.database import Transaction
from lsync.core.store.jobs import NewJob, enqueue, enqueue_batch
from lsync.core.store.webhooks import Followed
from lsync.core.sync.access import REFRESH
from lsync.core.sync.engine import Engine
from lsync.core.sync.pull_queueing import pull_job
from lsync.core.sync.stock import STOCK

WEBHOOK = "webhook.process"

GATHER = timedelta(seconds=2)
"""A receipt sends one webhook per line: they are given this long to become one look."""

BATCH = 50
"""Webhooks per transaction. Each may have a body of a mebibyte."""

LARGE = 64 * 1024
"""Bodies longer than this are taken apart off the event loop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A webhook and what it hints at."""

    record: WebhookRecord
    hint: Hint

    @property
    def id(self) -> int:
        """Of a stored webhook."""
        return self.record.id or 0


def webhook_job(*, max_attempts: int) -> NewJob:
    """Return the job that looks into every webhook that waits; none is added while one waits."""
    return NewJob(
        type=WEBHOOK,
        priority=Priority.HIGH,
        max_attempts=max_attempts,
        unique_key=WEBHOOK,
        unique_scope=UniqueScope.PENDING,
        concurrency_key=WEBHOOK,
    )


async def process_webhooks(engine: Engine) -> Outcome:
    """Turn every webhook that waits into the look it asks for."""
    total = 0
    while True:
        async with engine.database.read() as tx:
            records = await webhooks.received(tx, limit=BATCH)
        read = [_Read(record=record, hint=await read_hint(record)) for record in records]

        async def work(tx: Transaction, read: Sequence[_Read] = read) -> None:
            await _follow(engine, tx, read)

        if read:
            await engine.database.run(work, idempotent=True)
        total += len(read)
        if len(read) < BATCH:
            return Done(result={"webhooks": total})


async def repeat_webhooks(
    tx: Transaction, which: webhooks.WebhookFilter, *, after: int, max_attempts: int
) -> list[int]:
    """Look into matching webhooks again, as ``webhooks.repeat``; queue the job that does it."""
    ids = await webhooks.repeat(tx, which, after=after)
    if ids:
        await enqueue(tx, webhook_job(max_attempts=max_attempts), now=await tx.now())
    return ids


def same_as(original: int) -> str:
    """Why a webhook that another daemon received as well is not looked into."""
    return f"It is the same as webhook {original}, which another daemon received."


async def read_hint(record: WebhookRecord) -> Hint:
    """Return what a webhook asks for; a large body is taken apart off the event loop."""
    if len(record.body) > LARGE:
        return await asyncio.to_thread(hint_of, record.event_type, record.body)
    return hint_of(record.event_type, record.body)


async def _follow(engine: Engine, tx: Transaction, read: Sequence[_Read]) -> None:
    now = await tx.now()
    repeats = await webhooks.originals(tx, [each.record for each in read])
    fresh = [each for each in read if each.id not in repeats]
    looks = await _looks(engine, tx, fresh, now=now)
    jobs = await _queue(tx, looks, now=now)
    told = [_told(each, jobs.get(each.hint)) for each in fresh]
    told += [_repeated(each, repeats[each.id]) for each in read if each.id in repeats]
    await webhooks.follow(tx, told, now=now)
    await _note_announced(tx, fresh)


async def _looks(
    engine: Engine, tx: Transaction, read: Iterable[_Read], *, now: datetime
) -> dict[Hint, NewJob]:
    """One job for each thing to look at."""
    hints = dict.fromkeys(each.hint for each in read if each.hint.look is not None)
    ids = [hint.entity_id for hint in hints if hint.look is Look.CONSIGNMENT and hint.entity_id]
    seen = await consignments.sightings(tx, ids)
    owners = {it: sighting.order_number for it, sighting in seen.items()}
    attempts = engine.rules.max_attempts
    return {hint: _look(hint, owners, attempts=attempts, at=now + GATHER) for hint in hints}


def _look(hint: Hint, owners: Mapping[str, str | None], *, attempts: int, at: datetime) -> NewJob:
    entity_id = hint.entity_id or ""
    if hint.look is Look.CONSIGNMENT:
        return pull_job(
            owners.get(entity_id),
            consignment_id=entity_id,
            not_before=at,
            priority=Priority.HIGH,
            max_attempts=attempts,
        )
    stock = hint.look is Look.STOCK
    kind = STOCK if stock else REFRESH
    return NewJob(
        type=kind,
        payload={"product_id": entity_id} if stock else {},
        priority=Priority.LOW,
        max_attempts=attempts,
        available_at=at,
        unique_key=kind,
        unique_scope=UniqueScope.PENDING,
    )


async def _queue(
    tx: Transaction, looks: Mapping[Hint, NewJob], *, now: datetime
) -> dict[Hint, int]:
    queued = await enqueue_batch(tx, [*looks.values()], now=now)
    return {hint: job.job_id for hint, job in zip(looks, queued, strict=True)}


def _told(read: _Read, job_id: int | None) -> Followed:
    status = WebhookStatus.IGNORED if job_id is None else WebhookStatus.PROCESSED
    return Followed(
        id=read.id,
        status=status,
        entity_id=read.hint.entity_id,
        job_id=job_id,
        error=read.hint.reason or None,
    )


def _repeated(read: _Read, original: int) -> Followed:
    return Followed(
        id=read.id,
        status=WebhookStatus.IGNORED,
        entity_id=read.hint.entity_id,
        error=same_as(original),
    )


async def _note_announced(tx: Transaction, read: Sequence[_Read]) -> None:
    for event_type in METERED:
        came = {
            each.hint.entity_id: each.record.received_at
            for each in read
            if each.record.event_type == event_type and each.hint.entity_id
        }
        if came:
            await announcements.announced(
                tx, event_type, [*filter(None, came)], at=max(came.values())
            )
