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
LARGEST_ANSWER = 2**20


def head(path: str) -> bytes:
    """A request as it goes over the wire."""
    token = SimulatorConfig().token
    lines = [f"GET /api/2026-07/{path} HTTP/1.1", "Host: simulator"]
    return "\r\n".join([*lines, f"Authorization: Bearer {token}", "", ""]).encode()


async def ask(host: str, port: int, *, calls: int, request: bytes) -> None:
    """Send requests over one connection without the cost of a full client."""
    reader, writer = await asyncio.open_connection(host, port, limit=LARGEST_ANSWER)
    for _ in range(calls):
        writer.write(request)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in answer.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        )
        await reader.readexactly(length)
    writer.close()
    await writer.wait_closed()


async def one_round(url: httpx.URL, path: str) -> float:
    """Return calls per second."""
    started = time.perf_counter()
    share, request = CALLS // CONNECTIONS, head(path)
    callers = [
        ask(url.host, url.port or 80, calls=share, request=request) for _ in range(CONNECTIONS)
    ]
    await asyncio.gather(*callers)
    return CALLS / (time.perf_counter() - started)


def run() -> Iterator[Figure]:
    """Median over the rounds."""
    with simulator_process("--registers", "3000") as base_url:
        url = httpx.URL(base_url)
        rates = [asyncio.run(one_round(url, "outlets")) for _ in range(ROUNDS)]
        pages = [asyncio.run(one_round(url, "products")) for _ in range(ROUNDS)]
    yield Figure(
        name="simulator answers",
        value=statistics.median(rates),
        unit="calls/s",
        goal=1_000,
        better="higher",
    )
    yield Figure(
        name="simulator answers with 100 products",
        value=statistics.median(pages),
        unit="calls/s",
        better="higher",
        note="150 kB each",
    )
