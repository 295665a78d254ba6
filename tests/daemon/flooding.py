"""Senders of webhooks, honest and malicious, against a daemon in a process of its own."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import httpx

from lsync.core.lightspeed.signature import sign
from tests.daemon.processes import DaemonProcess, running
from tests.daemon.simulated import SECRET, simulator

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

    @property
    def told(self) -> str:
        """The figures as a line."""
        half, most = self.quantile(0.5) * 1000, self.quantile(0.99) * 1000
        return f"{len(self.acknowledged)} acknowledged, p50 {half:.1f} ms, p99 {most:.1f} ms"


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


@contextlib.asynccontextmanager
async def dripping(daemon: DaemonProcess, *, many: int) -> AsyncIterator[None]:
    """Keep so many connections busy with requests that never end."""
    drips = [asyncio.create_task(drip(daemon)) for _ in range(many)]
    try:
        yield
    finally:
        for each in drips:
            each.cancel()
        await asyncio.gather(*drips, return_exceptions=True)


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
