"""Durable single enqueues from 50 concurrent callers, on a SQLite file."""

import asyncio
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks.figures import Figure, interleaved, median_ratio
from benchmarks.queue_ours import NEW, new_file
from benchmarks.queue_rivals import HAS_HUEY, NO_HUEY, PAYLOAD, open_huey
from lsync.core.queue import enqueue_alone
from lsync.core.store.database import Database

CALLERS = 50
EACH = 20
ROUNDS = 9


def run() -> list[Figure]:
    """Measure ours and Huey in turns."""
    rivals = [_ours, _huey] if HAS_HUEY else [_ours]
    readings = interleaved(rivals, rounds=ROUNDS)
    ours = readings[0]
    figures = [
        Figure(
            name=f"single enqueues, {CALLERS} callers",
            value=statistics.median(ours),
            unit="jobs/s",
            note=f"{min(ours):,.0f} to {max(ours):,.0f} in {len(ours)} rounds",
        )
    ]
    if not HAS_HUEY:
        return [*figures, Figure(name="enqueues against Huey", value=float("nan"), note=NO_HUEY)]
    return [
        *figures,
        Figure(
            name="enqueues against Huey",
            value=median_ratio(ours, readings[1]),
            goal=3,
            better="higher",
            note=f"Huey from {CALLERS} threads: {statistics.median(readings[1]):,.0f} jobs/s",
        ),
    ]


def _ours() -> float:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_enqueue(new_file(Path(folder))))


async def _enqueue(url: str) -> float:
    async def caller(database: Database) -> None:
        for _ in range(EACH):
            await enqueue_alone(database, NEW)

    async with await Database.open(url) as database:
        await enqueue_alone(database, NEW)
        started = time.perf_counter()
        await asyncio.gather(*(caller(database) for _ in range(CALLERS)))
        return CALLERS * EACH / (time.perf_counter() - started)


def _huey() -> float:
    with tempfile.TemporaryDirectory() as folder:
        huey = open_huey(Path(folder))

        def caller() -> None:
            for _ in range(EACH):
                huey.nothing(PAYLOAD)

        started = time.perf_counter()
        with ThreadPoolExecutor(CALLERS) as pool:
            for future in [pool.submit(partial(caller)) for _ in range(CALLERS)]:
                future.result()
        rate = CALLERS * EACH / (time.perf_counter() - started)
        huey.storage.close()
        return rate
