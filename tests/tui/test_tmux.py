"""In a real tmux: start, resize, detach and come back, kill; the shell below is as it was."""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.required import required

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90.0

pytestmark = pytest.mark.process


@dataclass
class Tmux:
    """A tmux server of the test's own with one pane that runs a shell."""

    program: str
    socket: Path

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [self.program, "-S", str(self.socket), "-f", "/dev/null", *words],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    def keys(self, *keys: str) -> None:
        self.run("send-keys", "-t", "pane", *keys)

    def screen(self) -> str:
        return self.run("capture-pane", "-p", "-t", "pane")

    def asked(self, name: str) -> str:
        """What tmux knows about the pane's terminal."""
        return self.run("display-message", "-p", "-t", "pane", f"#{{{name}}}").strip()

    def until(self, true: Callable[[], bool], *, what: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not true():
            assert time.monotonic() < deadline, f"never: {what}\n{self.screen()}"
            time.sleep(0.1)

    def sees(self, part: str) -> None:
        self.until(lambda: part in self.screen(), what=part)

    def open_dashboard(self) -> None:
        self.keys(
            f"{shlex.quote(sys.executable)} -m tests.tui.on_a_terminal; echo left with $?", "Enter"
        )
        self.sees("q Quit")
        self.sees("PO-1003")

    def assert_shell_is_back(self, code: int) -> None:
        self.sees(f"left with {code}")
        assert self.asked("alternate_on") == "0"
        assert self.asked("cursor_flag") == "1"
        assert self.asked("mouse_any_flag") == "0"
        assert self.asked("bracket_paste_flag") in {"0", ""}
        self.keys("echo still $((40+2)) here", "Enter")
        self.sees("still 42 here")


@pytest.fixture
def tmux(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tmux]:
    server = Tmux(required("tmux", package="tmux"), tmp_path_factory.mktemp("t") / "s")
    server.run(
        *("new-session", "-d", "-s", "pane", "-x", "80", "-y", "24", "-c", str(ROOT)),
        "env -u NO_COLOR -u COLUMNS -u LINES PS1='$ ' sh",
    )
    try:
        yield server
    finally:
        server.run("kill-server")


def test_it_starts_follows_the_size_and_leaves_the_shell_as_it_was(tmux: Tmux) -> None:
    tmux.open_dashboard()
    assert tmux.asked("alternate_on") == "1"
    tmux.keys("2")
    tmux.sees("[2 Orders]")
    tmux.run("resize-window", "-t", "pane", "-x", "150", "-y", "40")
    tmux.sees("PO-1001  ✓ synced  submitted")
    tmux.run("resize-window", "-t", "pane", "-x", "80", "-y", "24")
    tmux.until(lambda: "PO-1001  ✓ synced  sub" not in tmux.screen(), what="the narrow screen")
    tmux.sees("q Quit")
    assert max(len(row) for row in tmux.screen().split("\n")) <= 80
    tmux.keys("q")
    tmux.assert_shell_is_back(0)


def test_it_goes_on_after_a_client_was_detached(tmux: Tmux) -> None:
    tmux.open_dashboard()
    client = subprocess.Popen(
        ["script", "-qc", f"{tmux.program} -S {tmux.socket} attach -t pane", "/dev/null"],
        env={**os.environ, "TERM": "xterm-256color"},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        tmux.until(lambda: tmux.run("list-clients").strip() != "", what="a client")
        tmux.run("detach-client", "-s", "pane")
        tmux.until(lambda: tmux.run("list-clients").strip() == "", what="no client")
    finally:
        client.kill()
        client.communicate()
    tmux.keys("3")
    tmux.sees("[3 Jobs]")
    tmux.keys("q")
    tmux.assert_shell_is_back(0)


@pytest.mark.parametrize(("signal", "code"), [("TERM", 143), ("HUP", 129), ("INT", 130)])
def test_a_signal_leaves_the_shell_as_it_was(tmux: Tmux, signal: str, code: int) -> None:
    tmux.open_dashboard()
    shell = tmux.asked("pane_pid")
    found = subprocess.run(
        ["ps", "--ppid", shell, "-o", "pid="], capture_output=True, text=True, check=True
    )
    process = re.findall(r"\d+", found.stdout)[-1]
    subprocess.run(["kill", f"-{signal}", process], check=True)
    tmux.assert_shell_is_back(code)
