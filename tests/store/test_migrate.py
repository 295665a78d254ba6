"""Creating and migrating a database, on both engines."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from lsync.core.store import migrate
from lsync.core.store.database import Database, DatabaseMissing, DatabaseTooNew
from lsync.core.store.errors import UpgradeRefused
from lsync.core.store.revisions import HEAD, REVISIONS
from lsync.core.store.schema import tables

T = TypeVar("T")


def on(url: str, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """Run ``work`` in a transaction of a plain connection to ``url``."""

    async def run() -> T:
        driver = url.replace("sqlite:", "sqlite+aiosqlite:").replace("mysql:", "mysql+aiomysql:")
        engine = create_async_engine(driver)
        try:
            async with engine.begin() as connection:
                return await work(connection)
        finally:
            await engine.dispose()

    return asyncio.run(run())


def execute(url: str, *statements: str) -> None:
    async def work(connection: AsyncConnection) -> None:
        for statement in statements:
            await connection.execute(text(statement))

    on(url, work)


def table_names(url: str) -> set[str]:
    async def work(connection: AsyncConnection) -> set[str]:
        return set(await connection.run_sync(lambda found: inspect(found).get_table_names()))

    return on(url, work)


@pytest.mark.parametrize("prefix", ["", "lsync_"])
def test_the_migrations_build_exactly_the_tables_of_the_schema(
    empty_database_url: str, prefix: str
) -> None:
    migrate.upgrade(empty_database_url, prefix)
    ours = tables(prefix)
    extra = {ours.version_table, f"{ours.version_table}_lock"}

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: kind != "table" or name not in extra,
            },
        )
        return list(compare_metadata(context, ours.metadata))

    async def work(connection: AsyncConnection) -> list[Any]:
        return await connection.run_sync(differences)

    assert on(empty_database_url, work) == []


def test_the_known_revisions_are_the_scripts() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.SCRIPTS))
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    assert [script.revision for script in scripts] == list(reversed(REVISIONS))


def test_status_before_and_after(empty_database_url: str) -> None:
    before = migrate.status(empty_database_url)
    assert (before.current, before.pending) == (None, REVISIONS)
    heard: list[str] = []
    after = migrate.upgrade(empty_database_url, on_revision=heard.append)
    assert heard == list(REVISIONS)
    assert after == migrate.status(empty_database_url)
    assert (after.current, after.pending, after.too_new) == (HEAD, (), False)


def test_status_creates_nothing(tmp_path: Path) -> None:
    migrate.status(f"sqlite:///{tmp_path / 'none.db'}")
    assert list(tmp_path.iterdir()) == []


def test_a_second_upgrade_changes_nothing(database_url: str) -> None:
    heard: list[str] = []
    migrate.upgrade(database_url, on_revision=heard.append)
    assert heard == []


def test_a_newer_database_is_refused(empty_database_url: str) -> None:
    migrate.upgrade(empty_database_url)
    execute(empty_database_url, "UPDATE lsync_schema SET version_num = '9999'")
    assert migrate.status(empty_database_url).too_new
    with pytest.raises(DatabaseTooNew, match="newer lsync"):
        migrate.upgrade(empty_database_url)
    with pytest.raises(DatabaseTooNew):
        asyncio.run(Database.open(empty_database_url))


class StoppedError(Exception):
    """Ends an upgrade between two revisions."""


def upgrade_before(url: str, revision: str, prefix: str = "") -> None:
    """Migrate as a program does whose last revision is the one before ``revision``."""

    def stop(begun: str) -> None:
        if begun == revision:
            raise StoppedError

    with pytest.raises(StoppedError):
        migrate.upgrade(url, prefix, on_revision=stop)


def put_worker(url: str, *, version: str, heartbeat: timedelta) -> None:
    async def work(connection: AsyncConnection) -> None:
        now = datetime.now(UTC)
        await connection.execute(
            tables()
            .queue_workers.insert()
            .values(
                id="w",
                host="db.example",
                pid=4711,
                version=version,
                started_at=now,
                heartbeat_at=now - heartbeat,
            )
        )

    on(url, work)


def test_a_living_daemon_of_another_version_keeps_the_upgrade_out(empty_database_url: str) -> None:
    upgrade_before(empty_database_url, HEAD)
    put_worker(empty_database_url, version="0.0.9", heartbeat=timedelta(seconds=10))
    with pytest.raises(UpgradeRefused, match=r"db\.example.*4711"):
        migrate.upgrade(empty_database_url, version="0.1.0")
    assert migrate.status(empty_database_url).current == REVISIONS[-2]
    migrate.upgrade(empty_database_url, version="0.0.9")
    assert migrate.status(empty_database_url).current == HEAD


def test_a_dead_daemon_keeps_nobody_out(empty_database_url: str) -> None:
    upgrade_before(empty_database_url, HEAD)
    put_worker(empty_database_url, version="0.0.9", heartbeat=timedelta(seconds=90))
    migrate.upgrade(empty_database_url, version="0.1.0")
    assert migrate.status(empty_database_url).current == HEAD


def test_sqlite_is_backed_up_before_its_data_is_migrated(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'lsync.db'}"
    upgrade_before(url, HEAD)
    assert not list(tmp_path.glob("*.before-*"))
    execute(url, "INSERT INTO cursors (name, value, updated_at) VALUES ('c', 7, '2026-01-01')")
    migrate.upgrade(url)
    (backup,) = tmp_path.glob(f"lsync.db.before-{REVISIONS[-2]}-*")
    with sqlite3.connect(backup) as connection:
        assert connection.execute("SELECT value FROM cursors").fetchall() == [(7,)]
    connection.close()


def test_a_new_sqlite_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "lsync.db"
    migrate.upgrade(f"sqlite:///{path}")
    assert path.stat().st_mode & 0o077 == 0


def test_only_one_upgrade_runs_at_a_time(empty_database_url: str) -> None:
    refused: list[UpgradeRefused] = []

    def second(_: str) -> None:
        with pytest.raises(UpgradeRefused, match="upgrading") as error:
            in_thread(lambda: migrate.upgrade(empty_database_url))
        refused.append(error.value)

    migrate.upgrade(empty_database_url, on_revision=second)
    assert len(refused) == len(REVISIONS)


def in_thread(work: Callable[[], T]) -> T:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def test_a_long_prefix_still_gives_valid_names(empty_database_url: str) -> None:
    migrate.upgrade(empty_database_url, "a_rather_long_prefix_")
    assert migrate.status(empty_database_url, "a_rather_long_prefix_").current == HEAD


def test_an_empty_database_is_not_opened(empty_database_url: str) -> None:
    with pytest.raises(DatabaseMissing, match="lsync db upgrade"):
        asyncio.run(Database.open(empty_database_url))
