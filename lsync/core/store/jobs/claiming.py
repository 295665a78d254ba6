"""Gives jobs to a worker: the best ones first, each to one worker only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial

from sqlalchemy import bindparam, func, insert, null, or_, select, update

from lsync.core.domain.job import Job, JobState
from lsync.core.store.change import Change, Dialect
from lsync.core.store.cursor import Cursor, Prepared, Row
from lsync.core.store.jobs.counting import tally
from lsync.core.store.jobs.pausing import ALL
from lsync.core.store.jobs.rows import (
    ALONE,
    CONCURRENCY_KEY,
    CONCURRENCY_LIMIT,
    ID,
    among,
    claim_columns,
    read_claimed,
)
from lsync.core.store.jobs.surveying import survey_step
from lsync.core.store.schema import Tables
from lsync.core.store.transaction import Transaction

ROUNDS = 10
"""How often a claim looks past jobs whose concurrency key turned out to be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a worker asks for: at most ``limit`` jobs of ``types`` for as long as ``lease``.

    ``busy``: the worker runs something, so a job that must run alone cannot be given to it;
    nothing that comes after such a job is given either, until the worker has run dry.
    """

    worker_id: str
    types: Collection[str]
    limit: int
    lease: timedelta
    busy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """The jobs that were given.

    ``is_held_up``: one that must run alone is among them or next in line, so that more can be
    had once the worker has run dry.
    """

    jobs: list[Job]
    is_held_up: bool = False


async def claim(tx: Transaction, request: Claim, *, now: datetime) -> list[Job]:
    """Claim jobs in the order rank, ``available_at``, id. They may run after the commit only.

    The rank is the priority, less what waiting has earned (``promote``).
    """
    return (await tx.call(partial(claim_step, request=request, now=now))).jobs


def claim_step(cursor: Cursor, *, request: Claim, now: datetime) -> Claimed:
    """Claim jobs, as part of a piece of work that runs as a whole."""
    paused, due = survey_step(cursor, now=now)
    types = sorted(set(request.types) - paused)
    claimed: list[Job] = []
    if ALL in paused or not types:
        return Claimed(jobs=claimed)
    for rank in due:
        for _ in range(ROUNDS):
            room = request.limit - len(claimed)
            if room <= 0:
                return Claimed(jobs=claimed)
            look = _look(cursor, rank=rank, types=types, room=room, now=now)
            is_idle = not request.busy and not claimed
            chosen, is_held_up = _choose(cursor, look, may_run_alone=is_idle)
            claimed += _take(cursor, chosen, request=request, now=now)
            if is_held_up:
                return Claimed(jobs=claimed, is_held_up=True)
            if len(look) < room:
                break
    return Claimed(jobs=claimed)


def _look(
    cursor: Cursor, *, rank: int, types: list[str], room: int, now: datetime
) -> Sequence[Row]:
    """Return the next candidates of one rank: one range of the claim index."""
    statements = _statements(cursor.tables, cursor.dialect)
    return cursor.run(statements.look, rank=rank, types=types, room=room, now=now).rows


def _choose(cursor: Cursor, look: Sequence[Row], *, may_run_alone: bool) -> tuple[list[Row], bool]:
    """Pick the candidates that get a slot, up to one that must run alone.

    Such a job is picked only by itself, and nothing behind it is picked: it holds them up.
    """
    chosen: list[Row] = []
    for row in look:
        if row[ALONE]:
            if may_run_alone and not chosen and _take_slot(cursor, row):
                chosen.append(row)
            return chosen, True
        if _take_slot(cursor, row):
            chosen.append(row)
    return chosen, False


def _take_slot(cursor: Cursor, row: Row) -> bool:
    """Occupy one of the slots of the job's concurrency key, if it has one."""
    key, limit = row[CONCURRENCY_KEY], row[CONCURRENCY_LIMIT]
    if key is None:
        return True
    statements = _statements(cursor.tables, cursor.dialect)
    taken: set[int] = set()
    if limit > 1:
        taken = {slot for (slot,) in cursor.run(statements.slots, key=key).rows}
    return any(
        cursor.run(statements.take_slot, key=key, slot=slot, job_id=row[ID]).matched
        for slot in range(limit)
        if slot not in taken
    )


def _take(cursor: Cursor, chosen: Sequence[Row], *, request: Claim, now: datetime) -> list[Job]:
    """Write the claim and return the jobs as they are now."""
    if not chosen:
        return []
    expires_at = now + request.lease
    cursor.run(
        _statements(cursor.tables, cursor.dialect).take,
        ids=sorted(row[ID] for row in chosen),
        worker_id=request.worker_id,
        now=now,
        expires_at=expires_at,
    )
    jobs = [
        read_claimed(row, worker_id=request.worker_id, now=now, expires_at=expires_at)
        for row in chosen
    ]
    tally(cursor).move_all(JobState.PENDING, JobState.PROCESSING, jobs, now=now)
    for job in jobs:
        cursor.emit(Change(kind="job", key=str(job.id)))
    return jobs


class _Statements:
    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        jobs, slots = tables.queue_jobs, tables.queue_slots
        used = (
            select(func.count())
            .select_from(slots)
            .where(slots.c.concurrency_key == jobs.c.concurrency_key)
            .scalar_subquery()
        )
        self.look = Prepared(
            select(*claim_columns(tables))
            .where(
                jobs.c.rank == bindparam("rank"),
                jobs.c.available_at <= bindparam("now"),
                among(jobs.c.type, "types", dialect),
                or_(jobs.c.concurrency_key.is_(None), used < jobs.c.concurrency_limit),
            )
            .order_by(jobs.c.available_at, jobs.c.id)
            .limit(bindparam("room"))
            .with_for_update(skip_locked=True)
        )
        self.slots = Prepared(
            select(slots.c.slot).where(slots.c.concurrency_key == bindparam("key"))
        )
        self.take_slot = Prepared(
            insert(slots)
            .prefix_with("OR IGNORE", dialect="sqlite")
            .prefix_with("IGNORE", dialect="mysql")
            .values(
                concurrency_key=bindparam("key"), slot=bindparam("slot"), job_id=bindparam("job_id")
            )
        )
        self.take = Prepared(
            update(jobs)
            .where(among(jobs.c.id, "ids", dialect))
            .values(
                status=JobState.PROCESSING.value,
                rank=null(),
                unique_pending=null(),
                worker_id=bindparam("worker_id"),
                epoch=jobs.c.epoch + 1,
                started_at=bindparam("now"),
                lease_expires_at=bindparam("expires_at"),
            )
        )


@cache
def _statements(tables: Tables, dialect: Dialect) -> _Statements:
    return _Statements(tables, dialect)
