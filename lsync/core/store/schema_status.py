"""How a database stands to this program: its revision, and names that others took. Changes nothing.

What a revision creates must not be there before it runs. One exception: MariaDB and MySQL commit
every CREATE at once, so an interrupted upgrade leaves tables of the next revision behind; whose
those are is told by their columns, when that revision runs.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from lsync.core.store.errors import ForeignTable
from lsync.core.store.revisions import CREATES, HEAD, REVISIONS
from lsync.core.store.schema import Tables

MAY_BE_OURS = "BASE TABLE"
"""What an interrupted upgrade leaves; a view or a sequence of that name is another program's."""

IN_SQLITE = "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')"
IN_MYSQL = (
    "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = DATABASE()"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaStatus:
    """How a database stands to this program. ``current`` is None before the first migration.

    ``taken`` is a table or view of another program that has the name of one that is to be created.
    """

    database: str
    current: str | None
    head: str = HEAD
    taken: str | None = None

    @property
    def pending(self) -> tuple[str, ...]:
        """Revisions that an upgrade would run, in order."""
        return _pending(self.current)

    @property
    def too_new(self) -> bool:
        """Whether a newer lsync has migrated it."""
        return self.current is not None and self.current not in REVISIONS

    @property
    def obstacle(self) -> ForeignTable | None:
        """What an upgrade would be refused with because of ``taken``."""
        if self.taken is None:
            return None
        return ForeignTable.named(self.taken, beside_ours=self.current is not None)

    def has(self, table: str) -> bool:
        """Whether the revision that creates ``table`` (without prefix) has run to its end."""
        return not any(table in CREATES[revision] for revision in self.pending)


def look(connection: Connection, ours: Tables, *, shown: str) -> SchemaStatus:
    """Look at the database, which messages call ``shown``."""
    # The names first: a revision that another upgrade ends in between then counts as run.
    found = _Names(connection)
    marked = found.kind(ours.version_table) is not None
    current = _current_revision(connection, ours) if marked else None
    pending = _pending(current)
    spared = pending[:1] if marked and not found.transactional else ()
    taken = (
        name
        for revision in pending
        for name in (f"{ours.prefix}{each}" for each in CREATES[revision])
        if found.kind(name) not in ((None, MAY_BE_OURS) if revision in spared else (None,))
    )
    return SchemaStatus(database=shown, current=current, taken=next(taken, None))


class _Names:
    """The tables and views of a database, told apart as the database itself does."""

    def __init__(self, connection: Connection) -> None:
        self.transactional = connection.dialect.name == "sqlite"
        self._folds = self.transactional or bool(
            connection.execute(text("SELECT @@lower_case_table_names")).scalar()
        )
        rows = connection.execute(text(IN_SQLITE if self.transactional else IN_MYSQL))
        self._kinds = {self._folded(name): str(kind) for name, kind in rows}

    def kind(self, name: str) -> str | None:
        """What of that name there is, in the database's words; None for nothing."""
        return self._kinds.get(self._folded(name))

    def _folded(self, name: str) -> str:
        return name.lower() if self._folds else name


def _pending(current: str | None) -> tuple[str, ...]:
    if current is None:
        return REVISIONS
    return REVISIONS[REVISIONS.index(current) + 1 :] if current in REVISIONS else ()


def _current_revision(connection: Connection, ours: Tables) -> str | None:
    found = connection.execute(text(f"SELECT version_num FROM {ours.version_table}"))  # noqa: S608 - our own table name
    return found.scalar()
