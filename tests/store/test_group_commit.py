"""Pieces of work that share a COMMIT, and their one-step form on both engines."""

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select, text

from lsync.core.store.cursor import Cursor, Prepared
from lsync.core.store.database import Change, Database, DatabaseMissing, DatabaseReadOnly
from lsync.core.store.group_commit import GROUPS_PER_TURN, MAX_GROUP
from lsync.core.store.schema import Tables


@cache
def _insert(tables: Tables) -> Prepared:
    return Prepared(
        insert(tables.cursors).values(
            name=bindparam("name"), value=bindparam("value"), updated_at=bindparam("at")
        )
    )


@cache
def _select(tables: Tables) -> Prepared:
    table = tables.cursors
    return Prepared(select(table.c.name, table.c.updated_at).order_by(table.c.name))


AT = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)


def put(cursor: Cursor, name: str) -> str:
    cursor.run(_insert(cursor.tables), name=name, value=1, at=AT)
    cursor.emit(Change(kind="cursor", key=name))
    return name


def names(cursor: Cursor) -> list[str]:
    return [name for name, _ in cursor.run(_select(cursor.tables)).rows]


async def test_values_come_back_as_they_went_in(database: Database) -> None:
    await database.call(lambda cursor: put(cursor, "a"))
    rows = await database.call(lambda cursor: cursor.run(_select(cursor.tables)).rows)
    assert [tuple(row) for row in rows] == [("a", AT)]


async def test_a_missing_value_is_a_mistake_not_a_null(database: Database) -> None:
    with pytest.raises(Exception, match="at"):
        await database.call(lambda cursor: cursor.run(_insert(cursor.tables), name="a", value=1))
    assert await database.call(names) == []


async def test_many_at_once_each_get_their_own_answer(database: Database) -> None:
    heard: list[Change] = []
    database.listen(heard.append)

    def work(number: int) -> Any:
        return database.call(lambda cursor: put(cursor, f"n{number:02}"))

    answers = await asyncio.gather(*(work(number) for number in range(40)))
    assert answers == [f"n{number:02}" for number in range(40)]
    assert await database.call(names) == answers
    assert sorted(change.key for change in heard) == answers


async def test_one_that_fails_takes_nothing_of_the_others_with_it(database: Database) -> None:
    heard: list[Change] = []
    database.listen(heard.append)

    def fail(cursor: Cursor) -> str:
        put(cursor, "bad")
        raise LookupError

    calls = [
        database.call(lambda cursor: put(cursor, "a")),
        database.call(fail),
        database.call(lambda cursor: put(cursor, "b")),
        database.call(lambda cursor: put(cursor, "b")),
    ]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert await database.call(names) == ["a", "b"]
    assert sum(isinstance(answer, str) for answer in answers) == 2
    assert isinstance(answers[1], LookupError)
    assert sorted(change.key for change in heard) == ["a", "b"]


