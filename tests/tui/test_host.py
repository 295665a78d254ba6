"""The dashboard over daemons on other machines: which is which, and a line that breaks."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lsync.cli.remote import ForwardedSocket, forwarded_socket
from lsync.tui.app import DashboardApp
from tests.daemon.processes import DaemonProcess, running
from tests.tui.harness import Clock, Driven

pytestmark = pytest.mark.process
PATIENCE_SECONDS = 60.0
STAND_IN = Path(__file__).with_name("stand_in_ssh.py")
A_REAL_SHOP = {"lightspeed": {"base_url": "https://example.retail.lightspeed.app/api/2026-07"}}
PORT_OF_NOBODY = "http://127.0.0.1:9"
NOWHERE = {
    **dict.fromkeys(("HTTPS_PROXY", "https_proxy"), PORT_OF_NOBODY),
    **dict.fromkeys(("NO_PROXY", "no_proxy"), ""),
}
"""Every call ends at a port that nothing listens on: no test reaches a real shop."""


@pytest.fixture(autouse=True)
def _stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ``ssh`` that comes first on the path."""
    program = tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {STAND_IN} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


@contextmanager
def over_ssh(
    daemon: DaemonProcess, name: str, *, read_only: bool = False
) -> Iterator[tuple[DashboardApp, ForwardedSocket]]:
    host = f"{name}:{daemon.socket}"
    with forwarded_socket(host, read_only=read_only) as line:
        yield DashboardApp(line.connect, host=host, read_only=read_only, clock=Clock()), line


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[DaemonProcess]:
    """A daemon on what stands for another machine."""
    async with running(tmp_path / "a") as process:
        yield process


async def test_each_instance_says_whose_it_is_and_a_real_shop_is_marked(
    daemon: DaemonProcess, tmp_path: Path
) -> None:
    with over_ssh(daemon, "shop-a") as (app, _):
        async with app.run_test(size=(80, 24)) as pilot:
            seen = Driven(app, pilot, Clock(), patience=PATIENCE_SECONDS)
            await seen.sees("● live")
            assert "example on shop-a ● live" in seen.rows()[0]
    async with running(tmp_path / "b", settings=A_REAL_SHOP, environ=NOWHERE) as real:
        with over_ssh(real, "operations@shop-b", read_only=True) as (app, _):
            async with app.run_test(size=(110, 24)) as pilot:
                seen = Driven(app, pilot, Clock(), patience=PATIENCE_SECONDS)
                await seen.sees("● live")
                assert "[LIVE SHOP] ● live  read-only" in seen.rows()[0]
                assert "shop-b" in seen.rows()[0]


async def test_a_line_that_broke_is_opened_again_and_nothing_is_left_behind(
    daemon: DaemonProcess,
) -> None:
    with over_ssh(daemon, "shop-a") as (app, line):
        async with app.run_test(size=(80, 24)) as pilot:
            seen = Driven(app, pilot, Clock(), patience=PATIENCE_SECONDS)
            await seen.sees("● live")
            first = line._process
            assert first is not None
            first.kill()
            await seen.until(lambda: line._process not in {first, None}, what="another line")
            await seen.sees("● live")
            second = line._process
    assert second is not None
    assert second.poll() is not None
