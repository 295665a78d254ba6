"""Other job queues, each driven through its own programming interface by one process.

All run a task that does nothing, with a payload of about 100 bytes, durably: SQLite WAL with
``synchronous=FULL``, PostgreSQL as it comes (fsync, synchronous_commit), Redis that syncs its log
before it answers. The clock runs to the last end of a job that is on disk. Each loads its library
only when it is asked to run: they come with the optional extra ``bench``.
"""

import asyncio
import importlib
import importlib.util
import json
import logging
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.queue_rivals import PAYLOAD

CONCURRENCY = 100


def is_installed(module: str) -> bool:
    """Say whether the library is there."""
    return importlib.util.find_spec(module) is not None


def drain_litequeue(jobs: int) -> float:
    """Return how many jobs a second litequeue carries out, one by one."""
    library = importlib.import_module("litequeue")
    with tempfile.TemporaryDirectory() as folder:
        queue = library.LiteQueue(str(Path(folder) / "queue.db"))
        queue.conn.execute("PRAGMA synchronous=FULL")
        payload = json.dumps(PAYLOAD)
        for _ in range(jobs):
            queue.put(payload)
        started = time.perf_counter()
        while (message := queue.pop()) is not None:
            json.loads(message.data)
            queue.done(message.message_id)
        rate = jobs / (time.perf_counter() - started)
        queue.conn.close()
        return rate


def drain_procrastinate(url: str, jobs: int) -> float:
    """Return how many jobs a second procrastinate carries out."""
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    return asyncio.run(_procrastinate(url, jobs))


async def _procrastinate(url: str, jobs: int) -> float:
    library: Any = importlib.import_module("procrastinate")
    connector = library.PsycopgConnector(conninfo=url, min_size=1, max_size=20)
    app = library.App(connector=connector)

    @app.task(name="nothing")  # type: ignore[untyped-decorator]  # the library is loaded at run time
    async def nothing(**_: object) -> None:
        """Do nothing."""

    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        await nothing.batch_defer_async(*[dict(PAYLOAD)] * jobs)
        started = time.perf_counter()
        await app.run_worker_async(
            wait=False,
            concurrency=CONCURRENCY,
            listen_notify=False,
            install_signal_handlers=False,
        )
        return jobs / (time.perf_counter() - started)


def drain_pgqueuer(url: str, jobs: int) -> float:
    """Return how many jobs a second pgqueuer carries out."""
    return asyncio.run(_pgqueuer(url, jobs))


async def _pgqueuer(url: str, jobs: int) -> float:
    library: Any = importlib.import_module("pgqueuer")
    modes: Any = importlib.import_module("pgqueuer.types").QueueExecutionMode
    connection = await importlib.import_module("asyncpg").connect(url)
    driver = library.AsyncpgDriver(connection)
    queries = library.Queries(driver)
    if not await connection.fetchval("SELECT to_regclass('pgqueuer')"):
        await queries.install()
    manager = library.QueueManager(queries)

    @manager.entrypoint("nothing")  # type: ignore[untyped-decorator]  # the same
    async def nothing(_: object) -> None:
        """Do nothing."""

    payload = json.dumps(PAYLOAD).encode()
    await queries.enqueue(["nothing"] * jobs, [payload] * jobs, [0] * jobs)
    started = time.perf_counter()
    await manager.run(batch_size=CONCURRENCY, mode=modes.drain)
    rate = jobs / (time.perf_counter() - started)
    await connection.close()
    return rate


def drain_saq(url: str, jobs: int) -> float:
    """Return how many jobs a second saq carries out."""
    logging.getLogger("saq").setLevel(logging.ERROR)
    return asyncio.run(_saq(url, jobs))


async def _saq(url: str, jobs: int) -> float:
    library: Any = importlib.import_module("saq")
    queue = library.Queue.from_url(url)
    ended, all_ended = 0, asyncio.Event()

    async def nothing(_: object, **__: object) -> None:
        """Do nothing."""

    async def count(_: object) -> None:
        nonlocal ended
        ended += 1
        if ended == jobs:
            all_ended.set()

    await queue.connect()
    for start in range(0, jobs, CONCURRENCY):
        some = range(start, min(start + CONCURRENCY, jobs))
        await asyncio.gather(*(queue.enqueue("nothing", **PAYLOAD) for _ in some))
    worker = library.Worker(
        queue,
        functions=[("nothing", nothing)],
        concurrency=CONCURRENCY,
        after_process=count,
    )
    task = asyncio.create_task(worker.start())
    started = time.perf_counter()
    await all_ended.wait()
    rate = jobs / (time.perf_counter() - started)
    await worker.stop()
    await task
    await queue.disconnect()
    return rate
