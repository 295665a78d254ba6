"""Figures about jobs over a period: how many ended well, how long they took, why they failed.

The database adds up; an answer holds one row a group. Figures about orders are ``reports``'s.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, Subquery, case, func, select

from lsync.core.domain.job import JobState
from lsync.core.store.periods import day_of, seconds_between
from lsync.core.store.transaction import Transaction

MEDIAN, MOST = 0.5, 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsWanted:
    """Which jobs a report is about: those that ended in a period, of some types.

    ``since`` is included, ``until`` is not; no type means every type.
    """

    since: datetime | None = None
    until: datetime | None = None
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunGroup:
    """Jobs of one type, or of one day in UTC; times are those of the completed ones."""

    group: str
    completed: int
    failed: int
    cancelled: int
    retried: int
    """Of the completed ones, those that needed more than one attempt."""
    wait_seconds: float | None
    run_average: float | None
    run_p50: float | None
    run_p95: float | None
    run_longest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureGroup:
    """Jobs of one type that were given up for one reason; ``example`` is the newest's error."""

    error_class: str
    type: str
    jobs: int
    newest_job: int
    newest_at: datetime
    example: str


async def runs(
    tx: Transaction, wanted: JobsWanted, *, by: Literal["type", "day"]
) -> list[RunGroup]:
    """Return what became of the jobs that ended in the period."""
    jobs = tx.tables.queue_jobs
    key = jobs.c.type if by == "type" else day_of(jobs.c.completed_at)
    counted = await tx.execute(
        select(
            key.label("name"),
            *(_number_of(jobs.c.status == state.value).label(state.value) for state in _ENDS),
            _number_of((jobs.c.status == JobState.COMPLETED.value) & (jobs.c.attempts > 1)).label(
                "retried"
            ),
        )
        .where(*_ended(tx, wanted))
        .group_by(key)
        .order_by(key)
    )
    took = {row.name: row for row in await tx.execute(_durations(tx, wanted, key))}
    return [
        RunGroup(
            group=row.name,
            completed=int(row.completed),
            failed=int(row.failed),
            cancelled=int(row.cancelled),
            retried=int(row.retried),
            wait_seconds=_seconds(took.get(row.name), "wait"),
            run_average=_seconds(took.get(row.name), "average"),
            run_p50=_seconds(took.get(row.name), "p50"),
            run_p95=_seconds(took.get(row.name), "p95"),
            run_longest=_seconds(took.get(row.name), "longest"),
        )
        for row in counted
    ]


async def failures(tx: Transaction, wanted: JobsWanted, *, limit: int = 200) -> list[FailureGroup]:
    """Return why jobs were given up in the period, the most frequent reason first."""
    jobs = tx.tables.queue_jobs
    number = func.count().label("jobs")
    groups = (
        await tx.execute(
            select(jobs.c.error_class, jobs.c.type, number, func.max(jobs.c.id).label("newest"))
            .where(*_ended(tx, wanted), jobs.c.status == JobState.FAILED.value)
            .group_by(jobs.c.error_class, jobs.c.type)
            .order_by(number.desc(), jobs.c.error_class, jobs.c.type)
            .limit(limit)
        )
    ).all()
    newest = await tx.execute(
        select(jobs.c.id, jobs.c.error, jobs.c.completed_at).where(
            jobs.c.id.in_([group.newest for group in groups])
        )
    )
    told = {row.id: row for row in newest}
    return [
        FailureGroup(
            error_class=group.error_class or "",
            type=group.type,
            jobs=group.jobs,
            newest_job=group.newest,
            newest_at=told[group.newest].completed_at,
            example=told[group.newest].error or "",
        )
        for group in groups
    ]


_ENDS = (JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED)


def _durations(tx: Transaction, wanted: JobsWanted, key: ColumnElement[Any]) -> Select[Any]:
    """Averages and percentiles by group; a percentile is the run at that place in the order."""
    ranked = _ranked(tx, wanted, key)
    run = ranked.c.run

    def at(share: float) -> ColumnElement[Any]:
        reached = ranked.c.place >= share * ranked.c.size
        return func.min(case((reached, run)))

    return select(
        ranked.c.name,
        func.avg(ranked.c.wait).label("wait"),
        func.avg(run).label("average"),
        func.max(run).label("longest"),
        at(MEDIAN).label("p50"),
        at(MOST).label("p95"),
    ).group_by(ranked.c.name)


def _ranked(tx: Transaction, wanted: JobsWanted, key: ColumnElement[Any]) -> Subquery:
    """Completed jobs with their place among those of their group, by how long they ran."""
    jobs = tx.tables.queue_jobs
    run = seconds_between(tx, jobs.c.started_at, jobs.c.completed_at)
    return (
        select(
            key.label("name"),
            run.label("run"),
            seconds_between(tx, jobs.c.available_at, jobs.c.started_at).label("wait"),
            func.row_number().over(partition_by=key, order_by=run).label("place"),
            func.count().over(partition_by=key).label("size"),
        )
        .where(
            *_ended(tx, wanted),
            jobs.c.status == JobState.COMPLETED.value,
            jobs.c.started_at.is_not(None),
        )
        .subquery()
    )


def _ended(tx: Transaction, wanted: JobsWanted) -> list[ColumnElement[bool]]:
    jobs = tx.tables.queue_jobs
    found: list[ColumnElement[bool]] = [jobs.c.completed_at.is_not(None)]
    if wanted.since is not None:
        found.append(jobs.c.completed_at >= wanted.since)
    if wanted.until is not None:
        found.append(jobs.c.completed_at < wanted.until)
    if wanted.types:
        found.append(jobs.c.type.in_(wanted.types))
    return found


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0))


def _seconds(row: Any, name: str) -> float | None:
    """Rounded to milliseconds: SQLite counts days in floats."""
    value = None if row is None else getattr(row, name)
    return None if value is None else round(max(float(value), 0.0), 3)
