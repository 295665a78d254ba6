"""Opening the database, transactions, and what its failures say. On both engines."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from lsync.core.store import migrate, sqlite_backend
from lsync.core.store.database import (
    Change,
    CommitUnknown,
    Database,
    DatabaseBusy,
    DatabaseFull,
    DatabaseMissing,
    DatabaseReadOnly,
    DatabaseTooOld,
    DatabaseUnavailable,
    Transaction,
)
from tests.databases import MariaDB, free_port


async def put(tx: Transaction, name: str, value: int = 1) -> None:
    await tx.execute(
        insert(tx.tables.cursors).values(name=name, value=value, updated_at=datetime.now(UTC))
    )


async def names(database: Database) -> list[str]:
    async with database.read() as tx:
        table = tx.tables.cursors
        return list((await tx.execute(select(table.c.name).order_by(table.c.name))).scalars())


async def fail_after(database: Database, name: str) -> None:
    async with database.write() as tx:
        await put(tx, name)
        tx.emit(Change(kind="cursor", key=name))
        raise LookupError


async def test_a_write_is_kept_and_a_failed_one_is_not(database: Database) -> None:
    async with database.write() as tx:
        await put(tx, "a")
    with pytest.raises(LookupError):
        await fail_after(database, "b")
    assert await names(database) == ["a"]


async def test_changes_are_told_after_the_commit_and_once(database: Database) -> None:
    heard: list[Change] = []
    stop = database.listen(heard.append)
    async with database.write() as tx:
        tx.emit(Change(kind="order", key="PO-1"))
        tx.emit(Change(kind="order", key="PO-1"))
        assert heard == []
    assert heard == [Change(kind="order", key="PO-1")]
    with pytest.raises(LookupError):
        await fail_after(database, "b")
    stop()
    async with database.write() as tx:
        tx.emit(Change(kind="order", key="PO-2"))
    assert len(heard) == 1


async def test_a_failing_listener_harms_nobody(database: Database) -> None:
    heard: list[Change] = []

    def broken(change: Change) -> None:
        raise ZeroDivisionError

    database.listen(broken)
    database.listen(heard.append)
    async with database.write() as tx:
        await put(tx, "a")
        tx.emit(Change(kind="order", key="PO-1"))
    assert (len(heard), await names(database)) == (1, ["a"])


async def test_a_commit_under_way_survives_the_cancellation_of_its_task(
    database: Database,
) -> None:
    committing = asyncio.Event()
    heard: list[Change] = []
    database.listen(heard.append)

    async def work() -> None:
        async with database.write() as tx:
            await put(tx, "a")
            tx.emit(Change(kind="cursor", key="a"))
            committing.set()

    task = asyncio.create_task(work())
    await committing.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await names(database) == (["a"] if heard else [])


async def test_a_cancelled_write_leaves_the_database_usable(database: Database) -> None:
    async def work() -> None:
        async with database.write() as tx:
            await put(tx, "a")
            await asyncio.Event().wait()

    for _ in range(3):
        task = asyncio.create_task(work())
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with database.write() as tx:
        await put(tx, "b")
    assert await names(database) == ["b"]


async def test_a_read_sees_one_state_and_blocks_nobody(database: Database) -> None:
    async with database.read() as tx:
        count = select(func.count()).select_from(tx.tables.cursors)
        assert await tx.scalar(count) == 0
        async with database.write() as other:
            await put(other, "a")
        assert await tx.scalar(count) == 0
    assert await names(database) == ["a"]


async def test_a_read_cannot_write(database: Database) -> None:
    async with database.read() as tx:
        with pytest.raises(DatabaseReadOnly):
            await put(tx, "a")


async def test_writers_wait_for_each_other(database: Database) -> None:
    async with database.write() as tx:
        await put(tx, "n", 0)

    async def add_one(tx: Transaction) -> None:
        table = tx.tables.cursors
        value = await tx.scalar(select(table.c.value).with_for_update())
        await asyncio.sleep(0)
        await tx.execute(update(table).values(value=value + 1))

    await asyncio.gather(*(database.run(add_one) for _ in range(20)))
    async with database.read() as tx:
        assert await tx.scalar(select(tx.tables.cursors.c.value)) == 20


async def test_a_broken_rule_of_the_tables_is_the_callers_error(database: Database) -> None:
    async def twice() -> None:
        async with database.write() as tx:
            await put(tx, "a")
            await put(tx, "a")

    with pytest.raises(IntegrityError):
        await twice()
    assert await names(database) == []


async def test_the_injected_clock_counts(database_url: str) -> None:
    now = datetime(2031, 5, 4, tzinfo=UTC)
    async with await Database.open(database_url, clock=lambda: now) as opened:
        async with opened.read() as tx:
            assert await tx.now() == now
        assert await opened.call(lambda cursor: cursor.now()) == now


async def test_without_one_the_shared_clock_does(database: Database) -> None:
    async with database.read() as tx:
        assert abs(await tx.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert abs(await database.call(lambda found: found.now()) - datetime.now(UTC)) < timedelta(
        minutes=1
    )


async def test_times_come_back_as_they_went_in(database: Database) -> None:
    moment = datetime(2026, 7, 1, 23, 59, 59, 123456, tzinfo=UTC)
    async with database.write() as tx:
        table = tx.tables.cursors
        await tx.execute(insert(table).values(name="a", value=1, updated_at=moment))
        assert await tx.scalar(select(table.c.updated_at)) == moment


async def test_an_older_database_is_not_opened(empty_database_url: str) -> None:
    def build() -> None:
        migrate.upgrade(empty_database_url)

    await asyncio.to_thread(build)
    async with await Database.open(empty_database_url) as opened, opened.write() as tx:
        await tx.execute(text("UPDATE lsync_schema SET version_num = '0001'"))
    with pytest.raises(DatabaseTooOld, match="lsync db upgrade"):
        await Database.open(empty_database_url)


# SQLite


@pytest.fixture
def sqlite_path(sqlite_template: Path, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copy(sqlite_template, tmp_path / "lsync.db"))


async def test_a_missing_file_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissing, match="lsync db upgrade"):
        await Database.open(f"sqlite:///{tmp_path / 'none.db'}")
    assert not (tmp_path / "none.db").exists()


async def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "lsync.db"
    path.write_bytes(b"order_number,supplier\n" * 100)
    with pytest.raises(DatabaseUnavailable, match="not a sound SQLite database"):
        await Database.open(f"sqlite:///{path}")
    assert path.read_bytes() == b"order_number,supplier\n" * 100


async def test_durable_settings(sqlite_path: Path) -> None:
    async with await Database.open(f"sqlite:///{sqlite_path}") as opened, opened.write() as tx:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert await tx.scalar(text(f"PRAGMA {pragma}")) == value
    with sqlite3.connect(sqlite_path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


async def test_a_full_disk_is_said_and_work_resumes(sqlite_path: Path) -> None:
    async with await Database.open(f"sqlite:///{sqlite_path}") as opened:
        async with opened.write() as tx:
            pages = await tx.scalar(text("PRAGMA page_count"))
            await tx.scalar(text(f"PRAGMA max_page_count = {pages + 1}"))

        async def fill() -> None:
            async with opened.write() as tx:
                for number in range(2000):
                    await put(tx, f"n{number}")

        with pytest.raises(DatabaseFull, match="Free some space"):
            await fill()
        assert await names(opened) == []
        async with opened.write() as tx:
            await tx.scalar(text("PRAGMA max_page_count = 1000000"))
            await put(tx, "a")
        assert await names(opened) == ["a"]


async def test_another_programs_long_transaction_is_said(
    sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_backend, "BUSY_SECONDS", 0.01)

    async def rest(_: float) -> None:
        other.rollback()

    async with await Database.open(f"sqlite:///{sqlite_path}") as opened:
        other = sqlite3.connect(sqlite_path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy, match="Another program"):
            async with opened.write():
                pass
        await opened.run(lambda tx: put(tx, "a"), rest=rest)
        other.close()
        assert await names(opened) == ["a"]


async def test_commits_of_other_processes_show_and_own_ones_do_not(sqlite_path: Path) -> None:
    url = f"sqlite:///{sqlite_path}"
    async with await Database.open(url) as mine, await Database.open(url) as other:
        assert mine.tells_of_others
        before = await mine.data_version()
        async with mine.write() as tx:
            await put(tx, "a")
        assert await mine.data_version() == before
        async with other.write() as tx:
            await put(tx, "b")
        assert await mine.data_version() != before


async def test_a_read_only_file_is_said(sqlite_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the file system would refuse it; the tests may run as a user whom none refuses."""
    pragmas = (*sqlite_backend.WRITER_PRAGMAS, "query_only=ON")
    monkeypatch.setattr(sqlite_backend, "WRITER_PRAGMAS", pragmas)
    async with await Database.open(f"sqlite:///{sqlite_path}") as opened:
        with pytest.raises(DatabaseReadOnly, match="write permission"):
            async with opened.write() as tx:
                await put(tx, "a")


