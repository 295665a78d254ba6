"""What the service manager is told."""

import os
import socket
from datetime import timedelta
from pathlib import Path

import pytest

from lsync.daemon.notify import Notifier, watchdog_interval


@pytest.fixture
def manager(tmp_path: Path) -> "socket.socket":
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.bind(str(tmp_path / "notify"))
    receiver.settimeout(5)
    return receiver


def test_states_arrive_one_by_one(manager: socket.socket) -> None:
    notifier = Notifier({"NOTIFY_SOCKET": manager.getsockname()})
    notifier.ready()
    notifier.status("working\nWATCHDOG=trigger")
    notifier.status("working\nWATCHDOG=trigger")
    notifier.alive()
    notifier.stopping()
    with manager:
        assert [manager.recv(100) for _ in range(4)] == [
            b"READY=1",
            b"STATUS=working WATCHDOG=trigger",
            b"WATCHDOG=1",
            b"STOPPING=1",
        ]


def test_an_abstract_address_is_understood() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(f"\0lsync-test-{os.getpid()}")
        receiver.settimeout(5)
        Notifier({"NOTIFY_SOCKET": f"@lsync-test-{os.getpid()}"}).ready()
        assert receiver.recv(100) == b"READY=1"


def test_without_a_manager_nothing_is_sent() -> None:
    Notifier({}).ready()


def test_a_manager_that_is_gone_stops_nothing(tmp_path: Path) -> None:
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready()


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"WATCHDOG_USEC": "20000000"}, timedelta(seconds=10)),
        ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": str(os.getpid())}, timedelta(seconds=10)),
        ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_reset_at_half_its_time(
    environ: dict[str, str], expected: timedelta | None
) -> None:
    assert watchdog_interval(environ) == expected
