"""Opening the database, transactions, and what its failures say. On both engines."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from lsync.core.store import migrate
from lsync.core.store.database import (
    Change,
    Database,
    DatabaseReadOnly,
    DatabaseTooOld,
)
from tests.store.writing import fail_after, names, put


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

    async def add_one() -> None:
        async with database.write() as tx:
            table = tx.tables.cursors
            value = await tx.scalar(select(table.c.value).with_for_update())
            await asyncio.sleep(0)
            await tx.execute(update(table).values(value=value + 1))

    await asyncio.gather(*(add_one() for _ in range(20)))
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
