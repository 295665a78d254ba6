"""A flood of webhooks: quick answers, nothing acknowledged is lost, drips keep nobody out."""

import asyncio
import contextlib
import json
import sqlite3
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from lsync.core.lightspeed.signature import sign
from tests.daemon.processes import DaemonProcess, running, until
from tests.daemon.simulated import SECRET, simulator

pytestmark = pytest.mark.process

SENDERS = 16
PATH = "/webhooks/lightspeed/consignment.receive"


@dataclass
class Sent:
    """What was acknowledged, and how long each acknowledgement took, in seconds."""

    acknowledged: set[str] = field(default_factory=set)
    waits: list[float] = field(default_factory=list)
    attempted: int = 0

    def quantile(self, share: float) -> float:
        """The wait that this share of the acknowledgements did not exceed."""
        return sorted(self.waits)[int(len(self.waits) * share)]


@contextlib.asynccontextmanager
async def at_work(directory: Path) -> AsyncIterator[DaemonProcess]:
    """A daemon whose worker has a shop to look at."""
    async with simulator(directory, "--registers", "200") as shop:
        settings = {"lightspeed": {"base_url": shop.url, "registers": 200}}
        async with running(directory, settings=settings) as daemon:
            yield daemon


def body_of(name: str) -> bytes:
    """A line of one of twenty consignments, so that the worker always has some to look at."""
    line = {"id": name, "consignment_id": f"c-{int(name) % 20}"}
    return urlencode({"payload": json.dumps(line)}).encode()


async def send(http: httpx.AsyncClient, name: str, sent: Sent) -> None:
    body = body_of(name)
    sent.attempted += 1
    began = time.perf_counter()
    with contextlib.suppress(httpx.TransportError):
        headers = {"X-Signature": sign(body, SECRET)}
        answer = await http.post(PATH, content=body, headers=headers)
        if answer.status_code == 204:
            sent.waits.append(time.perf_counter() - began)
            sent.acknowledged.add(name)


async def flood(daemon: DaemonProcess, sent: Sent, *, rate: float, seconds: float) -> None:
    """Send at an even rate over ``SENDERS`` connections, whether or not the daemon answers."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    numbers = iter(range(int(rate * seconds)))

    async def one() -> None:
        async with httpx.AsyncClient(base_url=daemon.url, verify=False) as http:  # noqa: S501 - plain http, and no time to read certificates
            for number in numbers:
                await asyncio.sleep(max(0.0, began + number / rate - loop.time()))
                await send(http, str(number), sent)

    await asyncio.gather(*(one() for _ in range(SENDERS)))


def bodies_in(directory: Path, *, waiting: bool = False) -> set[str]:
    """The bodies of all webhooks, or of those that still wait to be looked into."""
    with contextlib.closing(sqlite3.connect(directory / "lsync.db")) as database:
        rows = database.execute("SELECT body, status FROM lightspeed_webhooks")
        return {body for body, status in rows if not waiting or status == "received"}


async def halfway(sent: Sent, *, of: float) -> bool:
    return len(sent.acknowledged) >= of / 2


async def nothing_waits(directory: Path) -> bool:
    return not bodies_in(directory, waiting=True)


@pytest.mark.parametrize(
    "seconds", [3.0, pytest.param(60.0, marks=pytest.mark.long, id="a minute")]
)
async def test_nothing_acknowledged_is_lost_when_the_daemon_is_killed_in_the_middle(
    tmp_path: Path, seconds: float
) -> None:
    sent = Sent()
    async with at_work(tmp_path) as daemon:
        flooding = asyncio.create_task(flood(daemon, sent, rate=200, seconds=seconds))
        await until(partial(halfway, sent, of=200 * seconds), seconds=600)
        await daemon.kill()
        await daemon.start()
        await flooding
        kept = bodies_in(tmp_path)
        assert {body_of(name).decode() for name in sent.acknowledged} <= kept
        await until(partial(nothing_waits, tmp_path), seconds=300)
        print(f"{sent.attempted} sent, {len(sent.acknowledged)} acknowledged, {len(kept)} kept")


@pytest.mark.long
async def test_a_minute_of_two_hundred_a_second_is_answered_in_time(tmp_path: Path) -> None:
    sent = Sent()
    async with at_work(tmp_path) as daemon:
        await flood(daemon, sent, rate=200, seconds=60)
        assert len(sent.acknowledged) == 12_000
        print(f"p50 {sent.quantile(0.5) * 1000:.1f} ms, p99 {sent.quantile(0.99) * 1000:.1f} ms")
        assert sent.quantile(0.99) <= 0.25


@pytest.mark.long
async def test_two_hundred_drips_do_not_slow_honest_senders_down(tmp_path: Path) -> None:
    sent = Sent()
    async with at_work(tmp_path) as daemon:
        drips = [asyncio.create_task(drip(daemon)) for _ in range(200)]
        await flood(daemon, sent, rate=50, seconds=20)
        for each in drips:
            each.cancel()
        await asyncio.gather(*drips, return_exceptions=True)
        print(f"p50 {sent.quantile(0.5) * 1000:.1f} ms, p99 {sent.quantile(0.99) * 1000:.1f} ms")
        assert len(sent.acknowledged) == 1000
        assert sent.quantile(0.99) <= 0.5


async def drip(daemon: DaemonProcess) -> None:
    """Send one byte a second and begin anew whenever the daemon has had enough."""
    request = b"POST " + PATH.encode() + b" HTTP/1.1\r\nContent-Length: 900000\r\n\r\n" + b"x" * 99
    while True:
        with contextlib.suppress(ConnectionError):
            _, writer = await asyncio.open_connection("127.0.0.1", daemon.port)
            for position in range(len(request)):
                writer.write(request[position : position + 1])
                await writer.drain()
                await asyncio.sleep(1)
            writer.close()
