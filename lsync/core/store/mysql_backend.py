"""How MariaDB and MySQL are reached and what their errors mean. Runs no statements of its own."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

import aiomysql
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from lsync.core.store.change import Change, Dialect
from lsync.core.store.cursor import NOW, Clock, Cursor, Flush, MysqlCursor
from lsync.core.store.errors import (
    CommitUnknown,
    DatabaseBusy,
    DatabaseFull,
    DatabaseMissing,
    DatabaseReadOnly,
    DatabaseUnavailable,
    StoreError,
)
from lsync.core.store.group_commit import GroupCommit
from lsync.core.store.schema import Tables
from lsync.core.store.urls import MysqlUrl

T = TypeVar("T")

CONNECT_SECONDS = 5.0
POOL_SIZE = 8
RECYCLE_SECONDS = 1800
PING_SECONDS = 1.0
"""A connection that rested for longer may have been closed by the server meanwhile."""
RESTS_SINCE = "rests since"

FOUND_ROWS = 2
"""https://mariadb.com/kb/en/connection/#capabilities"""

SESSION = (
    "SET SESSION time_zone = '+00:00', sql_mode = 'TRADITIONAL', innodb_lock_wait_timeout = 10",
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
)
"""READ COMMITTED takes no gap locks, so that claims do not deadlock (MDEV-14589)."""

GALERA = "SET SESSION wsrep_sync_wait = 1"
"""Read what other nodes have committed; servers that cannot be clustered do not know it."""
UNKNOWN_VARIABLE = 1193

SNAPSHOT = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
)


