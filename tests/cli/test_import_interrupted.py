"""Ctrl-C during `lsync po import`: beside a daemon, and where the command does it itself."""

import io
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from lsync.cli.import_interrupted import ImportWatch
from lsync.core.control.upload import Upload
from tests.cli.conftest import Shell
from tests.cli.terminals import SECONDS, Terminal

HEADER = "order_number,supplier,outlet,sku,quantity,unit_cost\n"
ORDERS = 4000
AGAIN = "Importing the file again is safe"


def write_many(file: Path) -> None:
    rows = (f"MANY-{number},Northwind,Harbour,SKU-0001,1,1\n" for number in range(ORDERS))
    file.write_text(HEADER + "".join(rows))


def count(database: Path) -> int:
    counting = "SELECT count(*) FROM purchase_orders WHERE order_number LIKE 'MANY-%'"
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute(counting).fetchone()[0])


def interrupt_amid(running: "subprocess.Popen[str]", database: Path) -> str:
    """Press Ctrl-C when the first orders are in; return what it says."""
    deadline = time.monotonic() + SECONDS
    while not count(database):
        assert running.poll() is None, "it ended before it was interrupted"
        assert time.monotonic() < deadline
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=SECONDS)
    assert running.returncode == 130, told
    return told


@pytest.mark.process
def test_the_daemon_goes_on_and_that_is_said(terminal: Terminal) -> None:
    write_many(terminal.system.directory / "many.csv")
    (database,) = terminal.system.directory.glob("*.db")
    told = interrupt_amid(terminal.start("po", "import", "many.csv"), database)
    assert "Interrupted; the daemon goes on with the import" in told
    assert "`lsync po list`" in told
    assert AGAIN in told
    deadline = time.monotonic() + SECONDS
    while count(database) < ORDERS:
        assert time.monotonic() < deadline


@pytest.mark.process
def test_without_a_daemon_it_stops_between_two_orders(
    empty_shell: Shell, sqlite_template: Path
) -> None:
    database = empty_shell.directory / "lsync.db"
    database.write_bytes(sqlite_template.read_bytes())
    write_many(empty_shell.directory / "many.csv")
    running = subprocess.Popen(
        [sys.executable, "-m", "lsync", "po", "import", "many.csv"],
        cwd=empty_shell.directory,
        env={
            **os.environ,
            **empty_shell.variables,
            "LSYNC_DATABASE__URL": f"sqlite:///{database}",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    told = interrupt_amid(running, database)
    assert "the import stopped between two orders" in told
    assert "import the file again for the rest" in told
    assert "Traceback" not in told
    assert "Exception" not in told
    assert 0 < count(database) < ORDERS


def watch(*, dry_run: bool = False) -> ImportWatch:
    upload = Upload(file=io.BytesIO(b"12"), size=2)
    return ImportWatch(upload, show=lambda _done, _total: None, dry_run=dry_run)


def test_before_the_file_was_sent_nothing_was_changed() -> None:
    assert watch().interrupted().what == "Interrupted; nothing was changed."


class Knowing:
    """A client, as far as it is asked."""

    def __init__(self, mode: str) -> None:
        self.mode = mode

    async def hello(self) -> "Knowing":
        return self


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        ("daemon", "the daemon goes on with the import (100 of 1,000 orders so far)."),
        ("in_process", "stopped between two orders: at least 100 of 1,000 orders are done."),
    ],
)
async def test_it_is_said_how_far_it_was(mode: str, told: str) -> None:
    found = watch()
    await found.begin(Knowing(mode))  # type: ignore[arg-type]  # only this is asked of it
    found._upload.file.read()
    found.tell(100, 1000)
    failure = found.interrupted()
    assert told in failure.what
    assert AGAIN in failure.next_step
    assert failure.code == 130
