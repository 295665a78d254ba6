"""How long acknowledgements take under load: a flood beside busy work, and beside 200 drips.

A daemon over SQLite with ``synchronous=FULL`` and a simulator, each a process of its own; the
worker looks at the shop because of each webhook meanwhile. The wait runs in this process, at an
even rate over 16 connections whether or not the daemon answers.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure
from tests.daemon.flooding import Sent, at_work, dripping, flood

RATE, SECONDS = 200, 60
DRIPS, HONEST_RATE, HONEST_SECONDS = 200, 50, 20


async def beside_work(directory: Path) -> Sent:
    """A minute of deliveries while the worker is busy with them."""
    sent = Sent()
    async with at_work(directory) as daemon:
        await flood(daemon, sent, rate=RATE, seconds=SECONDS)
    return sent


async def beside_drips(directory: Path) -> Sent:
    """Honest deliveries while others send a byte a second."""
    sent = Sent()
    async with at_work(directory) as daemon, dripping(daemon, many=DRIPS):
        await flood(daemon, sent, rate=HONEST_RATE, seconds=HONEST_SECONDS)
    return sent


def run() -> Iterator[Figure]:
    """Measure the one after the other."""
    with tempfile.TemporaryDirectory() as name:
        sent = asyncio.run(beside_work(Path(name)))
    yield _figure(f"{RATE} requests/s for {SECONDS} s, worker busy, p99", sent, goal=250)
    with tempfile.TemporaryDirectory() as name:
        sent = asyncio.run(beside_drips(Path(name)))
    yield _figure(f"{HONEST_RATE} requests/s beside {DRIPS} drips, p99", sent, goal=500)


def _figure(name: str, sent: Sent, *, goal: float) -> Figure:
    note = f"p50 {sent.quantile(0.5) * 1000:.1f} ms; {len(sent.acknowledged)} of {sent.attempted}"
    return Figure(name=name, value=sent.quantile(0.99) * 1000, unit="ms", goal=goal, note=note)
