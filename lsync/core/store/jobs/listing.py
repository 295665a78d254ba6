"""Finds jobs for people: one with its history, or a page of those that match a filter."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, literal, or_, select

from lsync.core.domain.job import Job, JobState, Priority
from lsync.core.domain.state_words import states_meant
from lsync.core.store.jobs.errors import UnknownJobError
from lsync.core.store.jobs.history import attempts_of
from lsync.core.store.jobs.rows import job_columns, read_job
from lsync.core.store.schema import Tables
from lsync.core.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Which jobs are meant; unset conditions let every job pass.

    ``text`` is looked for in payload, unique key and error, and may begin a state. ``stuck_at``:
    jobs whose lease has expired by then. ``since`` and ``until`` (not included) are moments of
    enqueueing. ``order`` is an order's number; ``supplier`` and ``outlet`` are parts of what the
    order of the job names.
    """

    state: JobState | None = None
    type: str | None = None
    priority: Priority | None = None
    worker_id: str | None = None
    error_class: str | None = None
    text: str | None = None
    stuck_at: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    order: str | None = None
    supplier: str | None = None
    outlet: str | None = None


EVERY = JobFilter()
OF_ORDER = "order:"
"""How the concurrency key of a job about an order begins; its number follows."""


async def find(tx: Transaction, job_id: int) -> Job:
    """Return one job with the history of its attempts.

    Raises:
        UnknownJobError: there is none.
    """
    table = tx.tables.queue_jobs
    found = await tx.execute(select(*job_columns(tx.tables)).where(table.c.id == job_id))
    row = found.first()
    if row is None:
        raise UnknownJobError(job_id)
    job = read_job(row)
    return job._replace(history=tuple(await attempts_of(tx, job)))


async def listing(
    tx: Transaction, which: JobFilter = EVERY, *, limit: int = 50, after: int | None = None
) -> list[Job]:
    """Return matching jobs, newest first, without history; ``after`` is the last id seen."""
    table = tx.tables.queue_jobs
    conditions = _conditions(tx.tables, which)
    if after is not None:
        conditions.append(table.c.id < after)
    found = await tx.execute(
        select(*job_columns(tx.tables)).where(*conditions).order_by(table.c.id.desc()).limit(limit)
    )
    return [read_job(row) for row in found]


async def ids_matching(tx: Transaction, which: JobFilter = EVERY, *, limit: int) -> list[int]:
    """Return the ids of matching jobs, oldest first."""
    table = tx.tables.queue_jobs
    found = await tx.execute(
        select(table.c.id).where(*_conditions(tx.tables, which)).order_by(table.c.id).limit(limit)
    )
    return list(found.scalars())


def _conditions(tables: Tables, which: JobFilter) -> list[ColumnElement[bool]]:
    jobs = tables.queue_jobs.c
    wanted: list[ColumnElement[bool]] = []
    for column, value in (
        (jobs.status, which.state),
        (jobs.type, which.type),
        (jobs.priority, which.priority),
        (jobs.worker_id, which.worker_id),
        (jobs.error_class, which.error_class),
    ):
        if value is not None:
            wanted.append(column == value)
    if which.stuck_at is not None:
        wanted.append(jobs.lease_expires_at < which.stuck_at)
    if which.since is not None:
        wanted.append(jobs.created_at >= which.since)
    if which.until is not None:
        wanted.append(jobs.created_at < which.until)
    if which.text:
        wanted.append(_says(tables, which.text))
    if which.order is not None:
        wanted.append(jobs.concurrency_key == f"{OF_ORDER}{which.order}")
    if which.supplier or which.outlet:
        wanted.append(_of_orders(tables, which))
    return wanted


def _of_orders(tables: Tables, which: JobFilter) -> ColumnElement[bool]:
    orders = tables.purchase_orders.c
    pairs = ((orders.supplier, which.supplier), (orders.outlet, which.outlet))
    named = [column.icontains(part, autoescape=True) for column, part in pairs if part]
    keys = select(literal(OF_ORDER) + orders.order_number).where(*named)
    return tables.queue_jobs.c.concurrency_key.in_(keys)


def _says(tables: Tables, text: str) -> ColumnElement[bool]:
    jobs = tables.queue_jobs.c
    columns = (jobs.payload, jobs.unique_key, jobs.error)
    return or_(
        *(column.icontains(text, autoescape=True) for column in columns),
        jobs.status.in_([state.value for state in states_meant(text, JobState)]),
    )
