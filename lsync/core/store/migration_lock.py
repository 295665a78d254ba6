"""Keeps two migrations apart, and a migration from daemons that would not survive it."""

import asyncio
import fcntl
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from lsync.core.store.columns import UtcDateTime
from lsync.core.store.errors import DatabaseReadOnly, UpgradeRefused
from lsync.core.store.processes import is_gone
from lsync.core.store.schema import Tables

LEASE_SECONDS = 60
"""How long a migration that died on another host keeps the next one out."""

HEARTBEAT = timedelta(seconds=60)
"""A worker whose heartbeat is older is taken for dead."""


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold an advisory lock beside the SQLite file; it ends with the process.

    It is a file of its own: closing a second descriptor of the database itself would drop the
    locks that SQLite holds on it.

    Raises:
        UpgradeRefused: another process holds it.
        DatabaseReadOnly: it cannot be made.
    """
    try:
        opened = path.with_name(f"{path.name}.upgrade-lock").open("a")
    except OSError as error:
        raise DatabaseReadOnly(
            f"The folder of the database {path} cannot be written.",
            why=f"{error.strerror or error}.",
            next_step="Give the user that runs lsync write permission to the folder.",
        ) from error
    with opened as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _another("Another process of this host") from error
        yield


@asynccontextmanager
async def row_lock(engine: AsyncEngine, *, table: str) -> AsyncIterator[None]:
    """Hold a lease row, renewed while the block runs.

    ``GET_LOCK`` would be granted on two Galera nodes at once; the guarded update of one row
    cannot be: the second COMMIT fails with 1213.
    """
    lease = _Lease(engine, table=table)
    await lease.take()
    renewal = asyncio.create_task(lease.keep())
    try:
        yield
    finally:
        renewal.cancel()
        with suppress(asyncio.CancelledError):
            await renewal
        await lease.give_back()


class _Lease:
    """The one row of the lock table, seen by this process."""

    def __init__(self, engine: AsyncEngine, *, table: str) -> None:
        self._engine = engine
        self._me = f"{socket.gethostname()}:{os.getpid()}"
        self._row = Table(
            table,
            MetaData(),
            Column("id", Integer, primary_key=True, autoincrement=False),
            Column("holder", String(190)),
            Column("expires_at", UtcDateTime),
        )

    async def take(self) -> None:
        """Become the holder if nobody living is.

        Raises:
            UpgradeRefused: it names who holds it.
        """
        row = self._row
        async with self._engine.connect() as connection:
            await connection.run_sync(row.create, checkfirst=True)
            await connection.execute(insert(row).prefix_with("IGNORE").values(id=1))
            await connection.commit()
            found = await connection.execute(select(row.c.holder, row.c.expires_at < _now()))
            other, expired = found.one()
        if other is not None and not expired and not _is_dead(other):
            raise _another(f"The process {other}")
        if not await self._set(self._me, while_held_by=other):
            raise _another("Another process")

    async def keep(self) -> None:
        """Put off the end of the lease for as long as this runs."""
        while True:
            await asyncio.sleep(LEASE_SECONDS / 4)
            await self._set(self._me, while_held_by=self._me)

    async def give_back(self) -> None:
        """Let the next one in at once."""
        await self._set(None, while_held_by=self._me)

    async def _set(self, holder: str | None, *, while_held_by: str | None) -> bool:
        expires_at = func.timestampadd(text("SECOND"), LEASE_SECONDS, _now())
        change = (
            update(self._row)
            .where(self._row.c.holder.is_not_distinct_from(while_held_by))
            .values(holder=holder, expires_at=expires_at)
        )
        async with self._engine.connect() as connection:
            try:
                changed = await connection.execute(change)
                await connection.commit()
            except DBAPIError:
                return False
        return changed.rowcount == 1


def _now() -> ColumnElement[datetime]:
    return func.utc_timestamp(6, type_=UtcDateTime)


def _is_dead(holder: str) -> bool:
    """Say whether the holder was a process of this host that is gone."""
    host, _, pid = holder.rpartition(":")
    return pid.isdecimal() and is_gone(host, int(pid))


def _another(who: str) -> UpgradeRefused:
    return UpgradeRefused(
        f"{who} is upgrading this database.",
        why="Only one upgrade runs at a time.",
        next_step=f"Try again when it is done; a dead one is passed over after {LEASE_SECONDS} s.",
    )


async def refuse_older_daemons(connection: AsyncConnection, ours: Tables, *, version: str) -> None:
    """Refuse while a daemon of another version is alive: its statements would fail afterwards.

    Raises:
        UpgradeRefused: it names the daemon.
    """
    if not await connection.run_sync(_has_workers, ours):
        return
    workers = ours.queue_workers
    alive = await connection.execute(
        select(workers.c.host, workers.c.pid, workers.c.version)
        .where(
            workers.c.version != version,
            workers.c.stopped_at.is_(None),
            workers.c.heartbeat_at > datetime.now(UTC) - HEARTBEAT,
        )
        .limit(1)
    )
    found = alive.first()
    if found is not None:
        raise UpgradeRefused(
            f"A daemon of lsync {found.version} runs on {found.host} (process {found.pid}).",
            why="It does not know the new tables.",
            next_step=f"Stop it, wait {HEARTBEAT.seconds} s if it was killed, and try again.",
        )


def _has_workers(connection: Connection, ours: Tables) -> bool:
    return inspect(connection).has_table(ours.queue_workers.name)
