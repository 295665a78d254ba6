"""How SQLite is opened and what its errors mean. Runs no statements of lsync's own.

One connection writes and checkpoints: SQLite before 3.51.3 can corrupt a WAL file that several
connections write and reset, and the rest would only queue for the same lock.
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from lsync.core.store.change import Change, Dialect
from lsync.core.store.cursor import Clock, Cursor, Flush, SqliteCursor
from lsync.core.store.errors import (
    DatabaseBusy,
    DatabaseFull,
    DatabaseMissing,
    DatabaseReadOnly,
    DatabaseUnavailable,
    StoreError,
)
from lsync.core.store.group_commit import GroupCommit, Groups, Piece, Turn, run_groups
from lsync.core.store.schema import Tables
from lsync.core.store.sqlite_driver import on_thread, use_one_hop, whole_on_thread

T = TypeVar("T")

READERS = 4
BUSY_SECONDS = 10.0
"""How long a statement waits for another process's transaction."""

WRITER_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-8000",
    "temp_store=MEMORY",
)
"""A cache of 8 MB holds all pages that a busy minute touches; the default of 2 MB does not.

What a savepoint would restore stays in memory: past 64 KiB it becomes a file otherwise, made and
removed in each transaction.
"""
READER_PRAGMAS = ("query_only=ON",)


class SqliteBackend:
    """One writing connection and a few that only read, over one file."""

    dialect: Dialect = "sqlite"
    tells_of_others = True

    def __init__(self, path: Path) -> None:
        self.shown = f"sqlite:///{path}"
        self._path = path
        self._turn = Turn()
        self._queue = asyncio.Lock()
        """Of the transactions that wait for the turn, one after the other. The groups do not
        stand in it: they are short, and would wait for every long one that came before."""
        self._writer = make_engine(path, begin="BEGIN IMMEDIATE", pragmas=WRITER_PRAGMAS, size=1)
        self._readers = make_engine(path, begin="BEGIN", pragmas=READER_PRAGMAS, size=READERS)
        self._driver_of_writer: Any = None
        _remember_driver(self._writer, self._remember)
        self._group = GroupCommit(turn=self._turn, run=self._run_groups)
        self.group_commit: GroupCommit | None = self._group

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Begin with IMMEDIATE: a later upgrade of the lock would fail without waiting."""
        async with self._queue, self._turn:
            try:
                async with self._connection(self._writer) as connection:
                    yield connection
            except DatabaseUnavailable as error:
                await self._open_anew_after(error)
                raise

    async def _open_anew_after(self, error: BaseException) -> None:
        """Give up the connections: opened on a read-only file they stay so for ever."""
        if isinstance(error, DatabaseBusy | DatabaseFull):
            return
        for engine in (self._readers, self._writer):
            await engine.dispose()
        if isinstance(error, DatabaseReadOnly):
            _mend_modes(self._path)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Begin a snapshot that can write nothing."""
        async with self._connection(self._readers) as connection:
            yield connection

    @asynccontextmanager
    async def _connection(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        if not self._path.is_file():
            raise missing(self._path)
        try:
            async with engine.connect() as connection:
                await connection.begin()
                yield connection
        except DBAPIError as error:
            explained = self.explain(error)
            if explained is None:
                raise
            raise explained from error

    def explain(self, error: BaseException) -> StoreError | None:
        """Put in words what keeps the file from being used."""
        return explain(error, path=self._path)

    def explain_commit(self, error: BaseException) -> StoreError | None:
        """A failed COMMIT has been rolled back: SQLite leaves no doubt."""
        return explain(error, path=self._path)

    def is_transient(self, error: StoreError) -> bool:
        """Another process held the file for longer than the busy timeout."""
        return isinstance(error, DatabaseBusy)

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
        """Run ``work`` on the connection's own thread."""
        driver: Any = (await connection.get_raw_connection()).driver_connection
        raw = driver._conn  # noqa: SLF001 - aiosqlite has no public way to its thread

        def step() -> T:
            cursor = SqliteCursor(
                raw, tables=tables, changes=changes, gathered=gathered, clock=clock
            )
            return work(cursor)

        return await on_thread(driver, step)

    async def whole(
        self, connection: AsyncConnection, work: Callable[[], Coroutine[Any, Any, T]]
    ) -> T:
        """Run ``work`` on the connection's own thread."""
        driver = (await connection.get_raw_connection()).driver_connection
        return await whole_on_thread(driver, work)

    async def _run_groups(self, groups: Groups) -> None:
        try:
            async with self._driver() as driver:
                raw = driver._conn  # noqa: SLF001 - aiosqlite has no public way to its thread
                await on_thread(driver, lambda: run_groups(raw, groups))
        except (DBAPIError, sqlite3.Error) as error:
            explained = self.explain(error)
            if explained is None:
                raise
            await self._open_anew_after(explained)
            raise explained from error
        for piece in groups.under_way:
            await self._explain_piece(piece)

    async def _explain_piece(self, piece: Piece) -> None:
        """Put in words what a piece met that was rolled back alone."""
        explained = None if piece.error is None else self.explain(piece.error)
        if explained is not None:
            explained.__cause__ = piece.error
            piece.error = explained
            await self._open_anew_after(explained)

    @asynccontextmanager
    async def _driver(self) -> AsyncIterator[Any]:
        """Give the writing connection as the driver knows it, outside a transaction.

        Whoever has the turn has it alone, so the pool need not hand it out each time.
        """
        if not self._path.is_file():
            raise missing(self._path)
        if self._driver_of_writer is not None:
            yield self._driver_of_writer
            return
        async with self._writer.connect() as connection:
            yield (await connection.get_raw_connection()).driver_connection

    def _remember(self, driver: Any) -> None:
        self._driver_of_writer = driver

    async def now(self, connection: AsyncConnection) -> datetime:  # noqa: ARG002 - Backend's signature
        """One host owns the file, so its clock is the shared one."""
        return datetime.now(UTC)

    async def warnings(self) -> list[str]:
        """The settings that matter are this program's own."""
        return []

    async def data_version(self) -> int | None:
        """Ask the writing connection, whose own commits do not count.

        https://www.sqlite.org/pragma.html#pragma_data_version
        """
        async with (
            self._turn,
            self._driver() as driver,
            driver.execute("PRAGMA data_version") as cursor,
        ):
            return int((await cursor.fetchone())[0])

    async def aclose(self) -> None:
        """Close every connection; the last one checkpoints the WAL into the file."""
        await self._group.aclose()
        for engine in (self._readers, self._writer):
            await engine.dispose()


def make_engine(path: Path, *, begin: str, pragmas: tuple[str, ...], size: int) -> AsyncEngine:
    """Make an engine over the file at ``path`` whose transactions start with ``begin``.

    The driver's own transaction handling is off: it would begin DEFERRED, and only before a
    write. A missing file is an error rather than a new database.
    """
    engine = create_async_engine(
        URL.create(
            "sqlite+aiosqlite",
            database=f"file:{quote(str(path.absolute()))}",
            query={"mode": "rw", "uri": "true"},
        ),
        pool_size=size,
        max_overflow=0,
        pool_reset_on_return=None,  # closing a connection rolls back what is open by itself
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS, "cached_statements": 256},
    )
    use_one_hop(engine)

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _remember_driver(engine: AsyncEngine, remember: Callable[[Any], None]) -> None:
    """Tell ``remember`` which connection the pool has opened, and None when it gave it up."""

    @event.listens_for(engine.sync_engine, "connect")
    def opened(connection: Any, _record: object) -> None:
        remember(connection.driver_connection)

    @event.listens_for(engine.sync_engine, "close")
    @event.listens_for(engine.sync_engine, "close_detached")
    @event.listens_for(engine.sync_engine, "invalidate")
    def gone(*_: object) -> None:
        remember(None)


