"""Rows of workers."""

import asyncio
import os
import socket
from datetime import UTC, datetime, timedelta

from lsync.core.store import workers
from lsync.core.store.database import Database
from tests.queue.doing import Doing

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


async def register(database: Database, worker_id: str, *, pid: int = 1) -> None:
    async with database.write() as tx:
        await workers.register(
            tx, worker_id=worker_id, host="db.example", pid=pid, version="1", now=NOW
        )


async def listing(database: Database) -> list[workers.WorkerRow]:
    async with database.read() as tx:
        return list(await workers.listing(tx))


async def test_a_worker_from_start_to_stop(database: Database) -> None:
    await register(database, "w1")
    await register(database, "w2")
    job_id = await Doing(database).one()
    await Doing(database).claim(worker="w1")
    async with database.write() as tx:
        later = NOW + timedelta(seconds=10)
        await workers.beat(tx, worker_id="w1", now=later, done=3, failed=1, memory_mb=80.5)
        await workers.stop(tx, worker_id="w2", now=NOW)
    first, second = await listing(database)
    assert (first.id, first.jobs_done, first.jobs_failed, first.memory_mb) == ("w1", 3, 1, 80.5)
    assert first.running == (job_id,)
    assert first.is_alive(NOW + timedelta(seconds=69))
    assert not first.is_alive(NOW + timedelta(seconds=71))
    assert not second.is_alive(NOW)


async def test_a_killed_worker_of_this_host_is_dead_at_once(database: Database) -> None:
    ended = await asyncio.create_subprocess_exec("true")
    await ended.wait()
    for name, pid in (("killed", ended.pid), ("lives", os.getpid())):
        async with database.write() as tx:
            await workers.register(
                tx, worker_id=name, host=socket.gethostname(), pid=pid, version="1", now=NOW
            )
    assert {row.id: row.is_alive(NOW) for row in await listing(database)} == {
        "killed": False,
        "lives": True,
    }


async def test_a_restart_begins_anew(database: Database) -> None:
    await register(database, "w1", pid=1)
    async with database.write() as tx:
        await workers.beat(tx, worker_id="w1", now=NOW, done=3)
        await workers.stop(tx, worker_id="w1", now=NOW)
    await register(database, "w1", pid=2)
    (row,) = await listing(database)
    assert (row.pid, row.jobs_done, row.stopped_at) == (2, 0, None)


async def test_long_silent_workers_are_forgotten(database: Database) -> None:
    await register(database, "w1")
    async with database.write() as tx:
        assert await workers.forget(tx, before=NOW) == 0
        assert await workers.forget(tx, before=NOW + timedelta(days=1)) == 1
