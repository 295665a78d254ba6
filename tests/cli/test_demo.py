"""The demo as a person runs it: from an empty directory, without a terminal."""

import os
import pty
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lsync.cli.demo.processes import clean_environment

pytestmark = pytest.mark.process
SECONDS = 240.0


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory for everything the demo makes; its path is short, as sockets need it."""
    with tempfile.TemporaryDirectory(prefix="d") as directory:
        yield Path(directory)


def start(place: Path, *args: str, terminal: int | None = None) -> subprocess.Popen[str]:
    poison = {"LIGHTSPEED_BASE_URL": "http://127.0.0.1:9", "LSYNC_DATABASE__URL": "sqlite:////x/y"}
    return subprocess.Popen(
        [sys.executable, "-m", "lsync", "demo", *args],
        cwd=place,
        env={**os.environ, **poison, "TMPDIR": str(place), "TERM": "xterm"},
        stdin=subprocess.DEVNULL if terminal is None else terminal,
        stdout=subprocess.PIPE if terminal is None else terminal,
        stderr=subprocess.PIPE if terminal is None else terminal,
        text=True,
        start_new_session=True,
    )


def children_of(place: Path) -> list[str]:
    """Processes that still work in the demo's directory."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(place) in str((process / "cwd").readlink()):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def test_the_demo_syncs_the_samples_and_leaves_nothing_behind(place: Path) -> None:
    running = start(place)
    out, err = running.communicate(timeout=SECONDS)
    assert running.returncode == 0, out + err
    assert err == ""
    assert "✓ The simulator's ledger equals the orders: 11 orders, one consignment each" in out
    assert "one line short" in out
    for code in ("unknown_sku", "zero_quantity", "duplicate_line", "short_receipt"):
        assert f"({code})" in out
    assert sum(line.startswith("PO-") and " received " in line for line in out.splitlines()) == 2
    assert list(place.iterdir()) == []
    assert children_of(place) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_demo_cleans_up(number: signal.Signals, place: Path) -> None:
    running = start(place)
    assert running.stdout is not None
    assert "Starting" in running.stdout.readline()
    assert "Imported" in running.stdout.readline()
    running.send_signal(number)
    running.communicate(timeout=SECONDS)
    assert running.returncode == 130
    assert list(place.iterdir()) == []
    assert children_of(place) == []


def test_on_a_terminal_the_dashboard_opens_and_q_ends_everything(place: Path) -> None:
    screen, inside = pty.openpty()
    running = start(place, terminal=inside)
    os.close(inside)
    seen = b""
    deadline = time.monotonic() + SECONDS
    while b"PO-1005" not in seen:
        assert time.monotonic() < deadline
        seen += os.read(screen, 65536)
    os.write(screen, b"q")
    while running.poll() is None:
        assert time.monotonic() < deadline
        try:
            seen += os.read(screen, 65536)
        except OSError:
            break
    assert running.wait(SECONDS) == 0
    assert list(place.iterdir()) == []
    assert children_of(place) == []


def test_a_file_that_cannot_be_read_starts_nothing(place: Path) -> None:
    running = start(place, "--orders", "nowhere.csv")
    _, err = running.communicate(timeout=SECONDS)
    assert running.returncode == 1
    assert "nowhere.csv cannot be read" in err
    assert list(place.iterdir()) == []


def test_no_setting_of_the_shell_reaches_the_demo() -> None:
    kept = clean_environment({"PATH": "/bin", "LIGHTSPEED_API_TOKEN": "t", "SYNC_BATCH_SIZE": "1"})
    assert kept == {"PATH": "/bin"}
