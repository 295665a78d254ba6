"""The daemon as a worker: in the foreground without its public port, and when memory runs out."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.daemon.processes import DaemonProcess, running

pytestmark = pytest.mark.process


class ForegroundWorker(DaemonProcess):
    """``lsync queue work 1`` instead of the daemon."""

    @property
    def command(self) -> tuple[str, ...]:
        return ("-m", "lsync", "--config", str(self.config), "queue:work", "1")


@contextlib.asynccontextmanager
async def foreground(directory: Path) -> AsyncIterator[ForegroundWorker]:
    worker = ForegroundWorker(directory)
    try:
        await worker.start()
        yield worker
    finally:
        await worker.kill()


async def test_a_worker_in_the_foreground_works_without_a_public_port(tmp_path: Path) -> None:
    async with foreground(tmp_path) as worker, worker.client() as client:
        settings = {each.key: each.value for each in await client.settings()}
        assert float(str(settings["queue.worker_sleep"])) == 1
        (shown,) = (await client.stats()).workers
        assert worker.process is not None
        assert (shown.pid, shown.alive) == (worker.process.pid, True)
        async with httpx.AsyncClient() as http:
            with pytest.raises(httpx.ConnectError):
                await http.get(f"{worker.url}/healthz")
        assert await worker.terminate() == 0
    assert "working" in worker.log.read_text()


async def test_a_worker_in_the_foreground_is_refused_beside_a_daemon(tmp_path: Path) -> None:
    async with running(tmp_path) as daemon:
        refused = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "lsync", "--config", str(daemon.config), "queue", "work"),
            stderr=asyncio.subprocess.PIPE,
        )
        _, told = await refused.communicate()
        assert refused.returncode == 75
        assert "already" in told.decode()
        assert await daemon.terminate() == 0


async def test_a_daemon_that_takes_too_much_memory_drains_and_exits_75(tmp_path: Path) -> None:
    """It always takes more than the least limit, so the first look at its memory ends it."""
    daemon = DaemonProcess(tmp_path, settings={"queue": {"max_memory_mb": 64}})
    try:
        await daemon.start()
        assert await daemon.ended() == 75
    finally:
        await daemon.kill()
    events = [entry["event"] for entry in daemon.entries()]
    assert "the worker drains: it takes too much memory" in events
    assert events[-1] == "stopped"
