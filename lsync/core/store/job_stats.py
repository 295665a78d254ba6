"""Numbers about the queue. Nothing here reads more rows than it names, however long the history."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from lsync.core.domain.job import JobState, Priority
from lsync.core.store.transaction import Transaction

SAMPLE = 500
"""How many of the newest completed jobs tell how long waiting and running take."""

MINUTES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """Waiting (from available to started) and running of the newest completed jobs."""

    wait_p50: timedelta
    wait_p95: timedelta
    run_p50: timedelta
    run_p95: timedelta
    run_average: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorGroup:
    """Dead letters of one reason."""

    error_class: str
    jobs: int
    newest_job: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCounts:
    """Numbers of jobs: by state and priority, and by type and state."""

    by_priority: dict[JobState, dict[Priority, int]]
    by_type: dict[str, dict[JobState, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """Jobs that were completed or died in each of the last 60 minutes, oldest first."""

    completed: tuple[int, ...]
    failed: tuple[int, ...]


async def counts(tx: Transaction) -> JobCounts:
    """Return how many jobs there are; every state and priority is named."""
    table = tx.tables.queue_counts
    found = await tx.execute(
        select(table.c.status, table.c.priority, table.c.type, func.sum(table.c.jobs)).group_by(
            table.c.status, table.c.priority, table.c.type
        )
    )
    by_priority = {state: dict.fromkeys(Priority, 0) for state in JobState}
    by_type: dict[str, dict[JobState, int]] = {}
    for status, priority, kind, jobs in found:
        state = JobState(status)
        by_priority[state][Priority(priority)] += int(jobs)
        of_type = by_type.setdefault(kind, dict.fromkeys(JobState, 0))
        of_type[state] += int(jobs)
    return JobCounts(by_priority=by_priority, by_type=by_type)


async def oldest_pending(tx: Transaction, *, now: datetime) -> timedelta | None:
    """Return how long the longest waiting job that could run has been able to."""
    jobs = tx.tables.queue_jobs
    ages: list[timedelta] = []
    for rank in Priority:
        first = await tx.scalar(
            select(jobs.c.available_at)
            .where(jobs.c.rank == int(rank), jobs.c.available_at <= now)
            .order_by(jobs.c.available_at)
            .limit(1)
        )
        if first is not None:
            ages.append(now - first)
    return max(ages, default=None)


async def durations(tx: Transaction) -> Durations | None:
    """Return how long the newest completed jobs waited and ran; None without any."""
    jobs = tx.tables.queue_jobs
    found = await tx.execute(
        select(jobs.c.status, jobs.c.available_at, jobs.c.started_at, jobs.c.completed_at)
        .where(jobs.c.completed_at.is_not(None))
        .order_by(jobs.c.completed_at.desc())
        .limit(SAMPLE)
    )
    rows = [
        row
        for row in found
        if row.status == JobState.COMPLETED.value and row.started_at is not None
    ]
    if not rows:
        return None
    waits = sorted(max(row.started_at - row.available_at, timedelta(0)) for row in rows)
    runs = sorted(max(row.completed_at - row.started_at, timedelta(0)) for row in rows)
    return Durations(
        wait_p50=_percentile(waits, 0.5),
        wait_p95=_percentile(waits, 0.95),
        run_p50=_percentile(runs, 0.5),
        run_p95=_percentile(runs, 0.95),
        run_average=sum(runs, timedelta(0)) / len(runs),
    )


def _percentile(ordered: list[timedelta], share: float) -> timedelta:
    return ordered[round(share * (len(ordered) - 1))]


async def pulse(tx: Transaction, *, now: datetime) -> Pulse:
    """Return what was completed and what died in each of the last 60 minutes."""
    table = tx.tables.queue_minutes
    newest = now.replace(second=0, microsecond=0)
    oldest = newest - timedelta(minutes=MINUTES - 1)
    found = await tx.execute(
        select(table.c.minute, func.sum(table.c.completed), func.sum(table.c.failed))
        .where(table.c.minute >= oldest)
        .group_by(table.c.minute)
    )
    completed, failed = [0] * MINUTES, [0] * MINUTES
    for minute, done, dead in found:
        place = int((minute - oldest) / timedelta(minutes=1))
        if 0 <= place < MINUTES:
            completed[place], failed[place] = int(done), int(dead)
    return Pulse(completed=tuple(completed), failed=tuple(failed))


async def forget_minutes(tx: Transaction, *, before: datetime) -> int:
    """Delete what is older than the pulse looks back."""
    table = tx.tables.queue_minutes
    return (await tx.execute(delete(table).where(table.c.minute < before))).rowcount


async def error_groups(tx: Transaction, *, limit: int = 20) -> list[ErrorGroup]:
    """Return the dead letters grouped by the class of their error, the largest group first."""
    jobs = tx.tables.queue_jobs
    number = func.count().label("jobs")
    found = await tx.execute(
        select(jobs.c.error_class, number, func.max(jobs.c.id).label("newest"))
        .where(jobs.c.status == JobState.FAILED.value)
        .group_by(jobs.c.error_class)
        .order_by(number.desc(), jobs.c.error_class)
        .limit(limit)
    )
    groups = found.all()
    examples = await tx.execute(
        select(jobs.c.id, jobs.c.error).where(jobs.c.id.in_([group.newest for group in groups]))
    )
    texts = {row.id: row.error or "" for row in examples}
    return [
        ErrorGroup(
            error_class=group.error_class or "",
            jobs=group.jobs,
            newest_job=group.newest,
            example=texts.get(group.newest, ""),
        )
        for group in groups
    ]
