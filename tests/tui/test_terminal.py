"""On a real terminal: every way out leaves it as it was found."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60.0
ALTERNATE_SCREEN_OFF = b"\x1b[?1049l"
CURSOR_ON = b"\x1b[?25h"
NO_COLOUR_CODES = {b"", b"0", b"1", b"2", b"4", b"7", b"39", b"49"}
"""Bold, dim, underlined, reversed, and the terminal's own colours."""

pytestmark = pytest.mark.process


@dataclass
class Terminal:
    """A pseudo-terminal with the dashboard on it."""

    main: int
    side: int
    process: "subprocess.Popen[bytes]"
    found: list[Any]
    """The terminal's settings before the dashboard started."""
    written: bytes = b""

    def read_until(self, part: bytes) -> None:
        """Read what the dashboard writes until ``part`` appears."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while part not in self.written:
            assert time.monotonic() < deadline, self.written[-2000:]
            self.read(0.1)

    def read(self, seconds: float) -> None:
        """Read what there is within ``seconds``."""
        if select.select([self.main], [], [], seconds)[0]:
            self.written += os.read(self.main, 65536)

    def wait(self) -> int:
        """Wait for the end and return the exit code; reads on, so that writing never blocks."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "still running"
            self.read(0.05)
        while select.select([self.main], [], [], 0)[0]:
            self.written += os.read(self.main, 65536)
        return self.process.returncode

    def assert_restored(self) -> None:
        """The settings are those found, the screen and the cursor are back."""
        assert termios.tcgetattr(self.side) == self.found
        assert ALTERNATE_SCREEN_OFF in self.written
        assert self.written.rindex(CURSOR_ON) > self.written.rindex(b"\x1b[?25l")


@contextmanager
def dashboard_on_a_terminal(
    *, module: str = "tests.tui.on_a_terminal", shows: bytes = b"PO-1003", **environment: str
) -> Iterator[Terminal]:
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    found = termios.tcgetattr(side)
    variables = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=side,
        stdout=side,
        stderr=side,
        cwd=ROOT,
        env={**variables, "TERM": "xterm-256color", **environment},
        start_new_session=True,
    )
    terminal = Terminal(main, side, process, found)
    try:
        terminal.read_until(shows)
        yield terminal
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for descriptor in (main, side):
            with suppress(OSError):
                os.close(descriptor)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_the_terminal_as_it_was_found(number: signal.Signals) -> None:
    with dashboard_on_a_terminal() as terminal:
        terminal.process.send_signal(number)
        assert terminal.wait() == 128 + number
        terminal.assert_restored()


@pytest.mark.parametrize("key", [b"q", b"\x03"])
def test_quitting_leaves_the_terminal_as_it_was_found(key: bytes) -> None:
    with dashboard_on_a_terminal() as terminal:
        os.write(terminal.main, key)
        assert terminal.wait() == 0
        terminal.assert_restored()


def test_a_terminal_that_hangs_up_without_a_signal_ends_the_dashboard() -> None:
    with dashboard_on_a_terminal() as terminal:
        os.close(terminal.side)
        os.close(terminal.main)
        terminal.process.wait(PATIENCE_SECONDS)


def test_without_colours_no_colour_is_written() -> None:
    with dashboard_on_a_terminal(NO_COLOR="1") as terminal:
        os.write(terminal.main, b"2")
        terminal.read_until(b"PO-1008")
        os.write(terminal.main, b"q")
        terminal.wait()
        styles = re.findall(rb"\x1b\[([0-9;]*)m", terminal.written)
        codes = {code for style in styles for code in style.split(b";")}
        assert codes <= NO_COLOUR_CODES
