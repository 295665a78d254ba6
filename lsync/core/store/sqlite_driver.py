"""A statement on SQLite in one change of threads, where SQLAlchemy's adapter makes four.

aiosqlite runs every call of a cursor (open, execute, fetch, close) on the connection's thread by
itself, and changing threads costs more than a small statement. Which statements there are, and
what their errors mean, is not known here.
"""

from collections import deque
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
)
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import EMPTY_DICT


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
            self._cursor, rows = await driver._execute(step)  # noqa: SLF001 - its way to the thread
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
