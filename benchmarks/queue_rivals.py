"""What the queue is measured against: SQLite by hand, and Huey.

Huey deletes a task when it takes it: at most once, where lsync runs each at least once. It is
measured with its fsync on, without results, and driven directly, which is its fastest way.
"""

import contextlib
import importlib
import importlib.util
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAYLOAD = {"order_number": "PO-1001", "note": "x" * 60}
"""About 100 bytes as JSON."""

MOMENT = "2026-01-01 00:00:00.000000"
SELECT = (
    "SELECT id, payload, epoch FROM jobs WHERE state = 0 AND available_at <= ?"
    " ORDER BY priority, available_at, id LIMIT ?"
)
CLAIM = "UPDATE jobs SET state = 1, worker = 'w', epoch = epoch + 1, lease = ? WHERE id = ?"
DONE = "UPDATE jobs SET state = 2, lease = NULL, done_at = ? WHERE id = ? AND epoch = ?"
HAS_HUEY = importlib.util.find_spec("huey") is not None
NO_HUEY = "Huey is not installed: make bench"


def open_huey(folder: Path) -> Any:
    """Return a durable Huey over a new file, with one task that does nothing."""
    make = importlib.import_module("huey").SqliteHuey
    huey = make(filename=str(folder / "huey.db"), fsync=True, results=False)
    huey.nothing = huey.task()(_nothing)
    return huey


def _nothing(payload: dict[str, str]) -> None:
    """Do nothing."""


def drain_huey(folder: Path, jobs: int) -> float:
    """Return how many jobs a second Huey carries out."""
    huey = open_huey(folder)
    for _ in range(jobs):
        huey.nothing(PAYLOAD)
    started = time.perf_counter()
    for _ in range(jobs):
        huey.execute(huey.dequeue())
    rate = jobs / (time.perf_counter() - started)
    huey.storage.close()
    return rate


@contextlib.contextmanager
def by_hand(folder: Path, jobs: int, payload: str) -> Iterator[sqlite3.Connection]:
    """Give a durable table of jobs with what a guarded claim needs, and no more."""
    connection = sqlite3.connect(folder / "hand.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE jobs (id INTEGER PRIMARY KEY, state INTEGER, priority INTEGER,"
        " available_at TEXT, payload TEXT, worker TEXT, epoch INTEGER, lease TEXT, done_at TEXT)"
    )
    connection.execute("CREATE INDEX ready ON jobs (state, priority, available_at, id)")
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO jobs (state, priority, available_at, payload, epoch) VALUES (0, 2, ?, ?, 0)",
        [(MOMENT, payload)] * jobs,
    )
    connection.execute("COMMIT")
    try:
        yield connection
    finally:
        connection.close()


def drain_by_hand(folder: Path, jobs: int, *, batch: int, payload: str) -> float:
    """Return how many jobs a second the driver alone claims and acknowledges.

    In batches, in order, with lease and epoch, as lsync does; without anything to run, and
    without types, keys, dependencies, counts or history.
    """
    with by_hand(folder, jobs, payload) as connection:
        started = time.perf_counter()
        for _ in range(0, jobs, batch):
            connection.execute("BEGIN IMMEDIATE")
            found = connection.execute(SELECT, (MOMENT, batch)).fetchall()
            connection.executemany(CLAIM, [(MOMENT, job_id) for job_id, *_ in found])
            connection.execute("COMMIT")
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(DONE, [(MOMENT, job_id, 1) for job_id, *_ in found])
            connection.execute("COMMIT")
        return jobs / (time.perf_counter() - started)
