"""Tables of other programs that have the names of ours: refused, never adopted or changed."""

import sqlite3
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncConnection

from lsync.core.store import migrate
from lsync.core.store.errors import ForeignTable
from lsync.core.store.revisions import CREATES, HEAD, REVISIONS
from lsync.core.store.schema import tables
from tests.store.test_migrate import execute, in_thread, on, table_names, upgrade_before

on_mariadb = pytest.mark.parametrize(
    "database_kind", [pytest.param("mariadb", marks=pytest.mark.mariadb)], indirect=True
)
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def columns(url: str, table: str) -> list[str]:
    async def work(connection: AsyncConnection) -> list[str]:
        found = await connection.run_sync(lambda each: inspect(each).get_columns(table))
        return [column["name"] for column in found]

    return on(url, work)


def test_each_revision_creates_the_tables_that_are_named_for_it(empty_database_url: str) -> None:
    seen: list[set[str]] = []

    def note(_: str) -> None:
        seen.append(in_thread(lambda: table_names(empty_database_url)))

    migrate.upgrade(empty_database_url, on_revision=note)
    seen.append(table_names(empty_database_url))
    created = [after - before for before, after in pairwise(seen)]
    assert dict(zip(REVISIONS, created, strict=True)) == {
        revision: set(names) for revision, names in CREATES.items()
    }


@pytest.mark.parametrize("taken", ["purchase_orders", "queue_slots", "source_orders"])
def test_a_table_of_another_program_is_refused_and_nothing_is_created(
    empty_database_url: str, taken: str
) -> None:
    execute(empty_database_url, f"CREATE TABLE {taken} (id INTEGER)")
    with pytest.raises(ForeignTable, match=rf"{taken}.*database\.table_prefix"):
        migrate.upgrade(empty_database_url)
    assert table_names(empty_database_url) == {taken}
    assert migrate.status(empty_database_url).taken == taken
    migrate.upgrade(empty_database_url, "lsync_")
    assert f"lsync_{taken}" in table_names(empty_database_url)
    assert migrate.status(empty_database_url, "lsync_").taken is None


def test_a_view_of_another_program_is_refused_like_a_table(empty_database_url: str) -> None:
    execute(empty_database_url, "CREATE VIEW decisions AS SELECT 1 AS id")
    with pytest.raises(ForeignTable, match="decisions"):
        migrate.upgrade(empty_database_url)
    assert table_names(empty_database_url) == set()


@on_sqlite
def test_a_name_counts_as_taken_however_sqlite_finds_it_spelled(empty_database_url: str) -> None:
    execute(empty_database_url, "CREATE TABLE Decisions (id INTEGER)")
    with pytest.raises(ForeignTable, match="decisions"):
        migrate.upgrade(empty_database_url)


@on_mariadb
def test_a_name_of_other_case_is_another_name_where_the_server_says_so(
    empty_database_url: str,
) -> None:
    execute(empty_database_url, "CREATE TABLE Decisions (id INTEGER)")
    migrate.upgrade(empty_database_url)
    assert {"Decisions", "decisions"} <= table_names(empty_database_url)


@pytest.mark.parametrize("of", ["TABLE decisions (id INTEGER)", "VIEW decisions AS SELECT 1 AS id"])
def test_what_a_later_revision_would_create_is_refused_before_anything_is_changed(
    empty_database_url: str, of: str, tmp_path: Path
) -> None:
    upgrade_before(empty_database_url, "0004")
    execute(empty_database_url, f"CREATE {of}")
    before = table_names(empty_database_url)
    with pytest.raises(ForeignTable, match=r"decisions.*nothing was changed.*Rename that table"):
        migrate.upgrade(empty_database_url)
    status = migrate.status(empty_database_url)
    assert (status.current, status.taken) == ("0003", "decisions")
    assert table_names(empty_database_url) == before
    assert not list(tmp_path.glob("*.before-*"))
    execute(empty_database_url, f"DROP {of[:5]} decisions")
    migrate.upgrade(empty_database_url)
    assert migrate.status(empty_database_url).current == HEAD


@pytest.mark.parametrize("taken", ["queue_workers", "queue_jobs"])
def test_a_table_of_the_very_next_revision_is_told_by_its_columns(
    empty_database_url: str, taken: str
) -> None:
    upgrade_before(empty_database_url, "0004")
    execute(
        empty_database_url,
        f"CREATE TABLE {taken} (id INTEGER, colour INTEGER)",
        f"INSERT INTO {taken} VALUES (1, 2)",  # noqa: S608 - our own name
    )
    with pytest.raises(ForeignTable, match=f"{taken}.*Rename that table"):
        migrate.upgrade(empty_database_url)
    assert migrate.status(empty_database_url).current == "0003"
    assert columns(empty_database_url, taken) == ["id", "colour"]
    execute(empty_database_url, f"ALTER TABLE {taken} RENAME TO theirs")
    migrate.upgrade(empty_database_url)
    assert migrate.status(empty_database_url).current == HEAD


@on_mariadb
def test_a_view_of_the_very_next_revision_is_never_taken_for_ours(empty_database_url: str) -> None:
    upgrade_before(empty_database_url, "0005")
    execute(empty_database_url, "CREATE VIEW decisions AS SELECT 1 AS id")
    with pytest.raises(ForeignTable, match=r"decisions.*nothing was changed"):
        migrate.upgrade(empty_database_url)


@on_mariadb
def test_an_interrupted_first_upgrade_is_taken_up(empty_database_url: str) -> None:
    """As a kill between two CREATEs leaves it: tables without the revision."""
    upgrade_before(empty_database_url, "0002")
    execute(empty_database_url, "DELETE FROM lsync_schema", "DROP TABLE receipts")
    assert migrate.status(empty_database_url).taken is None
    migrate.upgrade(empty_database_url)
    assert migrate.status(empty_database_url).current == HEAD
    assert set(tables().metadata.tables) <= table_names(empty_database_url)


def test_the_backup_of_a_refused_upgrade_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "lsync.db"
    upgrade_before(f"sqlite:///{path}", HEAD)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE lsync_schema SET version_num = '0009'")
    connection.close()
    with pytest.raises(ForeignTable, match="source_orders"):
        migrate.upgrade(f"sqlite:///{path}")
    assert not list(tmp_path.glob("*.before-*"))
