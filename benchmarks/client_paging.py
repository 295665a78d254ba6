"""Paging a large catalogue through the client: memory stays bounded however long it is."""

import asyncio
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.figures import Figure
from benchmarks.simulators import simulator_process
from lsync.core.lightspeed import MemoryBudget, StaticToken, XSeries
from lsync.simulator.config import SimulatorConfig

PRODUCTS = 101_100
"""One in a hundred is deleted and not listed: a little over 100,000 are."""


async def page_through(base_url: str) -> tuple[int, float]:
    """Return how many products were seen and the peak of memory in MiB."""
    budget = MemoryBudget(limit=1_000_000, clock=lambda: datetime.now(UTC))
    token = StaticToken(SimulatorConfig().token)
    seen = 0
    async with XSeries(base_url=base_url, token=token, budget=budget) as api:
        await api.outlets.list()
        tracemalloc.start()
        async for _ in api.products.iterate():
            seen += 1
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return seen, peak / 2**20


def run() -> Iterator[Figure]:
    """Page through more than 100,000 products with the client's own page size."""
    with simulator_process("--registers", "3000", "--products", str(PRODUCTS)) as url:
        seen, peak = asyncio.run(page_through(f"{url}/api/2026-07"))
    yield Figure(
        name=f"paging {seen:,} products, peak memory of the client",
        value=peak,
        unit="MiB",
        goal=32,
    )
