"""The dashboard on a real daemon and a simulated Lightspeed, as somebody on duty uses it."""

import asyncio
from collections.abc import Iterator
from functools import partial

import pytest

from lsync.cli.demo.command import find_samples
from lsync.cli.demo.system import DemoSystem, demo_system
from lsync.core.control.finding import find_daemon, over_socket
from lsync.tui.app import DashboardApp
from tests.tui.harness import Clock, Driven

pytestmark = pytest.mark.process
PATIENCE_SECONDS = 90.0


@pytest.fixture
def system() -> Iterator[DemoSystem]:
    """A simulator and a daemon."""
    with demo_system() as running:
        yield running


async def import_samples(system: DemoSystem) -> None:
    async with over_socket(system.socket) as client:
        report = await client.import_orders("samples.csv", find_samples().read_bytes())
    assert len(report.orders) >= 12


async def test_an_order_is_approved_fails_is_explained_and_another_goes_out(
    system: DemoSystem,
) -> None:
    app = DashboardApp(partial(find_daemon, [system.socket]), undo_seconds=0)
    async with app.run_test(size=(80, 50)) as pilot:
        seen = Driven(app, pilot, Clock(), patience=PATIENCE_SECONDS)
        await seen.sees("● live")
        await import_samples(system)
        await seen.press("2")
        await seen.sees("PO-1001", "draft")

        await seen.press("slash")
        await seen.type("PO-1003")
        await seen.misses("PO-1001")
        await seen.press("enter", "d")
        await seen.sees("Plan for PO-1003", "API calls")
        await seen.press("escape", "a")
        await seen.until(lambda: "✓ synced" in seen.row("PO-1003"), what="PO-1003 synced")
        await seen.press("enter")
        await seen.sees("Consignments (1)", "SENT", "Log, newest first")
        await seen.press("escape", "escape")

        await seen.sees("PO-1005")
        await seen.press("slash")
        await seen.type("PO-1005")
        await seen.misses("PO-1003")
        await seen.press("enter", "a")
        await seen.until(lambda: "✗ failed" in seen.row("PO-1005"), what="PO-1005 failed")
        await seen.press("1")
        await seen.sees("PO-1005", "✗ 1 order failed")
        await seen.press("enter")
        await seen.sees("Problems (2)", "unknown_sku", "zero_quantity", "→ r")

        for tab, part in (("3", "sync.push"), ("4", "PO-1005"), ("6", "POST"), ("7", "sync.")):
            await seen.press(tab)
            await seen.sees(part)


async def test_a_killed_daemon_leaves_a_banner_and_its_return_goes_on_live(
    system: DemoSystem,
) -> None:
    app = DashboardApp(partial(find_daemon, [system.socket]), undo_seconds=0)
    async with app.run_test(size=(80, 30)) as pilot:
        seen = Driven(app, pilot, Clock(), patience=PATIENCE_SECONDS)
        await seen.sees("● live")
        await asyncio.to_thread(system.daemon.kill)
        await seen.sees("✗ stale", "actions are off")
        await asyncio.to_thread(system.restart_daemon)
        await seen.sees("● live")
        await import_samples(system)
        await seen.press("2")
        await seen.sees("PO-1001")
