"""``lsync db``: what stands in the way is named, and nobody has to watch an upgrade."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lsync.core.store import migrate
from lsync.core.store.revisions import HEAD
from tests.cli.conftest import Shell
from tests.cli.test_standard_output import into


@pytest.fixture
def shop(empty_shell: Shell) -> Shell:
    """A shell whose settings name a SQLite file that is not there yet."""
    empty_shell.variables["LSYNC_DATABASE__URL"] = f"sqlite:///{path_of(empty_shell)}"
    return empty_shell


def path_of(shell: Shell) -> Path:
    return shell.directory / "lsync.db"


def execute(shell: Shell, statement: str) -> None:
    with closing(sqlite3.connect(path_of(shell))) as connection, connection:
        connection.execute(statement)


def test_a_table_in_the_way_is_named_with_what_to_do(shop: Shell) -> None:
    execute(shop, "CREATE TABLE decisions (id INTEGER)")
    told = shop("db", "status")
    assert told.code == 1
    assert "The table decisions exists and was not created by lsync." in told.out
    assert "database.table_prefix" in told.out
    assert "db upgrade" not in told.out
    found = shop("db", "status", "--json")
    assert (found.code, found.json["taken"]) == (1, "decisions")
    (finding,) = [each for each in shop("doctor", "--json").json if each["check"] == "database"]
    assert (finding["state"], "decisions" in finding["message"]) == ("failed", True)
    assert "database.table_prefix" in finding["fix"]
    refused = shop("db", "upgrade")
    assert refused.code == 78
    assert "decisions" in refused.err


def test_beside_tables_of_ours_another_prefix_is_no_way_out(shop: Shell) -> None:
    migrate.upgrade(shop.variables["LSYNC_DATABASE__URL"])
    execute(shop, "UPDATE lsync_schema SET version_num = '0009'")
    told = shop("db", "status")
    assert told.code == 1
    assert "2 revisions behind" in told.out
    assert "The table source_orders exists" in told.out
    assert "Rename that table" in told.out
    assert "table_prefix" not in told.out


def test_nothing_in_the_way_is_null(shop: Shell) -> None:
    found = shop("db", "status", "--json")
    assert (found.code, found.json["current"], found.json["taken"]) == (1, None, None)
    assert "`lsync db upgrade` or a daemon creates them" in shop("db", "status").out
    assert shop("db", "upgrade").code == 0
    assert shop("db", "status").code == 0


@pytest.mark.process
def test_an_upgrade_goes_on_when_nobody_reads_what_it_says(shop: Shell) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        assert into(shop, writing, "db", "upgrade") == (0, "")
    finally:
        os.close(writing)
    assert migrate.status(shop.variables["LSYNC_DATABASE__URL"]).current == HEAD


@pytest.mark.process
def test_an_upgrade_goes_on_when_what_it_says_cannot_be_kept(shop: Shell) -> None:
    with Path("/dev/full").open("wb") as full:
        code, told = into(shop, full.fileno(), "db", "upgrade")
    assert code == 1
    assert "The output could not be written." in told
    assert migrate.status(shop.variables["LSYNC_DATABASE__URL"]).current == HEAD


@pytest.mark.process
def test_an_upgrade_that_is_refused_says_so_even_if_nobody_reads_the_rest(shop: Shell) -> None:
    execute(shop, "CREATE TABLE decisions (id INTEGER)")
    reading, writing = os.pipe()
    os.close(reading)
    try:
        code, told = into(shop, writing, "db", "upgrade")
    finally:
        os.close(writing)
    assert (code, "decisions" in told) == (78, True)
