"""The queue on MariaDB with a flush at every commit: one worker, then four processes at once."""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.figures import Figure, interleaved, median_ratio
from benchmarks.mariadb_by_hand import drain_lean_table, drain_same_statements
from benchmarks.queue_ours import drain, fill
from lsync.core.domain.job import JobState
from lsync.core.queue.pump import MAX_BATCH
from lsync.core.store import job_stats, migrate
from lsync.core.store.database import Database
from tests.databases import MariaDB, run_mariadb

JOBS = 8_000
BATCH = 100
ROUNDS = 5
WORKERS = 4


def run() -> list[Figure]:
    """Measure on a server of our own."""
    figures: list[Figure] = []
    for server in run_mariadb():
        url = server.create_database("lsync")
        migrate.upgrade(url)
        rivals: list[Callable[[], float]] = [
            partial(_ours, url),
            partial(_same_statements, server, url),
            partial(drain_lean_table, _arguments(server), JOBS, batch=BATCH),
        ]
        ours, same, lean = interleaved(rivals, rounds=ROUNDS)
        rate, twice = _four_processes(url)
        figures = [
            Figure(
                name="drain, MariaDB, flush at every commit",
                value=statistics.median(ours),
                unit="jobs/s",
                note=f"{min(ours):,.0f} to {max(ours):,.0f} in {len(ours)} rounds",
            ),
            Figure(
                name=f"against the same statements by hand, batch {BATCH}",
                value=median_ratio(ours, same),
                goal=0.6,
                better="higher",
                note=f"by hand {statistics.median(same):,.0f} jobs/s; ours take up to {MAX_BATCH}",
            ),
            Figure(
                name=f"against a table of seven columns, batch {BATCH}",
                value=median_ratio(ours, lean),
                note=f"by hand {statistics.median(lean):,.0f} jobs/s",
            ),
            Figure(name=f"drain by {WORKERS} processes", value=rate, unit="jobs/s"),
            Figure(name="jobs that ran twice", value=twice, unit="jobs", goal=0),
        ]
    return figures


def _ours(url: str) -> float:
    return asyncio.run(drain(url, JOBS))


def _same_statements(server: MariaDB, url: str) -> float:
    asyncio.run(_fill(url))
    return drain_same_statements(_arguments(server), JOBS, batch=BATCH)


def _arguments(server: MariaDB) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": server.port,
        "user": "lsync",
        "password": server.password,
        "database": "lsync",
    }


def _four_processes(url: str) -> tuple[float, int]:
    """Return the rate and how many jobs ran more than once."""
    asyncio.run(_fill(url))
    started = time.perf_counter()
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.queue_process", url, f"w{number}"],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(WORKERS)
    ]
    asyncio.run(_until_done(url))
    rate = JOBS / (time.perf_counter() - started)
    runs: Counter[int] = Counter()
    for process in processes:
        process.terminate()
        runs.update(json.loads(process.communicate()[0]))
    return rate, sum(number > 1 for number in runs.values())


async def _fill(url: str) -> None:
    async with await Database.open(url) as database:
        await fill(database, JOBS)


async def _until_done(url: str) -> None:
    async with await Database.open(url) as database:
        while True:
            async with database.read() as tx:
                counts = (await job_stats.counts(tx)).by_priority
            living = (JobState.PENDING, JobState.PROCESSING)
            if not any(sum(counts[state].values()) for state in living):
                return
            await asyncio.sleep(0.05)
