"""A flood of webhooks and a power cut: what was acknowledged is there afterwards."""

import asyncio
import contextlib
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


async def flood(daemon: DaemonProcess, *, seconds: float) -> set[str]:
    """Send from many connections until the daemon is gone; return what was acknowledged."""
    acknowledged: set[str] = set()
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds

    async def send(sender: int) -> None:
        async with httpx.AsyncClient(base_url=daemon.url) as http:
            number = 0
            while loop.time() < deadline:
                number += 1
                name = f"{sender}-{number}"
                body = body_of(name)
                with contextlib.suppress(httpx.TransportError):
                    answer = await http.post(
                        "/webhooks/lightspeed/sale.update",
                        content=body,
                        headers={"X-Signature": sign(body, SECRET)},
                    )
                    if answer.status_code == 204:
                        acknowledged.add(name)

    await asyncio.gather(*(send(sender) for sender in range(SENDERS)))
    return acknowledged


@pytest.mark.parametrize(
    "seconds", [3.0, pytest.param(60.0, marks=pytest.mark.long, id="a minute")]
)
async def test_nothing_acknowledged_is_lost_when_the_daemon_is_killed(
    tmp_path: Path, seconds: float
) -> None:
    async with running(tmp_path) as daemon:
        flooding = asyncio.create_task(flood(daemon, seconds=seconds))
        await asyncio.sleep(seconds * 0.6)
        await daemon.kill()
        acknowledged = await flooding
        assert len(acknowledged) > SENDERS
        with contextlib.closing(sqlite3.connect(tmp_path / "lsync.db")) as database:
            kept = {body for (body,) in database.execute("SELECT body FROM lightspeed_webhooks")}
        assert {body_of(name).decode() for name in acknowledged} <= kept
        await daemon.start()
        await until(partial(nothing_waits, tmp_path))


async def nothing_waits(directory: Path) -> bool:
    """Every webhook was looked into."""
    with contextlib.closing(sqlite3.connect(directory / "lsync.db")) as database:
        query = "SELECT count(*) FROM lightspeed_webhooks WHERE status = 'received'"
        return database.execute(query).fetchone() == (0,)
