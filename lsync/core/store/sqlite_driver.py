"""A statement on SQLite in one change of threads, where SQLAlchemy's adapter makes four.

aiosqlite runs every call of a cursor (open, execute, fetch, close) on the connection's thread by
itself, and changing threads costs more than a small statement. Which statements there are, and
what their errors mean, is not known here.
"""

import threading
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
)
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import EMPTY_DICT

from lsync.core.store.uninterrupted import to_the_end

T = TypeVar("T")


async def on_thread(driver: Any, step: Callable[[], T]) -> T:
    """Run ``step`` on the thread of an aiosqlite connection; at once if this is that thread."""
    if threading.current_thread() is driver._thread:  # noqa: SLF001 - shown nowhere
        return step()
    found: T = await driver._execute(step)  # noqa: SLF001 - aiosqlite's only way to its thread
    return found


async def whole_on_thread(driver: Any, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run an async function from start to end on the thread of a connection.

    Each of its statements is run where it stands, so that many cost one change of threads. A
    caller that is cancelled waits for the end: until then the connection is in use.

    Raises:
        RuntimeError: it waits for something else than statements of this connection.
    """
    context = copy_context()
    return await to_the_end(on_thread(driver, lambda: context.run(_in_one_go, work())))


def _in_one_go(work: Coroutine[Any, Any, T]) -> T:
    try:
        work.send(None)
    except StopIteration as end:
        found: T = end.value
        return found
    work.close()
    raise RuntimeError("a transaction may wait for nothing but its own statements")


@dataclass(slots=True)
class Executed:
    """What is left of a cursor once its rows were fetched."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    arraysize: int = 1

    def close(self) -> None:
        """Nothing is open any more."""


class OneHopCursor(AsyncAdapt_aiosqlite_cursor):
    """Opens, executes, fetches and closes in one call on the connection's thread."""

    __slots__ = ()
    _awaitable_cursor_close = False

    def __init__(self, adapt_connection: Any) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection  # noqa: SLF001 - as the base class does
        self._cursor: Any = Executed()
        self._rows = deque()
        self._soft_closed_memoized = EMPTY_DICT

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        await self._run("execute", operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        await self._run("executemany", operation, seq_of_parameters)

    async def _run(self, method: str, operation: Any, parameters: Any) -> None:
        driver: Any = self._connection

        def step() -> tuple[Executed, list[Any]]:
            cursor = driver._conn.cursor()  # noqa: SLF001 - aiosqlite shows its connection nowhere
            try:
                getattr(cursor, method)(operation, parameters)
                rows = cursor.fetchall() if cursor.description else []
                return Executed(cursor.description, cursor.rowcount, cursor.lastrowid), rows
            finally:
                cursor.close()

        async with self._adapt_connection._execute_mutex:  # noqa: SLF001 - as the base class does
            self._cursor, rows = await on_thread(driver, step)
        self._rows = deque(rows)


class OneHopConnection(AsyncAdapt_aiosqlite_connection):
    """A connection whose cursors are the above."""

    __slots__ = ()
    _cursor_cls = OneHopCursor


def use_one_hop(engine: AsyncEngine) -> None:
    """Let every connection the engine opens from now on run its statements in one hop."""

    @event.listens_for(engine.sync_engine, "do_connect")
    def connect(dialect: Any, _: Any, cargs: Any, cparams: Any) -> OneHopConnection:
        plain = dialect.connect(*cargs, **cparams)
        return OneHopConnection(plain.dbapi, plain._connection)  # noqa: SLF001 - rewrapped
