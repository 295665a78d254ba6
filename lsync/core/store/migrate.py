"""Creates and migrates the tables. Only the daemon, the demo and ``lsync db upgrade`` call it.

Both functions block and run their own event loop: call them from a thread when one runs already.
Alembic is loaded only when there is something to migrate: it is a tenth of a daemon's start.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from lsync.core.store import backup, sqlite_backend
from lsync.core.store.errors import DatabaseUnavailable, StoreError
from lsync.core.store.migration_lock import file_lock, refuse_older_daemons, row_lock
from lsync.core.store.revisions import HEAD, too_new
from lsync.core.store.schema import Tables, tables
from lsync.core.store.schema_status import SchemaStatus, look
from lsync.core.store.urls import DatabaseUrl, SqliteUrl, parse_url

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"


def status(url: str, prefix: str = "") -> SchemaStatus:
    """Look at the revision of the database at ``url`` and change nothing.

    Raises:
        DatabaseUnavailable: it cannot be reached.
    """
    return asyncio.run(_status(parse_url(url), tables(prefix)))


def upgrade(
    url: str,
    prefix: str = "",
    *,
    version: str = "",
    on_revision: Callable[[str], None] = lambda _: None,
) -> SchemaStatus:
    """Bring the database at ``url`` to this program's revision, creating it if need be.

    Runs under a lock that works across processes and Galera nodes. A SQLite file that already
    holds data is copied to ``<file>.before-<revision>-<time>`` first. An interrupted run is
    taken up where it stopped. ``version`` is this program's; ``on_revision`` hears each step.

    Raises:
        DatabaseTooNew: a newer lsync has migrated it.
        ForeignTable: the name of a table that it would create is taken by another program.
        UpgradeRefused: a daemon of another version runs, or another upgrade does.
        DatabaseUnavailable: it cannot be reached or written.
    """
    where, ours = parse_url(url), tables(prefix)
    return asyncio.run(_upgrade(where, ours, version=version, on_revision=on_revision))


async def _status(where: DatabaseUrl, ours: Tables) -> SchemaStatus:
    if isinstance(where, SqliteUrl) and not where.path.exists():
        return SchemaStatus(database=where.shown, current=None)
    async with (
        _engine(where, writable=False) as engine,
        _explained(where),
        engine.connect() as found,
    ):
        return await _look(found, where, ours)


async def _upgrade(
    where: DatabaseUrl, ours: Tables, *, version: str, on_revision: Callable[[str], None]
) -> SchemaStatus:
    if isinstance(where, SqliteUrl):
        _create_file(where.path)
    async with _explained(where), _engine(where, writable=True) as engine:
        async with engine.connect() as connection:
            # Making the lock changes the database already.
            _refuse_what_is_in_the_way(await _look(connection, where, ours))
        async with _lock(where, engine, ours):
            before = await _prepare(where, engine, ours, version=version)
            for revision in before.pending:
                on_revision(revision)
                async with engine.connect() as connection:
                    await connection.run_sync(_run_scripts, ours, revision)
                    await connection.commit()
    return SchemaStatus(database=where.shown, current=HEAD)


async def _prepare(
    where: DatabaseUrl, engine: AsyncEngine, ours: Tables, *, version: str
) -> SchemaStatus:
    """Refuse what must not be migrated; make the mark and the backup of what may."""
    async with engine.connect() as connection:
        found = await _look(connection, where, ours)
        _refuse_what_is_in_the_way(found)
        if found.pending:
            if found.has("queue_workers"):
                await refuse_older_daemons(connection, ours, version=version)
            await connection.run_sync(_mark_as_ours, ours)
            await connection.commit()
    if found.pending and found.current is not None and isinstance(where, SqliteUrl):
        await asyncio.to_thread(_back_up, where.path, found.current, prefix=ours.prefix)
    return found


async def _look(connection: AsyncConnection, where: DatabaseUrl, ours: Tables) -> SchemaStatus:
    return await connection.run_sync(partial(look, ours=ours, shown=where.shown))


def _refuse_what_is_in_the_way(found: SchemaStatus) -> None:
    if found.too_new:
        raise too_new(str(found.current), shown=found.database)
    if found.obstacle:
        raise found.obstacle


@asynccontextmanager
async def _engine(where: DatabaseUrl, *, writable: bool) -> AsyncIterator[AsyncEngine]:
    if isinstance(where, SqliteUrl):
        engine = sqlite_backend.make_engine(
            where.path,
            begin="BEGIN IMMEDIATE" if writable else "BEGIN",
            pragmas=sqlite_backend.WRITER_PRAGMAS if writable else sqlite_backend.READER_PRAGMAS,
            size=1,
        )
    else:
        from lsync.core.store import mysql_backend

        engine = mysql_backend.make_engine(where)
    try:
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def _lock(where: DatabaseUrl, engine: AsyncEngine, ours: Tables) -> AsyncIterator[None]:
    if isinstance(where, SqliteUrl):
        with file_lock(where.path):
            yield
    else:
        async with row_lock(engine, table=f"{ours.version_table}_lock"):
            yield


@asynccontextmanager
async def _explained(where: DatabaseUrl) -> AsyncIterator[None]:
    """Turn a driver's error into the store's own."""
    try:
        yield
    except DBAPIError as error:
        explained = _meaning(error, where)
        if explained is None:
            raise
        raise explained from error


def _meaning(error: DBAPIError, where: DatabaseUrl) -> StoreError | None:
    if isinstance(where, SqliteUrl):
        return sqlite_backend.explain(error, path=where.path)
    from lsync.core.store import mysql_backend

    return mysql_backend.explain(error, shown=where.shown)


def _mark_as_ours(connection: Connection, ours: Tables) -> None:
    """Create the empty version table: from now on tables of our names are ours."""
    from alembic import command

    command.ensure_version(_config(connection, ours))


def _run_scripts(connection: Connection, ours: Tables, revision: str) -> None:
    from alembic import command

    command.upgrade(_config(connection, ours), revision)


def _config(connection: Connection, ours: Tables) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes.update(connection=connection, table_prefix=ours.prefix)
    return config


def _create_file(path: Path) -> None:
    """Create an empty file that only this user may read; it will hold orders and tokens."""
    if path.exists():
        return
    try:
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise DatabaseUnavailable(
            f"The database {path} cannot be created.",
            why=f"{error.strerror or error}.",
            next_step="Give this user the folder, or correct the setting database.url.",
        ) from error


def _back_up(path: Path, revision: str, *, prefix: str) -> None:
    """Keep a checked copy of the file as it is before the upgrade."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = path.with_name(f"{path.name}.before-{revision}-{stamp}")
    backup.copy_file(path, target, prefix=prefix)
