"""One row per worker, which is one daemon process: where it runs and when it was last alive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from lsync.core.store.change import Change
from lsync.core.store.processes import is_gone
from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import upsert

ALIVE_FOR = timedelta(seconds=60)
"""A worker whose heartbeat is older is taken for dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRow:
    """A worker as it was last heard of. ``running`` are the ids of the jobs it holds.

    ``gone``: it was a process of this host and was killed; its heartbeat may still be fresh.
    """

    id: str
    host: str
    pid: int
    version: str
    started_at: datetime
    heartbeat_at: datetime
    stopped_at: datetime | None = None
    jobs_done: int = 0
    jobs_failed: int = 0
    memory_mb: float | None = None
    running: tuple[int, ...] = ()
    gone: bool = False

    def is_alive(self, now: datetime) -> bool:
        """Say whether it has neither ended nor been silent for too long."""
        ended = self.stopped_at is not None or self.gone
        return not ended and self.heartbeat_at > now - ALIVE_FOR


async def register(
    tx: Transaction, *, worker_id: str, host: str, pid: int, version: str, now: datetime
) -> None:
    """Say that the worker has started; an earlier process of the same id is forgotten."""
    row = {
        "id": worker_id,
        "host": host,
        "pid": pid,
        "version": version,
        "started_at": now,
        "heartbeat_at": now,
        "stopped_at": None,
        "jobs_done": 0,
        "jobs_failed": 0,
        "memory_mb": None,
    }
    await upsert(tx, tx.tables.queue_workers, [row])
    tx.emit(Change(kind="worker", key=worker_id))


async def beat(
    tx: Transaction,
    *,
    worker_id: str,
    now: datetime,
    done: int = 0,
    failed: int = 0,
    memory_mb: float | None = None,
) -> None:
    """Say that the worker lives; ``done`` and ``failed`` are its totals since it started."""
    table = tx.tables.queue_workers
    await tx.execute(
        update(table)
        .where(table.c.id == worker_id)
        .values(heartbeat_at=now, jobs_done=done, jobs_failed=failed, memory_mb=memory_mb)
    )
    tx.emit(Change(kind="worker", key=worker_id))


async def stop(tx: Transaction, *, worker_id: str, now: datetime) -> None:
    """Say that the worker has ended by itself."""
    table = tx.tables.queue_workers
    await tx.execute(update(table).where(table.c.id == worker_id).values(stopped_at=now))
    tx.emit(Change(kind="worker", key=worker_id))


async def listing(tx: Transaction) -> Sequence[WorkerRow]:
    """Return every known worker with what it runs, the newest heartbeat first."""
    workers, jobs = tx.tables.queue_workers, tx.tables.queue_jobs
    held = await tx.execute(
        select(jobs.c.id, jobs.c.worker_id).where(jobs.c.lease_expires_at.is_not(None))
    )
    running: dict[str, list[int]] = {}
    for job_id, worker_id in sorted(held):
        running.setdefault(worker_id, []).append(job_id)
    found = await tx.execute(select(workers).order_by(workers.c.heartbeat_at.desc()))
    return [
        WorkerRow(
            **row._mapping,  # noqa: SLF001 - SQLAlchemy's public name
            running=tuple(running.get(row.id, ())),
            gone=is_gone(row.host, row.pid),
        )
        for row in found
    ]


async def forget(tx: Transaction, *, before: datetime) -> int:
    """Delete the rows of workers not heard of since then; return how many."""
    table = tx.tables.queue_workers
    found = await tx.execute(delete(table).where(table.c.heartbeat_at < before))
    return found.rowcount
