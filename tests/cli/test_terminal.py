"""The bytes that reach a real terminal: fitting, harmless, and plain under NO_COLOR."""

import fcntl
import os
import pty
import re
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


def on_terminal(shell: Shell, command: str, **variables: str) -> bytes:
    """Run a command on a pseudo-terminal of 80 by 24 and return every byte it wrote."""
    screen, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDTH, 0, 0))
    plain = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "CI"}}
    running = subprocess.Popen(
        [sys.executable, "-m", "lsync", *command.split()],
        cwd=shell.directory,
        env={**plain, **shell.variables, "TERM": "xterm-256color", **variables},
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