class MysqlBackend:
    """A pool of connections to one server, or to whichever node of a cluster answers."""

    dialect: Dialect = "mysql"
    tells_of_others = False
    group_commit: GroupCommit | None = None
    """The server groups the commits of its connections itself."""

    def __init__(self, url: MysqlUrl) -> None:
        self.shown = url.shown
        self._engine = make_engine(url)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Begin a READ COMMITTED transaction."""
        async with self._connection() as connection:
            await connection.begin()
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Begin a snapshot that can write nothing."""
        async with self._connection() as connection:
            for statement in SNAPSHOT:
                await connection.exec_driver_sql(statement)
            yield connection

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            explained = self.explain(error)
            if explained is None:
                raise
            raise explained from error

    def explain(self, error: BaseException) -> StoreError | None:
        """Put in words what keeps the server from being used."""
        return explain(error, shown=self.shown)

    def explain_commit(self, error: BaseException) -> StoreError | None:
        """A connection lost at COMMIT leaves open whether the server kept the transaction."""
        if _fault(error) is Fault.LOST:
            return CommitUnknown(
                f"The connection to {self.shown} broke while a change was being saved.",
                why="Whether the server kept it is not known.",
                next_step="Look whether it is there (`lsync log` shows the newest changes) before "
                "you do it again.",
            )
        return explain(error, shown=self.shown)

    def is_transient(self, error: StoreError) -> bool:
        """Deadlock, lock timeout, node not ready, or connection lost before COMMIT."""
        return isinstance(error, DatabaseBusy | ConnectionLost)

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
        """Run ``work`` on SQLAlchemy's connection, which awaits the driver by itself."""

        def step(found: Connection) -> T:
            return work(
                MysqlCursor(found, tables=tables, changes=changes, gathered=gathered, clock=clock)
            )

        found: T = await connection.run_sync(step)
        return found

    async def whole(
        self,
        connection: AsyncConnection,  # noqa: ARG002 - Backend's signature
        work: Callable[[], Coroutine[Any, Any, T]],
    ) -> T:
        """Await ``work``: its statements wait for the server in any case."""
        return await work()

    async def now(self, connection: AsyncConnection) -> datetime:
        """Return the server's clock, which all daemons share."""
        found: datetime = (await connection.execute(NOW)).scalar_one()
        return found

    async def warnings(self) -> list[str]:
        """Say what about the server endangers what it has acknowledged.

        Whole cluster killed with another value than 1: a fifth of the rows were lost (measured).
        """
        async with self._connection() as connection:
            found = await connection.exec_driver_sql("SELECT @@innodb_flush_log_at_trx_commit")
            value = found.scalar_one()
        if value == 1:
            return []
        return [f"innodb_flush_log_at_trx_commit is {value}, not 1: a power cut loses commits"]

    async def data_version(self) -> int | None:
        """The server does not say when others commit."""
        return None

    async def aclose(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


class ConnectionLost(DatabaseUnavailable):
    """The connection broke before COMMIT was sent: nothing was kept."""


def make_engine(url: MysqlUrl) -> AsyncEngine:
    """Make an engine whose connections go to the first host that answers.

    The host that answered last is tried first, so that a cluster's writers stay on one node.
    """
    places = list(url.hosts)

    async def connect(**_: object) -> Any:
        refusal: Exception | None = None
        for place in tuple(places):
            try:
                connection = await _connect(url, place)
            except (aiomysql.OperationalError, OSError) as error:
                _heed_cancellation(error)
                refusal = error
                continue
            places.remove(place)
            places.insert(0, place)
            return connection
        raise refusal or OSError("no host is named")

    engine = create_async_engine(
        "mysql+aiomysql://",
        async_creator=connect,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_recycle=RECYCLE_SECONDS,
        pool_reset_on_return=None,  # what is open is rolled back when the connection is closed
    )
    _ping_after_rest(engine)
    return engine


def _ping_after_rest(engine: AsyncEngine) -> None:
    """Try a connection before its use if it has rested; a busy one is not asked each time."""

    @event.listens_for(engine.sync_engine, "checkin")
    def rest(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[RESTS_SINCE] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def wake(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        since = record.info.get(RESTS_SINCE)
        if since is None or time.monotonic() - since < PING_SECONDS:
            return
        try:
            engine.sync_engine.dialect.do_ping(connection)
        except (aiomysql.Error, OSError) as error:
            raise DisconnectionError from error


def _heed_cancellation(error: Exception) -> None:
    """Let a cancellation go on that came together with ``error``.

    ``asyncio.wait_for``, with which the driver limits a connect, drops it on Python 3.11
    (https://github.com/python/cpython/issues/86296): a worker told to stop while the server is
    down would try for ever.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError from error


async def _connect(url: MysqlUrl, place: tuple[str, int]) -> Any:
    """Open one connection and prepare its session.

    ``local_infile`` stays off: a rogue server could otherwise read files of ours. FOUND_ROWS
    makes an UPDATE count the rows it matched, as on SQLite.
    """
    host, port = place
    connection = await aiomysql.connect(
        host=host,
        port=port,
        user=url.user,
        password=url.password,
        db=url.database,
        unix_socket=url.unix_socket,
        charset="utf8mb4",
        connect_timeout=CONNECT_SECONDS,
        client_flag=FOUND_ROWS,
        local_infile=False,
    )
    try:
        async with connection.cursor() as cursor:
            for statement in SESSION:
                await cursor.execute(statement)
            await _wait_for_other_nodes(cursor)
    except BaseException:
        connection.close()
        raise
    return connection


async def _wait_for_other_nodes(cursor: Any) -> None:
    try:
        await cursor.execute(GALERA)
    except aiomysql.Error as error:
        if error.args[0] != UNKNOWN_VARIABLE:
            raise


class Fault(Enum):
    """Kinds of errors that are not mistakes of ours."""

    TURNED_AWAY = "turned away"
    LOST = "lost"
    DENIED = "denied"
    NO_DATABASE = "no database"
    READ_ONLY = "read only"
    FULL = "full"


_FAULTS: dict[int, Fault] = {
    1213: Fault.TURNED_AWAY,  # deadlock, and on Galera a conflict that shows at COMMIT
    1205: Fault.TURNED_AWAY,  # lock wait timeout
    1047: Fault.TURNED_AWAY,  # Galera node is not ready
    1040: Fault.LOST,  # too many connections
    1053: Fault.LOST,  # server shutdown in progress
    1927: Fault.LOST,  # connection was killed
    2002: Fault.LOST,
    2003: Fault.LOST,
    2006: Fault.LOST,
    2013: Fault.LOST,
    2014: Fault.LOST,
    2055: Fault.LOST,
    1044: Fault.DENIED,
    1045: Fault.DENIED,
    1142: Fault.DENIED,
    1698: Fault.DENIED,
    1049: Fault.NO_DATABASE,
    1290: Fault.READ_ONLY,
    1792: Fault.READ_ONLY,
    1836: Fault.READ_ONLY,
    1021: Fault.FULL,
    1114: Fault.FULL,
}
"""https://mariadb.com/kb/en/mariadb-error-code-reference/"""


def _fault(error: BaseException) -> Fault | None:
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return Fault.LOST
    if isinstance(original, OSError):
        return Fault.LOST
    code = original.args[0] if original is not None and original.args else None
    return _FAULTS.get(code) if isinstance(code, int) else None


def explain(error: BaseException, *, shown: str) -> StoreError | None:
    """Put ``error`` in words; None for a mistake of ours."""
    fault = _fault(error)
    if fault is None:
        return None
    kind, what, why, next_step = _WORDS[fault]
    return kind(what.format(shown), why=why, next_step=next_step)


_WORDS: dict[Fault, tuple[type[StoreError], str, str, str]] = {
    Fault.TURNED_AWAY: (
        DatabaseBusy,
        "The database {} turned a change away.",
        "Another transaction stood in its way, or the node is not ready.",
        "Nothing was changed; try again.",
    ),
    Fault.LOST: (
        ConnectionLost,
        "The database {} cannot be reached.",
        "No server answered, or the connection broke.",
        "Check the server and the host in database.url; work resumes when it is back.",
    ),
    Fault.DENIED: (
        DatabaseUnavailable,
        "The database {} refuses the login.",
        "User and password do not fit, or the user lacks rights on this database.",
        "Correct database.url, or grant the user all rights on the database.",
    ),
    Fault.NO_DATABASE: (
        DatabaseMissing,
        "The database {} does not exist.",
        "The server answers, but knows no database of that name.",
        "Create it (`CREATE DATABASE …`), or correct database.url.",
    ),
    Fault.READ_ONLY: (
        DatabaseReadOnly,
        "The database {} cannot be written.",
        "The server is read-only.",
        "Name the writable server in database.url.",
    ),
    Fault.FULL: (
        DatabaseFull,
        "The database {} cannot grow.",
        "The server's disk is full; nothing of this change was kept.",
        "Free some space there; work resumes by itself.",
    ),
}
