"""The database goes away or fills up under load: work resumes by itself and nothing is lost."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from lsync.core.domain.job import JobState
from lsync.core.domain.outcome import Done, Outcome
from lsync.core.queue import JobContext, Worker
from lsync.core.store import migrate
from lsync.core.store.database import Database, DatabaseFull
from tests.databases import run_mariadb
from tests.queue.doing import Doing


async def until_done(doing: Doing, job_id: int) -> None:
    done = False
    while not done:
        done = (await doing.find(job_id)).state is JobState.COMPLETED
        await asyncio.sleep(0.01)


async def finish(doing: Doing, ids: list[int]) -> None:
    async with asyncio.timeout(60):
        for job_id in ids:
            await until_done(doing, job_id)


async def fill(doing: Doing) -> None:
    for _ in range(2_000):
        await doing.one(payload={"text": "x" * 20_000})


@pytest.mark.mariadb
@pytest.mark.process
async def test_a_killed_server_that_comes_back_finds_the_worker_waiting() -> None:
    runs: list[int] = []
    under_way = asyncio.Event()

    async def handler(context: JobContext) -> Outcome:
        runs.append(context.job.id)
        if len(runs) > 50:
            under_way.set()
        await asyncio.sleep(0.002)
        return Done()

    for server in run_mariadb():
        url = server.create_database("lsync")
        await asyncio.to_thread(migrate.upgrade, url)
        async with await Database.open(url) as database:
            doing = Doing(database)
            ids = [await doing.one() for _ in range(300)]
            stop = asyncio.Event()
            worker = Worker(
                database, handlers={"work": handler}, worker_id="w1", lease=timedelta(seconds=5)
            )
            task = asyncio.create_task(worker.run(stop))
            await under_way.wait()
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            await finish(doing, ids)
            stop.set()
            await task
    assert set(runs) == set(ids)


async def test_a_full_disk_keeps_results_until_there_is_room(
    sqlite_template: Path, tmp_path: Path
) -> None:
    import shutil

    path = shutil.copy(sqlite_template, tmp_path / "lsync.db")
    full = asyncio.Event()

    async with await Database.open(f"sqlite:///{path}") as database:
        doing = Doing(database)

        async def limit(pages: int) -> None:
            async with database.write() as tx:
                await tx.scalar(text(f"PRAGMA max_page_count = {pages}"))

        async def handler(context: JobContext) -> Outcome:
            if not full.is_set():
                async with database.read() as tx:
                    pages = await tx.scalar(text("PRAGMA page_count"))
                await limit(pages)
                full.set()
            return Done(result={"text": "x" * 20_000})

        ids = [await doing.one() for _ in range(20)]
        stop = asyncio.Event()
        worker = Worker(
            database,
            handlers={"work": handler},
            worker_id="w1",
            worker_sleep=timedelta(milliseconds=50),
        )
        task = asyncio.create_task(worker.run(stop))
        await full.wait()
        with pytest.raises(DatabaseFull):
            await fill(doing)
        states = {(await doing.find(job_id)).state for job_id in ids}
        assert JobState.COMPLETED not in states
        await limit(1_000_000)
        await finish(doing, ids)
        stop.set()
        await task
        async with database.read() as tx:
            assert await tx.scalar(text("PRAGMA integrity_check")) == "ok"
