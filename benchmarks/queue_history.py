"""What a long history costs: claims and statistics beside a million finished jobs."""

import asyncio
import json
import sqlite3
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.queue_ours import fill, new_file
from benchmarks.queue_rivals import PAYLOAD
from lsync.core.queue import stats
from lsync.core.store.database import Database
from lsync.core.store.jobs import Claim
from lsync.core.store.jobs.claiming import claim_step

COMPLETED = 1_000_000
SCHEDULED = 100_000
FEW = 1_000
ROUNDS = 40
BATCH = 10

INSERT = """
    INSERT INTO queue_jobs (type, status, priority, payload, attempts, max_attempts, "rank",
        available_at, created_at, started_at, completed_at)
    VALUES ('nothing', ?, ?, ?, 1, 4, ?, ?, ?, ?, ?)
"""


def run() -> list[Figure]:
    """Measure the same claims beside few and beside many rows, in turns."""
    with tempfile.TemporaryDirectory() as few, tempfile.TemporaryDirectory() as many:
        small = new_file(Path(few))
        large = new_file(Path(many))
        _history(Path(few), completed=FEW, scheduled=0)
        _history(Path(many), completed=COMPLETED, scheduled=SCHEDULED)
        claims_few, claims_many, reading = asyncio.run(_measure(small, large))
    against = statistics.median(claims_many) / statistics.median(claims_few)
    note = f"{COMPLETED:,} completed and {SCHEDULED:,} scheduled rows against {FEW:,}"
    median = statistics.median(reading) * 1000
    return [
        Figure(name=f"claim of {BATCH} beside a long history", value=against, goal=1.3, note=note),
        Figure(name="statistics beside a long history", value=median, unit="ms", goal=20),
    ]


def _history(folder: Path, *, completed: int, scheduled: int) -> None:
    now = datetime.now(UTC)
    payload = json.dumps(PAYLOAD)

    def stamp(moment: datetime) -> str:
        return moment.strftime("%Y-%m-%d %H:%M:%S.%f")

    def old(number: int) -> tuple[object, ...]:
        then = stamp(now - timedelta(seconds=number * 0.5))
        return ("completed", number % 4, payload, None, then, then, then, then)

    def later(number: int) -> tuple[object, ...]:
        then = stamp(now + timedelta(hours=1, seconds=number))
        return ("pending", number % 4, payload, number % 4, then, stamp(now), None, None)

    connection = sqlite3.connect(folder / "lsync.db")
    connection.executemany(INSERT, (old(number) for number in range(completed)))
    connection.executemany(INSERT, (later(number) for number in range(scheduled)))
    connection.execute(
        "INSERT INTO queue_counts (status, priority, type, shard, jobs)"
        " SELECT status, priority, type, 0, COUNT(*) FROM queue_jobs GROUP BY 1, 2, 3"
    )
    connection.commit()
    connection.close()


async def _measure(small: str, large: str) -> tuple[list[float], list[float], list[float]]:
    few: list[float] = []
    many: list[float] = []
    reading: list[float] = []
    async with await Database.open(small) as one, await Database.open(large) as other:
        for database in (one, other):
            await fill(database, ROUNDS * BATCH)
        for _ in range(ROUNDS):
            few.append(await _claim(one))
            many.append(await _claim(other))
            reading.append(await _read(other))
    return few, many, reading


async def _claim(database: Database) -> float:
    request = Claim(worker_id="bench", types=("nothing",), limit=BATCH, lease=timedelta(seconds=30))

    def work(cursor: object) -> float:
        started = time.perf_counter()
        now = datetime.now(UTC)
        claimed = claim_step(cursor, request=request, now=now)  # type: ignore[arg-type]  # a Cursor
        assert len(claimed.jobs) == BATCH
        return time.perf_counter() - started

    return await database.call(partial(work))


async def _read(database: Database) -> float:
    started = time.perf_counter()
    async with database.read() as tx:
        await stats(tx, now=datetime.now(UTC))
    return time.perf_counter() - started
