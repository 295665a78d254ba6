"""A flood of webhooks and a power cut: what was acknowledged is there afterwards."""

import asyncio
import contextlib
import itertools
import json
import sqlite3
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from lsync.core.lightspeed.signature import sign
from tests.daemon.processes import DaemonProcess, running, until
from tests.daemon.simulated import SECRET

pytestmark = pytest.mark.process

SENDERS = 16


def body_of(name: str) -> bytes:
    return urlencode({"payload": json.dumps({"id": name})}).encode()


class Flood:
    """Sends from many connections until the daemon is gone and keeps what was acknowledged."""

    def __init__(self, daemon: DaemonProcess, *, enough: int) -> None:
        """``enough`` acknowledgements are what ``reached`` waits for."""
        self.acknowledged: set[str] = set()
        self.reached = asyncio.Event()
        self._url = daemon.url
        self._enough = enough

    async def run(self) -> None:
        """Send until the connections break."""
        await asyncio.gather(*(self._send(sender) for sender in range(SENDERS)))

    async def _send(self, sender: int) -> None:
        async with httpx.AsyncClient(base_url=self._url, timeout=60) as http:
            with contextlib.suppress(httpx.TransportError):
                for number in itertools.count():
                    await self._send_one(http, f"{sender}-{number}")

    async def _send_one(self, http: httpx.AsyncClient, name: str) -> None:
        body = body_of(name)
        answer = await http.post(
            "/webhooks/lightspeed/sale.update",
            content=body,
            headers={"X-Signature": sign(body, SECRET)},
        )
        if answer.status_code == 204:
            self.acknowledged.add(name)
            if len(self.acknowledged) >= self._enough:
                self.reached.set()


@pytest.mark.parametrize(
    "enough", [300, pytest.param(12_000, marks=pytest.mark.long, id="a minute at 200/s")]
)
async def test_nothing_acknowledged_is_lost_when_the_daemon_is_killed(
    tmp_path: Path, enough: int
) -> None:
    async with running(tmp_path) as daemon:
        flood = Flood(daemon, enough=enough)
        flooding = asyncio.create_task(flood.run())
        await flood.reached.wait()
        await daemon.kill()
        await flooding
        with contextlib.closing(sqlite3.connect(tmp_path / "lsync.db")) as database:
            kept = {body for (body,) in database.execute("SELECT body FROM lightspeed_webhooks")}
        assert {body_of(name).decode() for name in flood.acknowledged} <= kept
        await daemon.start()
        await until(partial(nothing_waits, tmp_path))


async def nothing_waits(directory: Path) -> bool:
    """Every webhook was looked into."""
    with contextlib.closing(sqlite3.connect(directory / "lsync.db")) as database:
        query = "SELECT count(*) FROM lightspeed_webhooks WHERE status = 'received'"
        return bool(database.execute(query).fetchone() == (0,))
