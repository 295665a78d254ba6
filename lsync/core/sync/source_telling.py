"""Tells a back office's own order tables how their orders stand: one daemon at a time.

A row that two daemons wrote could be left with the older of two answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.store import leases, source_links, sync_log
from lsync.core.store.database import Database, Transaction
from lsync.core.store.leases import Lease
from lsync.core.store.source_layout import SourceLayout
from lsync.core.store.source_links import WriteBack
from lsync.core.store.source_writing import write_row
from lsync.core.sync.source_importing import OPERATION

CHUNK = 50
"""Rows that are written before the lease is renewed."""
LEASE = "source.telling"
DURATION = timedelta(seconds=60)
"""How long others wait for a daemon that died while it wrote; it goes on itself at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSource:
    """A back office's tables, the database they lie in, and lsync's own.

    ``holder`` names the daemon among all that share them, the same after a restart; it writes to
    them one after the other.
    """

    holder: str
    own: Database
    there: Database
    layout: SourceLayout


async def tell_all(source: OrderSource) -> int:
    """Write every row that does not say yet how its order stands; return how many there were.

    Each row is a transaction of its own, and is remembered as written only afterwards: one that
    was written when the process ended is written again, which changes nothing. Nothing is done
    while another daemon does it; one that was paused for longer than its lease is noticed when
    the rows are remembered.
    """
    async with source.own.read() as tx:
        if not await source_links.unwritten(tx, source.layout.name, limit=1):
            return 0
    total = 0
    lease: Lease | None = None
    try:
        while True:
            lease, waiting = await _begin(source)
            if lease is None or not waiting:
                return total
            await _write_some(source, waiting)
            total += len(waiting)
    finally:
        if lease is not None:
            await _give_back(source, lease)


async def _begin(source: OrderSource) -> tuple[Lease | None, list[WriteBack]]:
    """Take or renew the lease; return what waits to be written, if nobody else has it."""

    async def work(tx: Transaction) -> tuple[Lease | None, list[WriteBack]]:
        now = await tx.now()
        lease = await leases.acquire(tx, LEASE, holder=source.holder, duration=DURATION, now=now)
        if lease is None:
            return None, []
        return lease, await source_links.unwritten(tx, source.layout.name, limit=CHUNK)

    return await source.own.run(work, idempotent=True)


async def _give_back(source: OrderSource, lease: Lease) -> None:
    async def work(tx: Transaction) -> None:
        await leases.release(tx, lease)

    await source.own.run(work, idempotent=True)


async def _write_some(source: OrderSource, waiting: Sequence[WriteBack]) -> None:
    done: list[WriteBack] = []
    gone: list[WriteBack] = []
    try:
        for each in waiting:
            there = await write_row(source.there, source.layout, each)
            (done if there else gone).append(each)
    finally:
        if done or gone:
            await _remember(source, done, gone)


async def _remember(
    source: OrderSource, done: Sequence[WriteBack], gone: Sequence[WriteBack]
) -> None:
    async def work(tx: Transaction) -> None:
        now = await tx.now()
        await source_links.mark_written(tx, source.layout.name, [*done, *gone], now=now)
        for each in gone:
            await sync_log.append(tx, _told_gone(each, now))

    await source.own.run(work, idempotent=True)


def _told_gone(each: WriteBack, now: datetime) -> SyncLogEntry:
    return SyncLogEntry(
        created_at=now,
        operation=OPERATION,
        step="not_written",
        status=LogStatus.WARNING,
        message="its row in the back office is gone or has another number; nothing was written",
        detail={"row": each.key},
        order_number=each.order_number or None,
    )