# MariaDB


@pytest.mark.mariadb
async def test_a_wrong_password_is_said_and_not_shown(
    mariadb_template: tuple[MariaDB, str],
) -> None:
    url = mariadb_template[1].replace(":lsync-test@", ":hunter2@")
    with pytest.raises(DatabaseUnavailable, match="refuses the login") as error:
        await Database.open(url)
    assert "hunter2" not in str(error.value)


@pytest.mark.mariadb
async def test_an_unknown_database_is_said(mariadb_template: tuple[MariaDB, str]) -> None:
    server, url = mariadb_template
    server.admin("GRANT ALL ON `nowhere`.* TO 'lsync'@'127.0.0.1'")
    with pytest.raises(DatabaseMissing, match="CREATE DATABASE"):
        await Database.open(url.replace("/lsync_template", "/nowhere"))


async def test_no_server_is_said() -> None:
    with pytest.raises(DatabaseUnavailable, match="cannot be reached") as error:
        await Database.open(f"mysql://u:hunter2@127.0.0.1:{free_port()}/d")
    assert "hunter2" not in str(error.value)


@pytest.mark.mariadb
async def test_the_next_host_answers_if_the_first_does_not(
    mariadb_template: tuple[MariaDB, str],
) -> None:
    server, url = mariadb_template
    here = f"127.0.0.1:{server.port}"
    async with await Database.open(url.replace(here, f"127.0.0.1:{free_port()},{here}")) as opened:
        assert await names(opened) == []


