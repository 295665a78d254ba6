"""What the X-Series client adds to a call, against bare httpx on the same simulator."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx

from benchmarks.figures import Figure, median_ratio
from benchmarks.simulators import simulator_process
from lsync.core.lightspeed import MemoryBudget, StaticToken, XSeries
from lsync.simulator.config import SimulatorConfig

ROUNDS = 9
CALLS = 200
TOKEN = SimulatorConfig().token


async def measure(base_url: str) -> tuple[list[float], list[float]]:
    """Return seconds per round of bare httpx and of the client, alternating."""
    bare_rounds: list[float] = []
    client_rounds: list[float] = []
    headers = {"Authorization": f"Bearer {TOKEN}"}
    budget = MemoryBudget(limit=1_000_000, clock=lambda: datetime.now(UTC))
    async with (
        httpx.AsyncClient(headers=headers) as bare,
        XSeries(base_url=base_url, token=StaticToken(TOKEN), budget=budget) as api,
    ):
        product = (await anext(api.products.pages())).items[0].id
        for _ in range(ROUNDS):
            started = time.perf_counter()
            for _ in range(CALLS):
                (await bare.get(f"{base_url}/products/{product}")).json()
            bare_rounds.append(time.perf_counter() - started)
            started = time.perf_counter()
            for _ in range(CALLS):
                await api.products.get(product)
            client_rounds.append(time.perf_counter() - started)
    return bare_rounds, client_rounds


def run() -> Iterator[Figure]:
    """Measure against a simulator in a process of its own, with a budget that never binds."""
    with simulator_process("--registers", "3000") as url:
        bare, client = asyncio.run(measure(f"{url}/api/2026-07"))
    yield Figure(
        name="client call against bare httpx",
        value=median_ratio(client, bare),
        goal=1.5,
        note=f"{CALLS / statistics.median(bare):,.0f} against "
        f"{CALLS / statistics.median(client):,.0f} calls/s, one after another",
    )
