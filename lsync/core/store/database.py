"""The one door to the database: opens it, runs transactions, tells listeners what committed.

Which statements are run is the business of the subject modules; what an engine needs to behave
is in ``sqlite_backend`` and ``mysql_backend``.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol, Self, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from lsync.core.store.change import Change, Dialect
from lsync.core.store.cursor import Clock, Cursor
from lsync.core.store.errors import (
    CommitUnknown,
    DatabaseBusy,
    DatabaseFull,
    DatabaseMissing,
    DatabaseReadOnly,
    DatabaseTooNew,
    DatabaseTooOld,
    DatabaseUnavailable,
    ForeignTable,
    StoreError,
)
from lsync.core.store.group_commit import GroupCommit
from lsync.core.store.revisions import check_revision
from lsync.core.store.schema import Tables, tables
from lsync.core.store.sqlite_backend import SqliteBackend
from lsync.core.store.transaction import Engine, Transaction
from lsync.core.store.uninterrupted import to_the_end
from lsync.core.store.urls import DatabaseUrl, SqliteUrl, parse_url

__all__ = [
    "Change",
    "CommitUnknown",
    "Database",
    "DatabaseBusy",
    "DatabaseFull",
    "DatabaseMissing",
    "DatabaseReadOnly",
    "DatabaseTooNew",
    "DatabaseTooOld",
    "DatabaseUnavailable",
    "ForeignTable",
    "StoreError",
    "Transaction",
]

T = TypeVar("T")
Work = Callable[[Transaction], Coroutine[Any, Any, T]]
"""What is done in a transaction of its own."""
Listener = Callable[[Change], None]

ATTEMPTS = 8
"""How often ``Database.run`` tries a transaction that the database turned away."""

RETRY_SECONDS = 0.02
"""Upper bound of the first rest between two tries; it doubles up to ``RETRY_LIMIT_SECONDS``."""

RETRY_LIMIT_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Backend(Engine, Protocol):
    """What ``Database`` needs of an engine."""

    shown: str
    tells_of_others: bool
    """Whether ``data_version`` shows what other processes committed."""
    group_commit: GroupCommit | None
    """Where pieces of work that wait for the one writer share a COMMIT."""

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Give a connection with a begun writing transaction; roll back what is left open."""

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Give a connection with a consistent view that can write nothing."""

    def explain_commit(self, error: BaseException) -> StoreError | None:
        """The same for an error at COMMIT, whose outcome may be unknown."""

    def is_transient(self, error: StoreError) -> bool:
        """Say whether the whole transaction may simply be run again."""

    async def warnings(self) -> list[str]:
        """Say what about the server endangers what it has acknowledged."""

    async def data_version(self) -> int | None:
        """Return a number that changes when another process has committed; None: unknown."""

    async def aclose(self) -> None:
        """Close every connection."""


def _backend(where: DatabaseUrl) -> Backend:
    if isinstance(where, SqliteUrl):
        return SqliteBackend(where.path)
    # It loads its driver, which a process over SQLite goes without.
    from lsync.core.store.mysql_backend import MysqlBackend

    return MysqlBackend(where)


class Database:
    """An open database. One per process."""

    def __init__(self, where: DatabaseUrl, *, tables: Tables, clock: Clock | None = None) -> None:
        self.tables = tables
        self._where = where
        self._backend = _backend(where)
        self.trouble: DatabaseUnavailable | None = None
        """Why the last change could not be written; None once one could."""
        self._clock = clock
        self._listeners: list[Listener] = []

    @classmethod
    async def open(cls, url: str, prefix: str = "", *, clock: Clock | None = None) -> Self:
        """Open the database at ``url``, whose tables carry ``prefix``. Creates nothing.

        ``clock`` replaces the database's own time (MariaDB) or the process's (SQLite).

        Raises:
            BadDatabaseUrlError: ``url`` cannot be understood.
            DatabaseUnavailable: it cannot be reached; ``DatabaseMissing``: it is not there yet.
            DatabaseTooNew, DatabaseTooOld: its tables are not this program's.
        """
        where = parse_url(url)
        database = cls(where, tables=tables(prefix), clock=clock)
        try:
            async with database.read() as tx:
                await check_revision(tx, shown=where.shown)
            for warning in await database._backend.warnings():
                log.warning("the database may lose what it has acknowledged", reason=warning)
        except BaseException:
            await database.aclose()
            raise
        return database

    def sibling(self) -> Self:
        """Return the same database with connections of its own, for another thread's loop."""
        return type(self)(self._where, tables=self.tables, clock=self._clock)

    @property
    def shown(self) -> str:
        """The database as a person may see it, without a password."""
        return self._backend.shown

    @property
    def dialect(self) -> Dialect:
        """``sqlite`` or ``mysql``."""
        return self._backend.dialect

    @property
    def tells_of_others(self) -> bool:
        """Whether ``data_version`` shows commits of other processes; without, poll."""
        return self._backend.tells_of_others

    @property
    def shares_commits(self) -> bool:
        """Whether a ``call`` that waits for the writer runs right after the ones before it."""
        return self._backend.group_commit is not None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """Run a transaction that commits when the block ends and rolls back if it raises.

        On SQLite one writes at a time; the others wait their turn.

        Raises:
            DatabaseUnavailable: it could not be begun or committed; nothing was kept.
            CommitUnknown: the connection broke at COMMIT; look before doing it again.
        """
        async with self._backend.writing() as connection:
            tx = self._transaction(connection)
            yield tx
            await tx.flush()
            # A commit that was sent must not be mistaken for one that was not.
            await to_the_end(self._commit(connection, tx.changes))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """Look at one consistent state of the database. Never waits for a writer."""
        async with self._backend.reading() as connection:
            yield self._transaction(connection)

    async def look(self, work: Work[T]) -> T:
        """Run ``work``, which awaits nothing but its transaction, as ``read`` would."""
        async with self.read() as tx:
            return await tx.whole(work)

    async def run(
        self,
        work: Work[T],
        *,
        idempotent: bool = False,
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> T:
        """Run ``work`` in a writing transaction, again from its start when it was turned away.

        ``work`` awaits nothing but its transaction, as for ``Transaction.whole``.

        Deadlocks, lock timeouts, a node that is not ready and a connection lost before COMMIT
        are repeated after a rest with full jitter. A connection lost at COMMIT is repeated only
        if ``idempotent`` says that ``work`` reads what it finds before it writes.

        Raises:
            CommitUnknown: see above.
            DatabaseUnavailable: it did not work out.
        """

        async def once() -> T:
            async with self.write() as tx:
                return await tx.whole(work)

        return await self._again(once, idempotent=idempotent, rest=rest, jitter=jitter)

    async def call(
        self, work: Callable[[Cursor], T], *, idempotent: bool = False, durable: bool = True
    ) -> T:
        """Run ``work`` as a writing transaction of its own; as ``run`` with ``Transaction.call``.

        On SQLite, calls that wait for the writer share one COMMIT. ``work`` may run again, so it
        changes nothing but the database. Without ``durable`` SQLite does not wait for the disk:
        the commit survives the end of the process, but not yet a power cut.

        Raises:
            CommitUnknown, DatabaseUnavailable: as ``run``.
        """
        group = self._backend.group_commit
        if group is None:
            return await self.run(lambda tx: tx.call(work), idempotent=idempotent)

        async def once() -> T:
            return await group.perform(
                work,
                tables=self.tables,
                clock=self._clock,
                durable=durable,
                tell=self._tell,
            )

        return await self._again(once, idempotent=idempotent)

    async def _again(
        self,
        once: Callable[[], Awaitable[T]],
        *,
        idempotent: bool,
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> T:
        for attempt in range(ATTEMPTS):
            try:
                return await self._watched(once)
            except CommitUnknown:
                if not idempotent or attempt == ATTEMPTS - 1:
                    raise
            except DatabaseUnavailable as error:
                if not self._backend.is_transient(error) or attempt == ATTEMPTS - 1:
                    raise
            await rest(jitter() * min(RETRY_LIMIT_SECONDS, RETRY_SECONDS * 2**attempt))
        raise AssertionError("the last attempt returns or raises")

    async def _watched(self, once: Callable[[], Awaitable[T]]) -> T:
        try:
            done = await once()
        except DatabaseBusy:
            raise
        except DatabaseUnavailable as error:
            self.trouble = error
            raise
        self.trouble = None
        return done

    def listen(self, callback: Listener) -> Callable[[], None]:
        """Call ``callback`` for each change that this process commits, right after the commit.

        It runs on the event loop and must return at once. Returns how to stop listening.
        """
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    async def data_version(self) -> int | None:
        """Return a number that differs after another process has committed.

        Costs one look at shared memory on SQLite. None on MariaDB, which cannot tell: poll.
        """
        return await self._backend.data_version()

    async def aclose(self) -> None:
        """Close every connection. Transactions that are open must have ended."""
        await self._backend.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _transaction(self, connection: AsyncConnection) -> Transaction:
        return Transaction(
            connection,
            tables=self.tables,
            engine=self._backend,
            clock=self._clock,
        )

    async def _commit(self, connection: AsyncConnection, changes: Iterable[Change]) -> None:
        try:
            await connection.commit()
        except DBAPIError as error:
            explained = self._backend.explain_commit(error)
            if explained is None:
                raise
            raise explained from error
        self._tell(changes)

    def _tell(self, changes: Iterable[Change]) -> None:
        """Tell every listener; the commit stands whatever one of them raises."""
        for change in changes:
            for listener in tuple(self._listeners):
                try:
                    listener(change)
                except Exception:
                    log.exception("a listener failed", kind=change.kind)
