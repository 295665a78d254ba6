"""Periodic work as rows: each due run is queued exactly once, whichever daemon sees it first."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, insert, select, update

from lsync.core.domain.job import Priority, UniqueScope
from lsync.core.store.jobs.enqueueing import enqueue
from lsync.core.store.jobs.new_job import NewJob, encode_payload
from lsync.core.store.transaction import Transaction


class Missed(StrEnum):
    """What becomes of runs that fell due while no daemon ran."""

    ONCE = "once"
    """One run makes up for all of them."""
    SKIP = "skip"
    """They are left out; the next one comes at its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A job that is queued every so often. One run waits at a time, never two."""

    name: str
    type: str
    every: timedelta
    payload: dict[str, object] = field(default_factory=dict)
    priority: Priority = Priority.NORMAL
    missed: Missed = Missed.ONCE


async def define(tx: Transaction, wanted: Sequence[Schedule], *, now: datetime) -> None:
    """Make ``wanted`` the schedules there are.

    One that stays keeps its next run, unless that is further away than its time between runs,
    which was shortened then.
    """
    table = tx.tables.queue_schedules
    await tx.execute(delete(table).where(table.c.name.not_in([plan.name for plan in wanted])))
    for plan in wanted:
        row = {
            "type": plan.type,
            "payload": encode_payload(plan.payload),
            "priority": int(plan.priority),
            "every_seconds": plan.every.total_seconds(),
            "missed": plan.missed.value,
        }
        changed = await tx.execute(update(table).where(table.c.name == plan.name).values(row))
        if not changed.rowcount:
            await tx.execute(insert(table).values(name=plan.name, next_run_at=now, **row))
            continue
        at_latest = now + plan.every
        too_late = (table.c.name == plan.name, table.c.next_run_at > at_latest)
        await tx.execute(update(table).where(*too_late).values(next_run_at=at_latest))


async def enqueue_due(tx: Transaction, *, now: datetime) -> list[int]:
    """Queue every run that is due and return the ids of the jobs.

    The next run is set in the same transaction and guarded by the old one, so that of several
    daemons one queues it and the others find it done.
    """
    table = tx.tables.queue_schedules
    due = await tx.execute(select(table).where(table.c.next_run_at <= now).order_by(table.c.name))
    queued: list[int] = []
    for row in due.all():
        every = timedelta(seconds=row.every_seconds)
        taken = await tx.execute(
            update(table)
            .where(table.c.name == row.name, table.c.next_run_at == row.next_run_at)
            .values(next_run_at=_next(row.next_run_at, every=every, now=now))
        )
        is_late = now - row.next_run_at >= every
        if not taken.rowcount or (is_late and row.missed == Missed.SKIP.value):
            continue
        job = NewJob(
            type=row.type,
            payload=json.loads(row.payload),
            priority=Priority(row.priority),
            unique_key=f"schedule:{row.name}",
            unique_scope=UniqueScope.ACTIVE,
        )
        queued.append((await enqueue(tx, job, now=now)).job_id)
    return queued


async def next_due(tx: Transaction) -> datetime | None:
    """Return when the next run falls due; None without schedules."""
    table = tx.tables.queue_schedules
    found: datetime | None = await tx.scalar(
        select(table.c.next_run_at).order_by(table.c.next_run_at).limit(1)
    )
    return found


def _next(planned: datetime, *, every: timedelta, now: datetime) -> datetime:
    """Return the first time after ``now`` on the grid that starts at ``planned``."""
    return planned + every * ((now - planned) // every + 1)
