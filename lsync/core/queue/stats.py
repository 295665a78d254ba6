"""The state of the queue in numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lsync.core.store import job_stats, workers
from lsync.core.store.job_stats import Durations, ErrorGroup, JobCounts, Pulse
from lsync.core.store.jobs import Pause, pauses
from lsync.core.store.transaction import Transaction
from lsync.core.store.workers import WorkerRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Everything there is to say about the queue without looking through its history."""

    at: datetime
    counts: JobCounts
    oldest_pending: timedelta | None
    durations: Durations | None
    pulse: Pulse
    error_groups: tuple[ErrorGroup, ...]
    workers: tuple[WorkerRow, ...]
    pauses: tuple[Pause, ...]


async def stats(tx: Transaction, *, now: datetime) -> Stats:
    """Return the numbers as of this transaction."""
    return Stats(
        at=now,
        counts=await job_stats.counts(tx),
        oldest_pending=await job_stats.oldest_pending(tx, now=now),
        durations=await job_stats.durations(tx),
        pulse=await job_stats.pulse(tx, now=now),
        error_groups=tuple(await job_stats.error_groups(tx)),
        workers=tuple(await workers.listing(tx)),
        pauses=tuple(await pauses(tx)),
    )
