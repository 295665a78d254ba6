"""Asynchronous work that runs from start to end on the thread of its SQLite connection."""

import asyncio
import threading
from contextvars import ContextVar
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from lsync.core.store import sqlite_driver
from lsync.core.store.database import Database, DatabaseBusy, DatabaseReadOnly, Transaction
from tests.store.writing import names, put

NAME = ContextVar("NAME", default="nobody")


@pytest.fixture
def database_kind() -> str:
    """Only SQLite's connections have threads of their own."""
    return "sqlite"


async def test_many_statements_cost_as_many_changes_of_threads_as_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = 0
    really = sqlite_driver.on_thread

    async def counted(driver: Any, step: Any) -> Any:
        nonlocal changes
        changes += threading.current_thread() is not driver._thread
        return await really(driver, step)

    monkeypatch.setattr(sqlite_driver, "on_thread", counted)

    async def cost(count: int) -> int:
        before = changes

        async def work(tx: Transaction) -> None:
            for number in range(count):
                await put(tx, f"{count}-{number}")

        await database.run(work)
        return changes - before

    await cost(0)  # opens the connection
    assert await cost(20) == await cost(1)
    assert len(await names(database)) == 21


async def test_work_that_waits_for_something_else_is_refused_and_leaves_nothing(
    database: Database,
) -> None:
    async def work(tx: Transaction) -> None:
        await put(tx, "a")
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="nothing but its own statements"):
        await database.run(work)
    assert await names(database) == []


async def test_what_the_work_raises_reaches_the_caller_and_leaves_nothing(
    database: Database,
) -> None:
    async def twice(tx: Transaction) -> None:
        await put(tx, "a")
        await put(tx, "a")

    with pytest.raises(IntegrityError):
        await database.run(twice)
    assert await names(database) == []


async def test_the_work_knows_the_context_of_its_caller(database: Database) -> None:
    async def work(tx: Transaction) -> str:
        await put(tx, "a")
        return NAME.get()

    NAME.set("someone")
    assert await database.run(work) == "someone"


async def test_a_caller_cancelled_amid_the_work_leaves_nothing_and_the_database_usable(
    database: Database,
) -> None:
    begun, going_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    async def work(tx: Transaction) -> None:
        await put(tx, "a")
        loop.call_soon_threadsafe(begun.set)
        going_on.wait(10)
        await put(tx, "b")

    task = asyncio.create_task(database.run(work))
    await begun.wait()
    task.cancel()
    going_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.write() as tx:
        await put(tx, "c")
    assert await names(database) == ["c"]


async def test_a_cancelled_caller_does_not_try_again_what_was_turned_away(
    database: Database,
) -> None:
    begun, going_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    runs = 0

    async def work(tx: Transaction) -> None:
        nonlocal runs
        runs += 1
        await put(tx, "a")
        loop.call_soon_threadsafe(begun.set)
        going_on.wait(10)
        raise DatabaseBusy("It is locked.", why="Another program writes.", next_step="Wait.")

    task = asyncio.create_task(database.run(work))
    await begun.wait()
    task.cancel()
    going_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (runs, await names(database)) == (1, [])


async def test_pieces_within_the_work_are_part_of_it(database: Database) -> None:
    async def work(tx: Transaction) -> str:
        await put(tx, "a")
        return await tx.call(lambda cursor: cursor.dialect)

    assert await database.run(work) == database.dialect
    assert await names(database) == ["a"]


async def test_a_look_sees_what_was_committed_and_writes_nothing(database: Database) -> None:
    async def write(tx: Transaction) -> None:
        await put(tx, "a")

    await database.run(write)
    with pytest.raises(DatabaseReadOnly):
        await database.look(write)
    assert await names(database) == ["a"]
