"""What a claim asks before it looks at jobs: which types are paused, which ranks have jobs due.

One statement for all of it: on MariaDB each one costs a round trip, also while nothing is to do.
"""

from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Subquery, bindparam, literal, select, union_all

from lsync.core.domain.job import Priority
from lsync.core.store.cursor import Cursor, Prepared
from lsync.core.store.schema import Tables

_PAUSE = -1
"""Stands where the rank does, in the rows of the survey that name a paused type."""


class Survey(NamedTuple):
    """The paused types, and the ranks in which something is due, the best first."""

    paused: set[str]
    due: list[int]


def survey_step(cursor: Cursor, *, now: datetime) -> Survey:
    """Look around, as part of a piece of work that runs as a whole."""
    rows = cursor.run(_statements(cursor.tables).survey, now=now).rows
    return Survey(
        paused={kind for rank, kind in rows if rank == _PAUSE},
        due=sorted(rank for rank, _ in rows if rank != _PAUSE),
    )


def next_available_step(cursor: Cursor, *, now: datetime) -> datetime | None:
    """Return when the next job falls due that is not due yet, whatever its type."""
    rows = cursor.run(_statements(cursor.tables).next_available, now=now).rows
    return min((moment for (moment,) in rows), default=None)


class _Statements:
    def __init__(self, tables: Tables) -> None:
        available_at, pauses = tables.queue_jobs.c.available_at, tables.queue_pauses
        due = _first_of_each_rank(tables, available_at <= bindparam("now"))
        later = _first_of_each_rank(tables, available_at > bindparam("now"))
        self.survey = Prepared(
            union_all(
                select(literal(_PAUSE), pauses.c.type),
                *(select(first.c.rank, literal("")) for first in due),
            )
        )
        self.next_available = Prepared(
            union_all(*(select(first.c.available_at) for first in later))
        )


def _first_of_each_rank(tables: Tables, when: ColumnElement[bool]) -> list[Subquery]:
    """Select the first entry of each rank's range in the index of claims."""
    jobs = tables.queue_jobs
    return [
        select(jobs.c.rank, jobs.c.available_at)
        .where(jobs.c.rank == int(rank), when)
        .order_by(jobs.c.available_at)
        .limit(1)
        .subquery()
        for rank in Priority
    ]


@cache
def _statements(tables: Tables) -> _Statements:
    return _Statements(tables)