async def test_a_caller_that_gives_up_harms_nobody(database: Database) -> None:
    tasks = [asyncio.ensure_future(database.call(partial(put, name=f"n{n}"))) for n in range(10)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    kept = set(await database.call(names))
    assert {f"n{n}" for n in range(1, 10, 2)} <= kept


async def test_calls_and_writes_take_turns(database: Database) -> None:
    async def write(name: str) -> None:
        async with database.write() as tx:
            await tx.call(lambda cursor: put(cursor, name))
            await asyncio.sleep(0.001)

    await asyncio.gather(
        *(write(f"w{n}") for n in range(10)),
        *(database.call(partial(put, name=f"c{n}")) for n in range(10)),
    )
    assert len(await database.call(names)) == 20


async def test_closing_waits_for_what_is_under_way(database_url: str) -> None:
    opened = await Database.open(database_url)
    task = asyncio.ensure_future(opened.call(lambda cursor: put(cursor, "a")))
    await asyncio.sleep(0)
    if opened.dialect == "mysql":
        await task
    await opened.aclose()
    assert await task == "a"


async def test_a_file_that_may_not_be_written_is_explained_to_each_piece(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """SQLite notices at the first write, so the savepoint is rolled back and not the group."""
    path = shutil.copy(sqlite_template, tmp_path / "lsync.db")
    async with await Database.open(f"sqlite:///{path}") as database:
        async with database.write() as tx:
            await tx.execute(text("PRAGMA query_only=ON"))
        with pytest.raises(DatabaseReadOnly, match="cannot be written") as refused:
            await database.call(partial(put, name="a"))
        assert isinstance(refused.value.__cause__, sqlite3.OperationalError)
        assert database.trouble is refused.value
        assert await database.call(partial(put, name="b")) == "b", "the connection is opened anew"
        assert database.trouble is None


SECONDS = 30.0
"""Long enough for any machine; reached only by a failure."""


@pytest.fixture
async def sqlite(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    path = shutil.copy(sqlite_template, tmp_path / "lsync.db")
    async with await Database.open(f"sqlite:///{path}") as database:
        yield database


class Held:
    """A piece of work that keeps the writer until it is let go."""

    def __init__(self, database: Database) -> None:
        self._begun, self._go = threading.Event(), threading.Event()
        self.task = asyncio.ensure_future(database.call(self._work))

    def _work(self, cursor: Cursor) -> str:
        self._begun.set()
        assert self._go.wait(SECONDS)
        return put(cursor, "held")

    async def begun(self) -> None:
        assert await asyncio.to_thread(self._begun.wait, SECONDS)

    def let_go(self) -> None:
        self._go.set()


async def waiting(work: asyncio.Future[Any]) -> asyncio.Future[Any]:
    """Give ``work`` the chance to ask for the writer."""
    for _ in range(10):
        await asyncio.sleep(0)
    assert not work.done()
    return work


async def test_the_next_group_does_not_wait_for_a_busy_event_loop(sqlite: Database) -> None:
    held = Held(sqlite)
    await held.begun()
    ran = threading.Event()

    def work(cursor: Cursor) -> str:
        ran.set()
        return put(cursor, "next")

    following = await waiting(asyncio.ensure_future(sqlite.call(work)))
    held.let_go()
    assert ran.wait(SECONDS), "nothing else runs on the event loop meanwhile"
    assert (await held.task, await following) == ("held", "next")


async def test_a_transaction_that_waits_comes_before_the_group_after_the_present_one(
    sqlite: Database,
) -> None:
    order: list[str] = []
    held = Held(sqlite)
    await held.begun()

    async def write() -> None:
        async with sqlite.write():
            order.append("write")

    later = await waiting(asyncio.ensure_future(sqlite.call(lambda _: order.append("group"))))
    writing = await waiting(asyncio.ensure_future(write()))
    held.let_go()
    await asyncio.gather(held.task, writing, later)
    assert order == ["write", "group"]


async def test_a_group_does_not_wait_for_all_transactions_that_asked_before(
    sqlite: Database,
) -> None:
    order: list[str] = []
    end = asyncio.Event()

    async def write(name: str) -> None:
        async with sqlite.write():
            await end.wait()
            order.append(name)

    writing = [await waiting(asyncio.ensure_future(write(f"write {n}"))) for n in range(4)]
    group = await waiting(asyncio.ensure_future(sqlite.call(lambda _: order.append("group"))))
    end.set()
    await asyncio.gather(group, *writing)
    assert order == ["write 0", "group", "write 1", "write 2", "write 3"]


async def test_a_long_run_of_groups_is_interrupted_to_look_for_the_file(
    sqlite: Database, tmp_path: Path
) -> None:
    """What is written to a file that was removed would be acknowledged and lost."""
    held = Held(sqlite)
    await held.begun()
    (tmp_path / "lsync.db").unlink()
    numbers = range(GROUPS_PER_TURN * MAX_GROUP)
    later = [asyncio.ensure_future(sqlite.call(lambda _: None)) for _ in numbers]
    await waiting(later[-1])
    held.let_go()
    answers = await asyncio.gather(held.task, *later, return_exceptions=True)
    assert isinstance(answers[-1], DatabaseMissing)
