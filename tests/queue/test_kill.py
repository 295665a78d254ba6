"""Worker processes that are killed at random instants: every job ends exactly once."""

import asyncio
import contextlib
import random
import signal
import sys
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from lsync.core.domain.job import JobState, Priority
from lsync.core.queue import JobFilter, JobStateError, NewJob, listing
from lsync.core.store import job_stats
from lsync.core.store.database import Database
from lsync.core.store.workers import listing as workers_known
from tests.queue.doing import Doing

pytestmark = pytest.mark.process

KILLS = 15
"""Per database; two databases make thirty in the normal suite."""
LONG_KILLS = 500
STARTING = 5
"""Of so many kills one may hit a process that has not begun to work."""
DRAIN_SECONDS = {KILLS: 120, LONG_KILLS: 900}


async def start(url: str, worker_id: str, ledger: Path) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.queue.worker_process", url, worker_id, str(ledger)
    )


@asynccontextmanager
async def process(url: str, worker_id: str, ledger: Path) -> AsyncIterator[Process]:
    started = await start(url, worker_id, ledger)
    try:
        yield started
    finally:
        if started.returncode is None:
            started.terminate()
            await started.wait()


async def noted(ledger: Path) -> Counter[str]:
    return Counter((await asyncio.to_thread(ledger.read_text)).splitlines())


async def unfinished(database: Database) -> int:
    async with database.read() as tx:
        counts = await job_stats.counts(tx)
    living = (JobState.PENDING, JobState.PROCESSING)
    return sum(sum(counts.by_priority[state].values()) for state in living)


async def wait_until_done(database: Database, *, seconds: float = 120) -> None:
    async with asyncio.timeout(seconds):
        while await unfinished(database):  # noqa: ASYNC110 - it is another process's doing
            await asyncio.sleep(0.05)


async def kill_again_and_again(
    doing: Doing, url: str, ledger: Path, *, kills: int, workers: tuple[str, ...]
) -> None:
    """Feed jobs and kill whichever worker comes up, at a random moment of its life."""
    chance = random.Random(kills)
    running = {worker: await start(url, worker, ledger) for worker in workers}
    for number in range(kills):
        await doing.enqueue(
            *(
                NewJob(
                    type="work",
                    priority=chance.choice(list(Priority)),
                    concurrency_key=chance.choice([None, None, "a", "b"]),
                )
                for _ in range(12)
            )
        )
        victim = workers[number % len(workers)]
        if number % STARTING:
            await until_registered(doing.database, running[victim].pid)
        await asyncio.sleep(chance.uniform(0.0, 0.3))
        running[victim].kill()
        await running[victim].wait()
        running[victim] = await start(url, victim, ledger)
    async with asyncio.timeout(DRAIN_SECONDS[kills]):
        while await unfinished(doing.database) or await retry_the_unlucky(doing):
            await run_resting_jobs_now(doing)
            await asyncio.sleep(0.2)
    for worker in running.values():
        worker.terminate()
        # The last one may have had nothing to do and be asked to stop before it listens.
        assert await worker.wait() in (0, -signal.SIGTERM)


async def until_registered(database: Database, pid: int) -> None:
    """Wait until that process is a worker: before, there is little to break off."""
    async with asyncio.timeout(120):
        while True:
            async with database.read() as tx:
                if pid in {row.pid for row in await workers_known(tx)}:
                    return
            await asyncio.sleep(0.02)


async def run_resting_jobs_now(doing: Doing) -> None:
    """Spare the test the rest that a job takes after it crashed alone."""
    async with doing.database.read() as tx:
        now = await tx.now()
        waiting = await listing(tx, JobFilter(state=JobState.PENDING), limit=10_000)
    for job in waiting:
        if job.available_at > now:
            with contextlib.suppress(JobStateError):
                await doing.retry(job.id)


async def retry_the_unlucky(doing: Doing) -> int:
    """The person on duty: among hundreds of kills, three may hit one job that ran alone."""
    async with doing.database.read() as tx:
        dead = await listing(tx, JobFilter(state=JobState.FAILED), limit=10_000)
    for job in dead:
        assert (job.error_class, job.crashes) == ("Crashed", 3)
        await doing.retry(job.id)
    return len(dead)


async def check(doing: Doing, ledger: Path) -> None:
    """Every job is done, ran to its end at least once, and shows each lost run in its history."""
    async with doing.database.read() as tx:
        jobs = await listing(tx, JobFilter(), limit=100_000)
        held = await tx.execute(tx.tables.queue_slots.select())
        assert held.all() == []
    lines = await noted(ledger)
    for job in jobs:
        assert job.state is JobState.COMPLETED, (job.error_class, job.error)
        assert job.attempts == (2 if job.id % 11 == 0 else 1)
        assert lines[f"end {job.id}"] >= 1
        found = await doing.find(job.id)
        outcomes = Counter(attempt.outcome for attempt in found.history)
        assert outcomes["done"] == 1
        # A run that was claimed and never started, or done and not yet written, is lost too.
        assert lines[f"end {job.id}"] <= 1 + outcomes["crashed"]
        assert lines[f"start {job.id}"] <= outcomes.total()


async def test_killed_workers_lose_nothing_and_do_nothing_twice_for_nothing(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    ledger, doing = tmp_path / "ledger", Doing(database)
    workers = ("w1",) if database.dialect == "sqlite" else ("w1", "w2")
    await kill_again_and_again(doing, database_url, ledger, kills=KILLS, workers=workers)
    await check(doing, ledger)


@pytest.mark.long
async def test_five_hundred_kills(database: Database, database_url: str, tmp_path: Path) -> None:
    ledger, doing = tmp_path / "ledger", Doing(database)
    workers = ("w1",) if database.dialect == "sqlite" else ("w1", "w2", "w3")
    await kill_again_and_again(doing, database_url, ledger, kills=LONG_KILLS, workers=workers)
    await check(doing, ledger)


async def test_two_processes_share_the_jobs_and_run_each_once(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    ledger, doing = tmp_path / "ledger", Doing(database)
    ids = [found.job_id for found in await doing.enqueue(*[NewJob(type="work")] * 300)]
    async with (
        process(database_url, "w1", ledger),
        process(database_url, "w2", ledger),
    ):
        await wait_until_done(database)
    lines = await noted(ledger)
    assert all(lines[f"end {job_id}"] == 1 for job_id in ids)


async def test_a_job_that_kills_its_worker_is_dead_after_three_and_spares_the_others(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, doing = tmp_path / "ledger", Doing(database)
    poison = await doing.one(payload={"poison": True})
    others = [await doing.one() for _ in range(10)]
    crashes = 0
    async with asyncio.timeout(100):
        while await unfinished(database):
            worker = await start(database_url, "w1", ledger)
            waiting = asyncio.create_task(worker.wait())
            while not waiting.done() and await unfinished(database):
                await asyncio.sleep(0.02)
                await hurry(doing, poison)
            if waiting.done():
                crashes += 1
            else:
                worker.terminate()
            await waiting
    assert (await doing.find(poison)).error_class == "Crashed"
    assert crashes in (3, 4)
    for job_id in others:
        found = await doing.find(job_id)
        assert (found.state, found.crashes) == (JobState.COMPLETED, 0)


async def hurry(doing: Doing, job_id: int) -> None:
    """Spare the test the rest that a crashed job takes, once the others are done."""
    job = await doing.find(job_id)
    if job.state is JobState.PENDING and await unfinished(doing.database) == 1:
        with contextlib.suppress(JobStateError):
            await doing.retry(job_id)