@pytest.mark.mariadb
async def test_the_session_is_as_the_queue_needs_it(mariadb_template: tuple[MariaDB, str]) -> None:
    async with await Database.open(mariadb_template[1]) as opened:
        assert not opened.tells_of_others
        assert await opened.data_version() is None
        async with opened.write() as tx:
            found = await tx.execute(
                text("SELECT @@tx_isolation, @@time_zone, @@character_set_client, @@sql_mode")
            )
            isolation, zone, charset, mode = found.one()
    assert (isolation, zone, charset) == ("READ-COMMITTED", "+00:00", "utf8mb4")
    assert "STRICT_ALL_TABLES" in mode


@pytest.mark.mariadb
async def test_a_rogue_server_cannot_read_files(mariadb_template: tuple[MariaDB, str]) -> None:
    """The client must not have offered LOAD DATA LOCAL (capability 128)."""
    from lsync.core.store.mysql_backend import make_engine
    from lsync.core.store.urls import MysqlUrl, parse_url

    url = parse_url(mariadb_template[1])
    assert isinstance(url, MysqlUrl)
    engine = make_engine(url)
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        assert driver.client_flag & 128 == 0
    await engine.dispose()


@pytest.mark.mariadb
async def test_a_deadlock_runs_the_whole_transaction_again(
    mariadb_template: tuple[MariaDB, str],
) -> None:
    runs = 0
    both_hold_one = asyncio.Barrier(2)

    async with await Database.open(mariadb_template[1]) as opened:
        async with opened.write() as tx:
            await put(tx, "a")
            await put(tx, "b")

        def crossing(first: str, second: str) -> Callable[[Transaction], Awaitable[None]]:
            async def work(tx: Transaction) -> None:
                nonlocal runs
                runs += 1
                table = tx.tables.cursors
                for name in (first, second):
                    await tx.execute(
                        update(table).where(table.c.name == name).values(value=table.c.value + 1)
                    )
                    if runs <= 2 and name == first:
                        await both_hold_one.wait()

            return work

        async with asyncio.timeout(30):
            await asyncio.gather(opened.run(crossing("a", "b")), opened.run(crossing("b", "a")))
        async with opened.write() as tx:
            table = tx.tables.cursors
            values = (await tx.execute(select(table.c.value))).scalars().all()
            await tx.execute(table.delete())
    assert list(values) == [3, 3]
    assert runs == 3


async def kill_connection(tx: Transaction, server: MariaDB) -> None:
    """Let the server end the connection of ``tx``."""
    connection_id = await tx.scalar(text("SELECT CONNECTION_ID()"))
    await asyncio.to_thread(server.admin, f"KILL CONNECTION {connection_id}")


@pytest.mark.mariadb
async def test_a_connection_lost_before_commit_is_tried_again(
    mariadb_template: tuple[MariaDB, str],
) -> None:
    server, url = mariadb_template
    runs = 0

    async def work(tx: Transaction) -> None:
        nonlocal runs
        runs += 1
        await put(tx, "a")
        if runs == 1:
            await kill_connection(tx, server)
            await put(tx, "b")

    async with await Database.open(url) as opened:
        await opened.run(work)
        assert (runs, await names(opened)) == (2, ["a"])
        async with opened.write() as tx:
            await tx.execute(tx.tables.cursors.delete())


@pytest.mark.mariadb
async def test_a_connection_lost_at_commit_is_not_taken_for_a_rollback(
    mariadb_template: tuple[MariaDB, str],
) -> None:
    server, url = mariadb_template
    runs = 0

    async def work(tx: Transaction) -> None:
        nonlocal runs
        runs += 1
        await put(tx, f"n{runs}")
        if runs % 2:
            await kill_connection(tx, server)

    async with await Database.open(url) as opened:
        with pytest.raises(CommitUnknown, match="Look before"):
            await opened.run(work)
        assert runs == 1
        runs = 2
        await opened.run(work, idempotent=True)
        assert await names(opened) == ["n4"]
        async with opened.write() as tx:
            await tx.execute(tx.tables.cursors.delete())


@pytest.mark.mariadb
async def test_a_server_that_was_killed_and_came_back_is_used_again() -> None:
    from tests.databases import run_mariadb

    for server in run_mariadb():
        url = server.create_database("lsync")
        await asyncio.to_thread(migrate.upgrade, url)
        async with await Database.open(url) as opened:
            await opened.run(lambda tx: put(tx, "a"))
            server.kill()
            with pytest.raises(DatabaseUnavailable, match="resumes when it is back"):
                async with opened.write() as tx:
                    await put(tx, "b")
            await asyncio.to_thread(server.start)
            await opened.run(lambda tx: put(tx, "c"))
            assert await names(opened) == ["a", "c"]
