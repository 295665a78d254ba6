"""Creates and migrates the tables. Only the daemon, the demo and ``lsync db upgrade`` call it.

Both functions block and run their own event loop: call them from a thread when one runs already.
Alembic is loaded only when there is something to migrate: it is a tenth of a daemon's start.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from lsync.core.store import backup, sqlite_backend
from lsync.core.store.errors import DatabaseUnavailable, ForeignTable, StoreError
from lsync.core.store.migration_lock import file_lock, refuse_older_daemons, row_lock
from lsync.core.store.revisions import HEAD, REVISIONS, too_new
from lsync.core.store.schema import Tables, tables
from lsync.core.store.urls import DatabaseUrl, SqliteUrl, parse_url

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaStatus:
    """How a database stands to this program. ``current`` is None before the first migration."""

    database: str
    current: str | None
    head: str = HEAD

    @property
    def pending(self) -> tuple[str, ...]:
        """Revisions that an upgrade would run, in order."""
        if self.current is None:
            return REVISIONS
        if self.too_new:
            return ()
        return REVISIONS[REVISIONS.index(self.current) + 1 :]

    @property
    def too_new(self) -> bool:
        """Whether a newer lsync has migrated it."""
        return self.current is not None and self.current not in REVISIONS


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
        ForeignTable: one of our table names is taken by another program.
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
        return SchemaStatus(
            database=where.shown, current=await found.run_sync(_current_revision, ours)
        )


async def _upgrade(
    where: DatabaseUrl, ours: Tables, *, version: str, on_revision: Callable[[str], None]
) -> SchemaStatus:
    if isinstance(where, SqliteUrl):
        _create_file(where.path)
    async with _explained(where), _engine(where, writable=True) as engine:
        async with engine.connect() as connection:
            await connection.run_sync(_refuse_foreign_tables, ours)
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
        await connection.run_sync(_refuse_foreign_tables, ours)
        found = SchemaStatus(
            database=where.shown, current=await connection.run_sync(_current_revision, ours)
        )
        if found.too_new:
            raise too_new(str(found.current), shown=where.shown)
        if found.pending:
            await refuse_older_daemons(connection, ours, version=version)
            await connection.run_sync(_mark_as_ours, ours)
            await connection.commit()
    if found.pending and found.current is not None and isinstance(where, SqliteUrl):
        await asyncio.to_thread(_back_up, where.path, found.current, prefix=ours.prefix)
    return found


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


def _current_revision(connection: Connection, ours: Tables) -> str | None:
    if not inspect(connection).has_table(ours.version_table):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {ours.version_table}"))  # noqa: S608 - our own table name
    return found.scalar()


def _refuse_foreign_tables(connection: Connection, ours: Tables) -> None:
    inspector = inspect(connection)
    if inspector.has_table(ours.version_table):
        return
    taken = set(inspector.get_table_names()) & set(ours.metadata.tables)
    if taken:
        raise ForeignTable(
            f"The table {min(taken)} exists and was not created by lsync.",
            why="lsync never touches tables of another program.",
            next_step="Set database.table_prefix (for example `lsync_`) or use another database.",
        )


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
