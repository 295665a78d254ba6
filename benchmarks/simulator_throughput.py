"""How many calls a second the simulator answers on one core, asked over 8 connections."""

import asyncio
import statistics
import time
from collections.abc import Iterator

import httpx

from benchmarks.figures import Figure
from benchmarks.simulators import simulator_process
from lsync.simulator.config import SimulatorConfig

ROUNDS = 7
CALLS = 1_000
CONNECTIONS = 8
HEAD = (
    "GET /api/2026-07/outlets HTTP/1.1\r\nHost: simulator\r\n"
    f"Authorization: Bearer {SimulatorConfig().token}\r\n\r\n"
).encode()


async def ask(host: str, port: int, *, calls: int) -> None:
    """Send requests over one connection without the cost of a full client."""
    reader, writer = await asyncio.open_connection(host, port)
    for _ in range(calls):
        writer.write(HEAD)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        )
        await reader.readexactly(length)
    writer.close()
    await writer.wait_closed()


async def one_round(url: httpx.URL) -> float:
    """Return calls per second."""
    started = time.perf_counter()
    share = CALLS // CONNECTIONS
    await asyncio.gather(*(ask(url.host, url.port or 80, calls=share) for _ in range(CONNECTIONS)))
    return CALLS / (time.perf_counter() - started)


def run() -> Iterator[Figure]:
    """Median over the rounds."""
    with simulator_process("--registers", "3000") as base_url:
        url = httpx.URL(base_url)
        rates = [asyncio.run(one_round(url)) for _ in range(ROUNDS)]
    yield Figure(
        name="simulator answers",
        value=statistics.median(rates),
        unit="calls/s",
        goal=1_000,
        better="higher",
    )
