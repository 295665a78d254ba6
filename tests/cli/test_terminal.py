"""The bytes that reach a real terminal: fitting, harmless, and plain under NO_COLOR."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.conftest import Shell
from tests.cli.test_commands import HEADER, HOSTILE

pytestmark = pytest.mark.process
WIDTH = 80
STYLE = re.compile(rb"\x1b\[[0-9;]*m")
COMMANDS = (
    "po list",
    "attention",
    "log",
    "queue list",
    "queue stats",
    "status",
    "po import hostile.csv",
    "po show nothing",
    "config show",
)


def on_terminal(shell: Shell, command: str, until: bytes = b"", **variables: str) -> bytes:
    """Run a command on a pseudo-terminal of 80 by 24 and return every byte it wrote.

    Ctrl-C ends it as soon as it has written ``until``.
    """
    screen, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDTH, 0, 0))
    plain = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "CI"}}
    running = subprocess.Popen(
        [sys.executable, "-m", "lsync", *command.split()],
        cwd=shell.directory,
        env={
            **plain,
            **shell.variables,
            "TERM": "xterm-256color",
            "LSYNC_PAGER": "cat -u",
            **variables,
        },
        stdin=inside,
        stdout=inside,
        stderr=inside,
        start_new_session=True,
    )
    os.close(inside)
    seen = b""
    while True:
        try:
            seen += os.read(screen, 65536)
        except OSError:
            break
        if until and until in seen:
            running.send_signal(signal.SIGINT)
            until = b""
    os.close(screen)
    running.wait(60)
    return seen


@pytest.fixture
def hostile_shell(empty_shell: Shell, sqlite_template: Path) -> Shell:
    """A shell over a database in which every outside text is hostile."""
    database = empty_shell.directory / "lsync.db"
    database.write_bytes(sqlite_template.read_bytes())
    empty_shell.variables["LSYNC_DATABASE__URL"] = f"sqlite:///{database}"
    rows = f"PO{HOSTILE},S{HOSTILE},O{HOSTILE},K{HOSTILE},1,1,N{HOSTILE}\n"
    long = "PO-2,Supplier,Outlet,SKU,1,1," + "a very long name " * 20 + "\n"
    (empty_shell.directory / "hostile.csv").write_text(HEADER + rows + long, encoding="utf-8")
    empty_shell("po", "import", "hostile.csv")
    empty_shell("po", "approve", "--all", "--yes")
    return empty_shell


def test_only_styles_reach_the_terminal_and_every_line_fits(hostile_shell: Shell) -> None:
    for command in COMMANDS:
        seen = on_terminal(hostile_shell, command)
        bare = STYLE.sub(b"", seen)
        assert b"\x1b" not in bare, command
        text = bare.decode()
        strange = [each for each in text if each < " " and each not in "\r\n\t"]
        assert strange == [], command
        assert not any(each in text for each in "\x7f\x9b\u202e"), command
        table = [line for line in text.splitlines() if "─" in line or line.startswith("PO-2")]
        assert all(cell_len(line) <= WIDTH for line in table), command


def test_there_is_colour_but_not_under_no_color(hostile_shell: Shell) -> None:
    assert STYLE.search(on_terminal(hostile_shell, "queue stats"))
    bare = on_terminal(hostile_shell, "queue stats", NO_COLOR="1")
    assert not re.search(rb"\x1b\[[0-9;]*3[0-9]", bare)
    assert "✗ failed".encode() in STYLE.sub(b"", bare)


def test_progress_is_shown_before_a_rate_is_known(hostile_shell: Shell) -> None:
    for command in ("db backup copy.db", "log export log.csv"):
        seen = on_terminal(hostile_shell, command)
        assert b"Error" not in seen, seen
    assert (hostile_shell.directory / "copy.db").stat().st_size
    assert b"pages copied" in on_terminal(hostile_shell, "db backup copy.db --force")


@pytest.fixture
def long_shell(empty_shell: Shell, sqlite_template: Path) -> Shell:
    """A shell over more orders than a screen of 24 rows shows, and fewer than a page of 50."""
    database = empty_shell.directory / "lsync.db"
    database.write_bytes(sqlite_template.read_bytes())
    empty_shell.variables["LSYNC_DATABASE__URL"] = f"sqlite:///{database}"
    rows = "".join(f"PO-{number},Example,Harbour,SKU-1,2,3,Thing\n" for number in range(100, 140))
    (empty_shell.directory / "many.csv").write_text(HEADER + rows, encoding="utf-8")
    assert empty_shell("po", "import", "many.csv").code == 0
    return empty_shell


MARK = "sed s/^/PAGED:/"


def test_what_is_longer_than_the_screen_goes_through_the_pager(long_shell: Shell) -> None:
    seen = on_terminal(long_shell, "po list", LSYNC_PAGER=MARK, PAGER="false")
    assert b"PAGED:PO-139" in STYLE.sub(b"", seen)
    assert STYLE.search(seen)
    assert b"PAGED:PO-100" in STYLE.sub(b"", seen)


def test_it_is_just_printed_otherwise(long_shell: Shell) -> None:
    for command, pager in (
        ("po list --limit 3", MARK),
        ("po list --json", MARK),
        ("--no-pager po list", MARK),
        ("po list", ""),
        ("po list", "no-such-pager"),
    ):
        seen = on_terminal(long_shell, command, LSYNC_PAGER=pager)
        assert b"PO-139" in seen, (command, pager)
        assert b"PAGED:" not in seen, (command, pager)


def test_a_pager_that_is_left_early_is_no_error(long_shell: Shell) -> None:
    seen = on_terminal(long_shell, "po list", LSYNC_PAGER="head -n 1")
    assert b"Order" in seen
    assert b"rror" not in seen


def test_watching_shows_the_top_of_what_does_not_fit(long_shell: Shell) -> None:
    seen = on_terminal(long_shell, "po list --watch", until=b"lines do not fit here.")
    assert b"PO-139" in seen
    assert b"PO-101" not in seen
    assert b"Traceback" not in seen
