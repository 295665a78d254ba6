"""One open transaction, as the functions of the store see it. Begins and ends nothing itself."""

import sqlite3
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import CursorResult, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from lsync.core.store.change import Change, Dialect
from lsync.core.store.cursor import Clock, Cursor, Flush
from lsync.core.store.errors import StoreError
from lsync.core.store.schema import Tables

__all__ = ["Change", "Transaction"]

T = TypeVar("T")
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Engine(Protocol):
    """What a transaction needs of the engine it runs on."""

    dialect: Dialect

    def explain(self, error: BaseException) -> StoreError | None:
        """Put ``error`` in words if the database cannot be used; None for a mistake of ours."""

    async def call(
        self,
        work: Callable[[Cursor], T],
        *,
        connection: AsyncConnection,
        tables: Tables,
        changes: dict[Change, None],
        gathered: dict[str, Flush],
        clock: Clock | None,
    ) -> T:
        """Run ``work`` as a whole on ``connection``."""

    async def whole(
        self, connection: AsyncConnection, work: Callable[[], Coroutine[Any, Any, T]]
    ) -> T:
        """Run the statements of ``work``, which waits for nothing else, on ``connection``."""

    async def now(self, connection: AsyncConnection) -> datetime:
        """Return the time that every process on this database shares."""


class Transaction:
    """Handed out by ``Database.write`` and ``Database.read``; opaque outside the store."""

    def __init__(
        self,
        connection: AsyncConnection,
        *,
        tables: Tables,
        engine: Engine,
        clock: Clock | None = None,
    ) -> None:
        self.tables = tables
        self.dialect = engine.dialect
        self.changes: dict[Change, None] = {}
        self.order_numbers: dict[int, str] = {}
        """Numbers of the orders this transaction has met, by row id."""
        self._connection = connection
        self._clock = clock
        self._engine = engine
        self._gathered: dict[str, Flush] = {}

    async def execute(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run one statement and return its buffered result.

        Raises:
            DatabaseUnavailable: the database cannot be used; the transaction is lost.
            sqlalchemy.exc.DBAPIError: anything else, such as an ``IntegrityError``.
        """
        with self._explained():
            return await self._connection.execute(statement, parameters)

    async def scalar(self, statement: Executable, parameters: Parameters | None = None) -> Any:
        """Run one statement and return the first column of its first row, or None."""
        return (await self.execute(statement, parameters)).scalar()

    async def call(self, work: Callable[[Cursor], T]) -> T:
        """Run ``work`` as a whole inside this transaction; for many small statements.

        On SQLite it runs on another thread while the caller waits.

        Raises:
            DatabaseUnavailable: the database cannot be used; the transaction is lost.
        """
        with self._explained():
            return await self._engine.call(
                work,
                connection=self._connection,
                tables=self.tables,
                changes=self.changes,
                gathered=self._gathered,
                clock=self._clock,
            )

    async def whole(self, work: "Callable[[Transaction], Coroutine[Any, Any, T]]") -> T:
        """Run ``work`` from start to end; it awaits nothing but this transaction.

        On SQLite it runs on another thread while the caller waits, so it touches nothing of the
        event loop.
        """
        return await self._engine.whole(self._connection, lambda: work(self))

    async def flush(self) -> None:
        """Write what was gathered for the end; ``Database`` calls it before COMMIT."""
        if self._gathered:
            await self.call(_flush)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, sqlite3.Error) as error:
            explained = self._engine.explain(error)
            if explained is None:
                raise
            raise explained from error

    def emit(self, change: Change) -> None:
        """Tell the listeners of the database about ``change`` once this transaction commits.

        The same change twice is told once. A rolled-back transaction tells nothing.
        """
        self.changes[change] = None

    async def now(self) -> datetime:
        """Return the time by which leases and schedules count: aware UTC.

        MariaDB's clock, which all daemons share; on SQLite this process's clock; the injected
        one in tests.
        """
        return self._clock() if self._clock else await self._engine.now(self._connection)


def _flush(cursor: Cursor) -> None:
    for gathered in tuple(cursor.gathered.values()):
        gathered.flush(cursor)
    cursor.gathered.clear()
