"""Output that cannot be written: said as what it is, whichever command printed it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_commands import HEADER

pytestmark = pytest.mark.process
FULL = Path("/dev/full")


def into(shell: Shell, output: int, *args: str) -> tuple[int, str]:
    """Run ``lsync args`` as a process that prints to ``output``; its exit code and stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "lsync", *args],
        cwd=shell.directory,
        env={**os.environ, **shell.variables},
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


def into_full(shell: Shell, *args: str) -> tuple[int, str]:
    with FULL.open("wb") as full:
        return into(shell, full.fileno(), *args)


@pytest.fixture
def filled(empty_shell: Shell, sqlite_template: Path) -> Shell:
    """A shell over a database, beside a file with good orders and one with a bad row."""
    database = empty_shell.directory / "lsync.db"
    database.write_bytes(sqlite_template.read_bytes())
    empty_shell.variables["LSYNC_DATABASE__URL"] = f"sqlite:///{database}"
    # More than a buffer holds, so that it is written before the end as well.
    orders = "".join(f"PO-{number},S,O,K,1,1,N\n" for number in range(400))
    (empty_shell.directory / "good.csv").write_text(HEADER + orders)
    (empty_shell.directory / "bad.csv").write_text(HEADER + "PO-1,S,O,K,x,1,N\n")
    return empty_shell


@pytest.mark.parametrize(
    "command",
    [
        "po import good.csv",
        "po import good.csv --json",
        "po import bad.csv",
        "po list",
        "status --json",
        "--help",
        "--version",
    ],
)
def test_a_full_disk_is_told_as_what_it_is(filled: Shell, command: str) -> None:
    code, told = into_full(filled, *command.split())
    assert code == 1, told
    assert "Error: The output could not be written." in told
    assert "Why: No space left on device." in told
    assert "What the command did is done" in told
    assert "OSError" not in told
    assert "Exception ignored" not in told


def test_an_error_of_the_command_itself_comes_first(filled: Shell) -> None:
    code, told = into_full(filled, "po", "show", "NOWHERE")
    assert code == 1
    assert "NOWHERE" in told
    assert "could not be written" not in told


def test_a_reader_that_is_gone_is_no_error_even_after_rows_that_stayed_out(filled: Shell) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        code, told = into(filled, writing, "po", "import", "bad.csv", "--json")
    finally:
        os.close(writing)
    assert code in {0, 1}
    assert told.startswith("No daemon")
    assert "Exception" not in told


def with_closed(shell: Shell, closed: str, *args: str) -> tuple[int, str, str]:
    """Run ``lsync args`` with a stream closed by the shell; its exit code, stdout and stderr."""
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "lsync", *args],
        cwd=shell.directory,
        env={**os.environ, **shell.variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("command", ["queue stats", "queue stats --json", "--help", "po list"])
def test_a_closed_output_is_told_as_what_it_is(filled: Shell, command: str) -> None:
    code, _, told = with_closed(filled, ">&-", *command.split())
    assert code == 1, told
    assert "Error: The output could not be written." in told
    assert "Why: Bad file descriptor." in told
    assert "does not expect" not in told
    assert "Exception ignored" not in told


def test_what_is_printed_to_a_closed_output_reaches_no_file(filled: Shell) -> None:
    code, _, told = with_closed(filled, ">&-", "po", "import", "good.csv")
    assert (code, "What the command did is done" in told) == (1, True)
    code, listed, told = with_closed(filled, "2>&-", "po", "list", "--json")
    assert (code, told) == (0, "")
    assert listed.count('"order_number"') == 400


def test_a_closed_stderr_leaves_the_exit_code(filled: Shell) -> None:
    assert with_closed(filled, "2>&-", "po", "nope") == (2, "", "")
    assert with_closed(filled, "2>&- >&-", "po", "nope") == (2, "", "")


def test_a_closed_input_is_an_empty_one(filled: Shell) -> None:
    code, out, _ = with_closed(filled, "<&-", "po", "import", "-")
    assert (code, "the file is empty" in out) == (1, True)
    assert with_closed(filled, "<&-", "po", "import", "good.csv")[0] == 0
    code, _, told = with_closed(filled, "<&-", "po", "cancel", "PO-1")
    assert code == 2, told
    assert "--yes" in told
