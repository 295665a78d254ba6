"""The daemon is killed amid its work, several times: the ledger still equals the orders."""

import asyncio
from pathlib import Path

import pytest

from lsync.cli.demo.proof import differences, read_ledger
from lsync.core.control.client import ControlClient
from lsync.core.control.messages import OrderDetail
from lsync.core.domain.order import SyncState
from tests.daemon.processes import DaemonProcess
from tests.daemon.simulated import SimulatorProcess, simulator

EXAMPLES = Path(__file__).parents[2] / "examples" / "purchase-orders.csv"
SETTLED = {SyncState.SYNCED, SyncState.FAILED, SyncState.DRIFTED}
BLOCKED = {"PO-1005", "PO-1009", "PO-1012"}
SETTLING_SECONDS = 120
KILLED_AFTER = (1, 10, 19, 28)
"""Accepted writes of 33: in the first create, between creates and lines, amid the sends."""

pytestmark = [pytest.mark.process, pytest.mark.longest, pytest.mark.timeout(300)]


async def submit_examples(client: ControlClient) -> None:
    await client.import_orders(EXAMPLES.name, EXAMPLES.read_bytes())
    await client.approve(approve_all=True)


async def wait_for_writes(shop: SimulatorProcess, count: int) -> None:
    """Wait until Lightspeed accepted so many writes."""
    async with asyncio.timeout(SETTLING_SECONDS):
        while len(await shop.ledger()) < count:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.005)


async def settled(client: ControlClient) -> list[OrderDetail]:
    """Wait until no push is left and no order on its way; return the orders whole.

    A job that was killed while it ran alone rests before it runs again.
    """
    async with asyncio.timeout(SETTLING_SECONDS):
        while True:
            orders = await client.orders()
            pushes = (await client.stats()).by_type["sync.push"]
            left = pushes.get("pending", 0) + pushes.get("processing", 0)
            if not left and all(order.sync_state in SETTLED for order in orders):
                return [await client.order(order.order_number) for order in orders]
            await asyncio.sleep(0.2)


async def test_one_consignment_per_order_and_every_quantity_right(
    tmp_path: Path, database_url: str
) -> None:
    async with simulator(tmp_path, "--registers", "5") as shop:
        daemon = DaemonProcess(
            tmp_path / "daemon",
            database_url=database_url,
            settings={"lightspeed": {"base_url": shop.url}},
        )
        try:
            await daemon.start()
            async with daemon.client() as client:
                await submit_examples(client)
            for writes in KILLED_AFTER:
                await wait_for_writes(shop, writes)
                await daemon.kill()
                await daemon.start()
            async with daemon.client() as client:
                orders = await settled(client)
        finally:
            await daemon.kill()
        assert differences(orders, read_ledger(await shop.ledger())) == []
    synced = {order.order_number for order in orders if order.sync_state is SyncState.SYNCED}
    assert len(orders) == 14
    assert synced == {order.order_number for order in orders} - BLOCKED
