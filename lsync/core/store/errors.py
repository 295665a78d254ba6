"""What can go wrong with the database, as a sentence for a person. Knows no driver."""

from typing import ClassVar, Self


class StoreError(Exception):
    """Base of the store's errors: what happened, why, and what to do next.

    ``exit_code`` is what a command ends with that meets it, as docs/commands.md lists them.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, why: str = "", next_step: str = "") -> None:
        """Keep the three parts so that borders can print or send them apart."""
        super().__init__(" ".join(part for part in (what, why, next_step) if part))
        self.what = what
        self.why = why
        self.next_step = next_step


class BadDatabaseUrlError(StoreError):
    """The setting ``database.url`` cannot be understood."""

    exit_code = 78


class DatabaseUnavailable(StoreError):  # noqa: N818 - the name is part of the store's contract
    """The database cannot be used right now. Nothing of the failed transaction was kept."""

    exit_code = 69


class DatabaseMissing(DatabaseUnavailable):
    """There is no database, or no lsync tables in it; only a migration creates them."""


class DatabaseReadOnly(DatabaseUnavailable):
    """The database refuses to be written."""


class DatabaseFull(DatabaseUnavailable):
    """The database has no room left; nothing was written."""


class DatabaseBusy(DatabaseUnavailable):
    """Another transaction stood in the way for too long; trying again later is safe."""

    exit_code = 75


class CommitUnknown(DatabaseUnavailable):
    """The connection broke at COMMIT: the transaction may or may not have been kept."""


class DatabaseTooNew(StoreError):  # noqa: N818 - the name is part of the store's contract
    """A newer lsync has migrated this database; this program does not know its tables."""


class DatabaseTooOld(StoreError):  # noqa: N818 - beside DatabaseTooNew
    """The database lacks migrations that this program needs."""


class ForeignTable(StoreError):  # noqa: N818 - the name is part of the store's contract
    """A table or view with one of our names exists that lsync did not create."""

    exit_code = 78

    @classmethod
    def named(cls, name: str, *, beside_ours: bool) -> Self:
        """Tell of the table ``name``; ``beside_ours``: the database holds lsync's tables too."""
        next_step = (
            "Rename that table, or give lsync a database of its own, then upgrade again."
            if beside_ours
            else "Set database.table_prefix (for example `lsync_`) or use another database."
        )
        return cls(
            f"The table {name} exists and was not created by lsync.",
            why="lsync never touches tables of another program; nothing was changed.",
            next_step=next_step,
        )

    @classmethod
    def met(cls, name: str) -> Self:
        """Tell of the table ``name`` that was met in the middle of an upgrade."""
        return cls(
            f"The table {name} exists and has other columns than lsync's.",
            why="lsync never touches tables of another program; that one was not changed.",
            next_step="Rename that table and upgrade again, which goes on where this one stopped; "
            "or give lsync a database of its own.",
        )


class UpgradeRefused(StoreError):  # noqa: N818 - beside ForeignTable
    """The database may not be migrated now: an older daemon runs, or another migration does."""

    exit_code = 75