def _mend_modes(path: Path) -> None:
    """Let the files beside a database be written once it may be written itself.

    SQLite gave them its mode, so those that were made while it was read-only are read-only too.
    """
    with suppress(OSError):
        if os.access(path, os.W_OK):
            for beside in (Path(f"{path}-wal"), Path(f"{path}-shm")):
                if beside.exists() and not os.access(beside, os.W_OK):
                    beside.chmod(path.stat().st_mode & 0o777)


def missing(path: Path) -> DatabaseMissing:
    """Say that there is no file at ``path``."""
    return DatabaseMissing(
        f"There is no database at {path}.",
        why="Only the daemon, the demo and `lsync db upgrade` create one.",
        next_step="Run `lsync db upgrade`, or correct the setting database.url.",
    )


def explain(error: BaseException, *, path: Path) -> StoreError | None:
    """Put SQLite's primary result codes in words; None for those that are mistakes of ours.

    https://www.sqlite.org/rescode.html
    """
    original = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(original, "sqlite_errorcode", None)
    make = _MEANINGS.get(code & 0xFF) if isinstance(code, int) else None
    return make(path) if make else None


def _busy(path: Path) -> StoreError:
    return DatabaseBusy(
        f"The database {path} is locked.",
        why=f"Another program has been writing to it for more than {BUSY_SECONDS:.0f} s.",
        next_step="Nothing was changed; try again, or end the other program's transaction.",
    )


def _read_only(path: Path) -> StoreError:
    return DatabaseReadOnly(
        f"The database {path} cannot be written.",
        why="The file, its folder or the file system is read-only for this user.",
        next_step="Give the user that runs lsync write permission to the file and its folder.",
    )


def _full(path: Path) -> StoreError:
    return DatabaseFull(
        f"The database {path} cannot grow.",
        why="The disk is full; nothing of this change was kept.",
        next_step="Free some space; work resumes by itself.",
    )


def _cannot_open(path: Path) -> StoreError:
    return DatabaseUnavailable(
        f"The database {path} cannot be opened.",
        why="It is not there, is a folder, or its folder may not be entered or written.",
        next_step="Check the path and the permissions of the file and its folder.",
    )


def _broken_disk(path: Path) -> StoreError:
    return DatabaseUnavailable(
        f"The database {path} cannot be read or written.",
        why="The operating system reported an input or output error.",
        next_step="Check the disk (`dmesg`); nothing of this change was kept.",
    )


def _damaged(path: Path) -> StoreError:
    return DatabaseUnavailable(
        f"The file {path} is not a sound SQLite database.",
        why="It is another kind of file, or it was damaged.",
        next_step="Put it aside, do not delete it, and restore the newest backup.",
    )


_MEANINGS: dict[int, Callable[[Path], StoreError]] = {
    sqlite3.SQLITE_BUSY: _busy,
    sqlite3.SQLITE_LOCKED: _busy,
    sqlite3.SQLITE_PROTOCOL: _busy,  # too many tries to lock the WAL, as while another recovers it
    sqlite3.SQLITE_READONLY: _read_only,
    sqlite3.SQLITE_FULL: _full,
    sqlite3.SQLITE_CANTOPEN: _cannot_open,
    sqlite3.SQLITE_IOERR: _broken_disk,
    sqlite3.SQLITE_CORRUPT: _damaged,
    sqlite3.SQLITE_NOTADB: _damaged,
}
