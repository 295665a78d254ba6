"""What only a server does: passwords, failover, deadlocks, lost connections."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

import aiomysql
import pymysql
import pytest
from sqlalchemy import func, select, text, update

from lsync.core.store import migrate, mysql_backend
from lsync.core.store.database import (
    CommitUnknown,
    Database,
    DatabaseMissing,
    DatabaseUnavailable,
    Transaction,
)
from lsync.core.store.schema import tables
from lsync.core.store.urls import parse_url
from tests.databases import MariaDB, free_port
from tests.store.writing import names, put

COMMITTING = "SELECT 1 FROM information_schema.processlist WHERE info = 'COMMIT'"


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


async def test_a_cancellation_that_meets_a_refused_connection_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As asyncio.wait_for lets it happen in the driver on Python 3.11."""
    connecting = asyncio.Event()

    async def refuse(*_: object) -> None:
        connecting.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise aiomysql.OperationalError(2003, "refused") from None

    async def work(tx: Transaction) -> None:
        await tx.now()

    async def for_ever() -> None:
        while True:
            with contextlib.suppress(DatabaseUnavailable):
                await database.run(work)

    monkeypatch.setattr(mysql_backend, "_connect", refuse)
    where = parse_url("mysql://u:p@127.0.0.1:9/lsync")
    async with Database(where, tables=tables()) as database:
        trying = asyncio.create_task(for_ever())
        await connecting.wait()
        trying.cancel()
        done, _ = await asyncio.wait([trying], timeout=20)
        trying.cancel()
        assert done
        assert trying.cancelled()


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

        def crossing(first: str, second: str) -> Callable[[Transaction], Coroutine[Any, Any, None]]:
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
@pytest.mark.parametrize("number", [1213, 1205, 1047, 2013])
async def test_what_the_server_turns_away_runs_again_from_the_start(
    mariadb_template: tuple[MariaDB, str], number: int
) -> None:
    """Deadlock, lock timeout, a node that is not ready, a lost connection: the server's own."""
    runs = 0

    async def work(tx: Transaction) -> list[str]:
        nonlocal runs
        runs += 1
        await put(tx, "a")
        if runs < 3:
            refusal = f"SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = {number}, MESSAGE_TEXT = 'x'"
            await tx.execute(text(refusal))
        found = await tx.execute(select(tx.tables.cursors.c.name))
        return list(found.scalars())

    async with await Database.open(mariadb_template[1]) as opened:
        assert await opened.run(work) == ["a"], "nothing of the first tries was kept"
        assert runs == 3
        async with opened.write() as tx:
            await tx.execute(tx.tables.cursors.delete())


@pytest.mark.mariadb
async def test_a_connection_that_the_server_closed_while_it_rested_is_replaced(
    mariadb_template: tuple[MariaDB, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nothing is tried again."""
    monkeypatch.setattr(mysql_backend, "PING_SECONDS", 0.0)
    server, url = mariadb_template
    async with await Database.open(url) as opened:
        async with opened.read() as tx:
            connection_id = await tx.scalar(text("SELECT CONNECTION_ID()"))
        await asyncio.to_thread(server.admin, f"KILL CONNECTION {connection_id}")
        async with opened.read() as tx:
            assert await tx.scalar(text("SELECT CONNECTION_ID()")) != connection_id


@pytest.mark.mariadb
async def test_what_a_failed_transaction_left_open_is_rolled_back(
    mariadb_template: tuple[MariaDB, str],
) -> None:
    _, url = mariadb_template

    async def fail(database: Database) -> None:
        async with database.write() as tx:
            await put(tx, "a")
            raise LookupError

    async with await Database.open(url) as opened:
        with pytest.raises(LookupError):
            await fail(opened)
        async with opened.write() as tx:
            assert await tx.scalar(select(func.count()).select_from(tx.tables.cursors)) == 0


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
        with pytest.raises(CommitUnknown, match="Look whether"):
            await opened.run(work)
        assert runs == 1
        runs = 2
        await opened.run(work, idempotent=True)
        assert await names(opened) == ["n4"]
        async with opened.write() as tx:
            await tx.execute(tx.tables.cursors.delete())


@pytest.mark.mariadb
async def test_who_insists_does_not_wait_for_a_commit_that_is_not_answered(
    mariadb_template: tuple[MariaDB, str],
) -> None:
    """Nor is the connection given back while its COMMIT is under way."""
    server, url = mariadb_template

    async def under_way() -> None:
        while not server.admin(COMMITTING):  # noqa: ASYNC110 - the server sets no event
            await asyncio.sleep(0.01)

    async def write(database: Database) -> None:
        async with database.write() as tx:
            await put(tx, "a")
            holding.query("FLUSH TABLES WITH READ LOCK")  # a COMMIT waits for its end

    async with await Database.open(url) as opened:
        with pymysql.connect(unix_socket=f"{server.directory}/db.sock", user="root") as holding:
            task = asyncio.create_task(write(opened))
            await under_way()
            task.cancel()
            for _ in range(5):
                await asyncio.sleep(0)
            assert not task.done()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        async with opened.write() as tx:
            await tx.execute(tx.tables.cursors.delete())
            await put(tx, "b")
        assert await names(opened) == ["b"]


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
