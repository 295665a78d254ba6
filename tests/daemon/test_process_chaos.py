"""A real daemon under faults, killed every few seconds: the ledger equals the orders in the end.

The long form, 1,000 orders of 1 to 600 lines on each database, is part of ``make chaos``. A seed
decides orders, faults and the moments of the kills; the machine decides what is running then.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import httpx
import pytest

from lsync.cli.demo.proof import differences, read_ledger
from lsync.core.control.client import ControlClient
from lsync.core.control.messages import OrderDetail, OrderSummary
from lsync.core.domain.order import SyncState
from tests.daemon.processes import DaemonProcess
from tests.daemon.simulated import SimulatorProcess, simulator
from tests.sync.retailer import orderable

pytestmark = [pytest.mark.process, pytest.mark.longest, pytest.mark.timeout(300)]

QUIET_SECONDS = 4
LATE_SECONDS = 2
"""A late execution always comes within the quiet period."""
FAULTS: dict[str, dict[str, float]] = {
    "lost_reply": {"rate": 0.05},
    "late_execution": {"rate": 0.02, "seconds": LATE_SECONDS},
    "5xx": {"rate": 0.03},
    "429_storm": {"rate": 0.01},
    "token_expiry": {"rate": 0.002},
}
SETTLED = {SyncState.SYNCED, SyncState.FAILED, SyncState.DRIFTED}
LEFT_TO_START = 0.8
"""How often a daemon gets as far as its work before it is killed."""
PAGE = 500
PER_FILE = 50


@dataclass(frozen=True)
class Plan:
    """How much is done, and how often the daemon is killed before it is left in peace."""

    orders: int
    lines: tuple[int, int]
    kills: int
    seed: int
    settling_seconds: float


SHORT = Plan(orders=40, lines=(1, 40), kills=6, seed=7, settling_seconds=240)
LONG = Plan(orders=1000, lines=(1, 600), kills=150, seed=11, settling_seconds=3600)


def order_files(plan: Plan, chance: Random) -> Iterator[bytes]:
    """All orders, some to a file."""
    skus = orderable(plan.lines[1])
    for start in range(0, plan.orders, PER_FILE):
        numbers = range(start, min(start + PER_FILE, plan.orders))
        yield order_file(numbers, plan, skus, chance)


def order_file(numbers: range, plan: Plan, skus: list[str], chance: Random) -> bytes:
    """Most orders are short; one in ten is as long as the plan allows."""
    shortest, longest = plan.lines
    rows = ["order_number,supplier,outlet,sku,quantity,unit_cost"]
    for number in numbers:
        most = longest if chance.random() < 0.1 else min(longest, 30)
        for sku in skus[: chance.randint(shortest, most)]:
            quantity, cost = chance.randint(1, 90), chance.randint(1, 9999) / 100
            party = "Northwind Wholesale,Main Street"
            rows.append(f"C-{number:04},{party},{sku},{quantity},{cost:.2f}")
    return "\n".join(rows).encode()


async def set_faults(shop: SimulatorProcess, *, chance: Random) -> None:
    """Every fault from now on; a storm of 429s passes quickly."""
    async with httpx.AsyncClient() as http:
        for name, options in FAULTS.items():
            body = {"name": name, "seconds": chance.uniform(0.1, 1), **options}
            (await http.post(f"{shop.url}/_sim/faults", json=body)).raise_for_status()


async def everything(client: ControlClient) -> list[OrderSummary]:
    found: list[OrderSummary] = []
    while page := await client.orders(limit=PAGE, after=found[-1].order_number if found else None):
        found += page
    return found


async def is_settled(client: ControlClient) -> bool:
    """Nothing waits or runs that could still change an order."""
    by_type = (await client.stats()).by_type
    left = [
        by_type.get(kind, {}).get(state, 0)
        for kind in ("sync.push", "sync.pull", "sync.repair")
        for state in ("pending", "processing")
    ]
    if any(left):
        return False
    return all(order.sync_state in SETTLED for order in await everything(client))


async def kill_again_and_again(daemon: DaemonProcess, plan: Plan, chance: Random) -> None:
    """Kill it at any moment, now and then while it starts; the next start goes on."""
    for _ in range(plan.kills):
        if chance.random() < LEFT_TO_START:
            await daemon.answering()
        await asyncio.sleep(chance.uniform(0.2, 4.0))
        await daemon.kill()
        await daemon.spawn()
    await daemon.answering()


async def wait_until_settled(client: ControlClient, *, seconds: float) -> list[OrderDetail]:
    async with asyncio.timeout(seconds):
        while not await is_settled(client):  # noqa: ASYNC110 - another process sets no event of ours
            await asyncio.sleep(0.5)
    return [await client.order(order.order_number) for order in await everything(client)]


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(SHORT, id="short"),
        pytest.param(LONG, id="long", marks=[pytest.mark.long, pytest.mark.timeout(0)]),
    ],
)
async def test_faults_and_kills_neither_double_nor_lose_anything(
    tmp_path: Path, database_url: str, plan: Plan
) -> None:
    chance = Random(plan.seed)
    async with simulator(tmp_path, "--registers", "1000", "--products", "700") as shop:
        daemon = DaemonProcess(
            tmp_path / "daemon",
            database_url=database_url,
            settings={
                "lightspeed": {"base_url": shop.url, "registers": 1000},
                "sync": {"quiet_seconds": QUIET_SECONDS, "poll_seconds": 5},
                "queue": {"max_retries": 100, "retry_delays": "0.5", "worker_sleep": 0.5},
            },
        )
        try:
            await daemon.start()
            async with daemon.client() as client:
                for file in order_files(plan, chance):
                    await client.import_orders("orders.csv", file)
                await set_faults(shop, chance=chance)
                await client.approve(approve_all=True)
            await kill_again_and_again(daemon, plan, chance)
            async with daemon.client() as client:
                orders = await wait_until_settled(client, seconds=plan.settling_seconds)
        finally:
            await daemon.kill()
        ledger = read_ledger(await shop.ledger())
    assert len(orders) == plan.orders
    assert differences(orders, ledger) == []
    assert [it.order_number for it in orders if it.sync_state is not SyncState.SYNCED] == []
    assert {it.status for it in ledger} == {"SENT"}
