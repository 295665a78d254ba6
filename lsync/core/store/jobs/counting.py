"""Keeps the numbers of jobs by state, priority and type, and the pulse of the last hour.

They are written as differences, last in each transaction and spread over shards, so that no
statistic scans the jobs and no two transactions wait long for one counter.
"""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam
from sqlalchemy.dialects import mysql, sqlite

from lsync.core.domain.job import Job, JobState, Priority
from lsync.core.store.change import Dialect
from lsync.core.store.cursor import Cursor, Prepared
from lsync.core.store.schema import Tables

SHARDS = 8
NAME = "queue_counts"

Group = tuple[str, int, str]


class Tally:
    """The differences of one transaction."""

    def __init__(self, *, shard: int) -> None:
        self.jobs: Counter[Group] = Counter()
        self.completed: Counter[datetime] = Counter()
        self.failed: Counter[datetime] = Counter()
        self._shard = shard

    def add(self, state: JobState, *, priority: Priority | int, kind: str, jobs: int = 1) -> None:
        """Count ``jobs`` more of type ``kind`` in ``state``."""
        self.jobs[state.value, int(priority), kind] += jobs

    def move_all(self, old: JobState, new: JobState, jobs: Iterable[Job], *, now: datetime) -> None:
        """Count ``jobs`` out of ``old`` and into ``new``."""
        groups = Counter((job.priority, job.type) for job in jobs)
        for (priority, kind), number in groups.items():
            self.add(old, priority=priority, kind=kind, jobs=-number)
            self.add(new, priority=priority, kind=kind, jobs=number)
        minute = now.replace(second=0, microsecond=0)
        if new is JobState.COMPLETED:
            self.completed[minute] += groups.total()
        elif new is JobState.FAILED:
            self.failed[minute] += groups.total()

    def flush(self, cursor: Cursor) -> None:
        """Add the differences to the tables, in one order, so that no two writers deadlock."""
        statements = _statements(cursor.tables, cursor.dialect)
        cursor.run_many(
            statements.count,
            [
                {
                    "status": state,
                    "priority": priority,
                    "type": kind,
                    "shard": self._shard,
                    "jobs": jobs,
                }
                for (state, priority, kind), jobs in sorted(self.jobs.items())
                if jobs
            ],
        )
        cursor.run_many(
            statements.minute,
            [
                {
                    "minute": minute,
                    "shard": self._shard,
                    "completed": self.completed[minute],
                    "failed": self.failed[minute],
                }
                for minute in sorted(self.completed.keys() | self.failed.keys())
            ],
        )


def tally(cursor: Cursor) -> Tally:
    """Return the tally of the transaction of ``cursor``; it is written before the commit."""
    found = cursor.gathered.get(NAME)
    if not isinstance(found, Tally):
        found = Tally(shard=0 if cursor.dialect == "sqlite" else random.randrange(SHARDS))
        cursor.gathered[NAME] = found
    return found


class _Statements:
    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        self.count = _add(tables.queue_counts, dialect, "jobs")
        self.minute = _add(tables.queue_minutes, dialect, "completed", "failed")


@cache
def _statements(tables: Tables, dialect: Dialect) -> _Statements:
    return _Statements(tables, dialect)


def _add(table: Table, dialect: Dialect, *numbers: str) -> Prepared:
    """Insert a row, or add its ``numbers`` to the row that is there."""
    values: dict[str, Any] = {column.name: bindparam(column.name) for column in table.columns}
    if dialect == "sqlite":
        lite = sqlite.insert(table).values(values)
        return Prepared(
            lite.on_conflict_do_update(
                index_elements=list(table.primary_key),
                set_={name: table.c[name] + lite.excluded[name] for name in numbers},
            )
        )
    maria = mysql.insert(table).values(values)
    return Prepared(
        maria.on_duplicate_key_update(
            {name: table.c[name] + maria.inserted[name] for name in numbers}
        )
    )
