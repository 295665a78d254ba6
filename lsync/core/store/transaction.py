"""One open transaction, as the functions of the store see it. Begins and ends nothing itself."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import CursorResult, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from lsync.core.store.errors import StoreError
from lsync.core.store.schema import Tables

Dialect = Literal["sqlite", "mysql"]
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that a commit has made true: its kind (``job``, ``order``, …) and its key."""

    kind: str
    key: str


class Transaction:
    """Handed out by ``Database.write`` and ``Database.read``; opaque outside the store."""

    def __init__(
        self,
        connection: AsyncConnection,
        *,
        tables: Tables,
        dialect: Dialect,
        now: Callable[[AsyncConnection], Awaitable[datetime]],
        explain: Callable[[BaseException], StoreError | None],
    ) -> None:
        self.tables = tables
        self.dialect: Dialect = dialect
        self.changes: dict[Change, None] = {}
        self._connection = connection
        self._now = now
        self._explain = explain

    async def execute(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> CursorResult[Any]:
        """Run one statement and return its buffered result.

        Raises:
            DatabaseUnavailable: the database cannot be used; the transaction is lost.
            sqlalchemy.exc.DBAPIError: anything else, such as an ``IntegrityError``.
        """
        try:
            return await self._connection.execute(statement, parameters)
        except DBAPIError as error:
            explained = self._explain(error)
            if explained is None:
                raise
            raise explained from error

    async def scalar(self, statement: Executable, parameters: Parameters | None = None) -> Any:
        """Run one statement and return the first column of its first row, or None."""
        return (await self.execute(statement, parameters)).scalar()

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
        return await self._now(self._connection)
