"""A few pictures of whole screens. Update on purpose with ``pytest --snapshot-update``."""

from collections.abc import Callable
from datetime import UTC
from typing import Any

from textual.pilot import Pilot

from lsync.tui.app import DashboardApp
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.harness import Clock, Driven, quick_sleep

Compare = Callable[..., bool]


def the_app(daemon: FakeDaemon, clock: Clock) -> DashboardApp:
    return DashboardApp(
        daemon.connect, clock=clock, zone=UTC, pulse_seconds=0.01, sleep=quick_sleep
    )


def steps(app: DashboardApp, clock: Clock, *stages: tuple[str, str]) -> Callable[[Any], Any]:
    """For each stage press its key (if any) and wait until the screen holds its text."""

    async def run(pilot: Pilot[Any]) -> None:
        seen = Driven(app, pilot, clock)
        for key, text in stages:
            await seen.press(*[key] if key else [])
            await seen.sees(text)
        await seen.settled()

    return run


def test_overview_on_a_small_terminal(daemon: FakeDaemon, snap_compare: Compare) -> None:
    clock = Clock()
    app = the_app(daemon, clock)
    run = steps(app, clock, ("", "12 lines verified"))
    assert snap_compare(app, terminal_size=(80, 24), run_before=run)


def test_a_dead_job_on_a_large_terminal(daemon: FakeDaemon, snap_compare: Compare) -> None:
    clock = Clock()
    app = the_app(daemon, clock)
    run = steps(app, clock, ("3", "Job 48"), ("n", "Job 44  ✗ failed"))
    assert snap_compare(app, terminal_size=(160, 50), run_before=run)


def test_a_failed_order_on_a_small_terminal(daemon: FakeDaemon, snap_compare: Compare) -> None:
    clock = Clock()
    app = the_app(daemon, clock)
    run = steps(app, clock, ("", "PO-1003"), ("enter", "unknown_sku"))
    assert snap_compare(app, terminal_size=(80, 24), run_before=run)
