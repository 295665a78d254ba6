"""Runs a whole piece of work in one step inside an open transaction.

The queue's transactions are many small statements. Awaiting each of them costs SQLite a change
of threads that is dearer than the statement, so they are written as plain functions of a
``Cursor``: on SQLite the function runs as a whole on the connection's own thread, with the
statements SQLAlchemy compiled once; on MariaDB it runs on SQLAlchemy's connection.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, Protocol

from sqlalchemy import (
    Boolean,
    CompoundSelect,
    Connection,
    Delete,
    Insert,
    Select,
    Update,
    func,
    select,
)
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from lsync.core.store.change import Change, Dialect
from lsync.core.store.columns import UtcDateTime
from lsync.core.store.schema import Tables

Query = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]
Row = Sequence[Any]
Values = Mapping[str, Any]
Clock = Callable[[], datetime]

NOW = select(func.utc_timestamp(6, type_=UtcDateTime))
_SQLITE = SQLiteDialect_pysqlite(paramstyle="qmark")


class Ran(NamedTuple):
    """What a statement gave: its rows, how many it matched, and the id it inserted."""

    rows: Sequence[Row]
    matched: int
    last_id: int


class Prepared:
    """A statement that is built once and run many times. Values are bound by name."""

    def __init__(self, statement: Query | Insert | Update | Delete) -> None:
        self.statement = statement

    @cached_property
    def sql(self) -> str:
        """The statement for SQLite's driver."""
        return str(self._compiled.string)

    def bind(self, values: Values) -> tuple[Any, ...]:
        """Put ``values`` in the order of the statement, in the forms SQLite keeps them in."""
        return tuple(
            _encode(values[name]) if required else _encode(values.get(name, default))
            for name, required, default in self._places
        )

    def decode(self, rows: list[Row]) -> Sequence[Row]:
        """Turn what SQLite keeps as text or number into times and truths."""
        if not self._decoders:
            return rows
        return [self._decode(list(row)) for row in rows]

    def _decode(self, row: list[Any]) -> Row:
        for place, decode in self._decoders:
            value = row[place]
            if value is not None:
                row[place] = decode(value)
        return row

    @cached_property
    def _compiled(self) -> Any:
        return self.statement.compile(dialect=_SQLITE)

    @cached_property
    def _places(self) -> tuple[tuple[str, bool, Any], ...]:
        found = self._compiled
        return tuple(
            (name, found.binds[name].required, found.params[name]) for name in found.positiontup
        )

    @cached_property
    def _decoders(self) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
        if not isinstance(self.statement, Select | CompoundSelect):
            return ()
        return tuple(
            (place, decode)
            for place, column in enumerate(self.statement.selected_columns)
            if (decode := _decoder(column.type))
        )


class Flush(Protocol):
    """Something gathered during a transaction that is written just before its COMMIT."""

    def flush(self, cursor: "Cursor") -> None:
        """Write it."""


class Cursor(Protocol):
    """An open transaction for functions that run as a whole."""

    tables: Tables
    dialect: Dialect
    gathered: dict[str, Flush]
    """By name: what is written once, last, so that its rows are locked for the shortest time."""

    def run(self, statement: Prepared, **values: Any) -> Ran:
        """Run ``statement`` with ``values``; a list is for ``IN`` as ``among`` builds it."""

    def run_many(self, statement: Prepared, rows: Sequence[Values]) -> None:
        """Run ``statement`` once for each of ``rows``."""

    def insert_many(self, statement: Prepared, rows: Sequence[Values]) -> Sequence[int]:
        """Insert ``rows`` into a table whose ids grow; return their ids in the same order."""

    def emit(self, change: Change) -> None:
        """Tell the listeners after the commit."""

    def now(self) -> datetime:
        """Return the time by which leases and schedules count, as ``Transaction.now``."""


class SqliteCursor:
    """Runs on the thread that owns the connection."""

    dialect: Dialect = "sqlite"

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        tables: Tables,
        changes: dict[Change, None],
        gathered: dict[str, Flush],
        clock: Clock | None = None,
    ) -> None:
        self.tables = tables
        self.gathered = gathered
        self._clock = clock
        self._connection = connection
        self._changes = changes

    def run(self, statement: Prepared, **values: Any) -> Ran:
        """See ``Cursor``."""
        found = self._connection.execute(statement.sql, statement.bind(values))
        rows = found.fetchall() if found.description else []
        return Ran(statement.decode(rows), found.rowcount, found.lastrowid or 0)

    def run_many(self, statement: Prepared, rows: Sequence[Values]) -> None:
        """See ``Cursor``."""
        self._connection.executemany(statement.sql, [statement.bind(row) for row in rows])

    def insert_many(self, statement: Prepared, rows: Sequence[Values]) -> Sequence[int]:
        """See ``Cursor``. Nobody else writes meanwhile, so the ids are without gaps."""
        self.run_many(statement, rows)
        (last,) = self._connection.execute("SELECT last_insert_rowid()").fetchone()
        return range(last - len(rows) + 1, last + 1)

    def emit(self, change: Change) -> None:
        """See ``Cursor``."""
        self._changes[change] = None

    def now(self) -> datetime:
        """See ``Cursor``."""
        return self._clock() if self._clock else datetime.now(UTC)


class MysqlCursor:
    """Runs beside the event loop, on SQLAlchemy's connection."""

    dialect: Dialect = "mysql"

    def __init__(
        self,
        connection: Connection,
        *,
        tables: Tables,
        changes: dict[Change, None],
        gathered: dict[str, Flush],
        clock: Clock | None = None,
    ) -> None:
        self.tables = tables
        self.gathered = gathered
        self._clock = clock
        self._connection = connection
        self._changes = changes

    def run(self, statement: Prepared, **values: Any) -> Ran:
        """See ``Cursor``."""
        found = self._connection.execute(statement.statement, values)
        if found.returns_rows:
            return Ran(found.all(), 0, 0)
        last_id = found.lastrowid if found.context.isinsert else 0
        return Ran([], found.rowcount, last_id)

    def run_many(self, statement: Prepared, rows: Sequence[Values]) -> None:
        """See ``Cursor``."""
        if rows:
            self._connection.execute(statement.statement, list(rows))

    def insert_many(self, statement: Prepared, rows: Sequence[Values]) -> Sequence[int]:
        """See ``Cursor``. One statement on MariaDB; MySQL returns the id of a single row only."""
        if not self._connection.dialect.insert_returning:
            return [self.run(statement, **row).last_id for row in rows]
        assert isinstance(statement.statement, Insert)  # noqa: S101 - nothing else has new ids
        key = statement.statement.table.c.id
        returning = statement.statement.returning(key, sort_by_parameter_order=True)
        return self._connection.execute(returning, list(rows)).scalars().all()

    def emit(self, change: Change) -> None:
        """See ``Cursor``."""
        self._changes[change] = None

    def now(self) -> datetime:
        """See ``Cursor``."""
        if self._clock:
            return self._clock()
        found: datetime = self._connection.execute(NOW).scalar_one()
        return found


def _encode(value: Any) -> Any:
    if isinstance(value, datetime):
        return _encode_time(value)
    if isinstance(value, list):
        return json.dumps(value)
    return value


@lru_cache(maxsize=64)
def _encode_time(value: datetime) -> str:
    """One time is written with many rows."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _decode_time(value: str) -> datetime:
    return datetime.fromisoformat(value + "+00:00")


def _decoder(kind: object) -> Callable[[Any], Any] | None:
    if isinstance(kind, UtcDateTime):
        return _decode_time
    return bool if isinstance(kind, Boolean) else None
