"""Which revision of the tables this program knows. Migrating is ``migrate``'s business."""

from sqlalchemy import column, select, table
from sqlalchemy.exc import DBAPIError

from lsync.core.store.errors import DatabaseMissing, DatabaseTooNew, DatabaseTooOld
from lsync.core.store.transaction import Transaction

REVISIONS = tuple(f"{number:04}" for number in range(1, 12))
"""Every revision, oldest first; a test compares them with the migration scripts."""

HEAD = REVISIONS[-1]


async def check_revision(tx: Transaction, *, shown: str) -> None:
    """Let only a database pass whose tables are exactly this program's.

    Raises:
        DatabaseMissing: lsync has no tables there.
        DatabaseTooOld, DatabaseTooNew: they are of another revision.
    """
    found = await current_revision(tx)
    if found is None:
        raise DatabaseMissing(
            f"The database {shown} holds no lsync tables.",
            why="Only the daemon, the demo and `lsync db upgrade` create them.",
            next_step="Run `lsync db upgrade`, or correct database.url or database.table_prefix.",
        )
    if found not in REVISIONS:
        raise too_new(found, shown=shown)
    if found != HEAD:
        raise DatabaseTooOld(
            f"The database {shown} is at revision {found}; this program needs {HEAD}.",
            why="It was last used by an older lsync.",
            next_step="Stop older daemons, then run `lsync db upgrade`.",
        )


def too_new(found: str, *, shown: str) -> DatabaseTooNew:
    """Say that the database is newer than the program."""
    return DatabaseTooNew(
        f"The database {shown} is at revision {found}; this program knows up to {HEAD}.",
        why="A newer lsync has upgraded it.",
        next_step="Use the newer lsync here too; nothing was changed.",
    )


async def current_revision(tx: Transaction) -> str | None:
    """Return the revision in the version table; None without that table or row."""
    name = tx.tables.version_table
    try:
        found = await tx.scalar(select(column("version_num")).select_from(table(name)))
    except DBAPIError:
        return None
    return None if found is None else str(found)
