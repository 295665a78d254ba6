"""The tables of a back office as statements use them, and whether they are there.

Names come from the settings, are quoted by SQLAlchemy and never put into a statement as text.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    ColumnClause,
    Executable,
    FromClause,
    Select,
    TableClause,
    column,
    literal_column,
    select,
    table,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import quoted_name

from lsync.core.domain.sanitise import visible
from lsync.core.store.errors import DatabaseUnavailable, StoreError
from lsync.core.store.source_layout import SourceLayout
from lsync.core.store.transaction import Transaction

DENIED = (1142, 1143, 1044)
"""Missing rights; https://mariadb.com/kb/en/mariadb-error-code-reference/"""


class SourceMismatch(StoreError):  # noqa: N818 - beside ForeignTable
    """A table or column that the settings name is not there, or may not be used."""

    exit_code = 78

    def __init__(self, key: str, name: str, *, why: str, next_step: str) -> None:
        """``key`` is the setting that names it."""
        super().__init__(
            f"The setting {key} cannot be used: {visible(name)}.", why=why, next_step=next_step
        )
        self.key = key


class SourceUnreadable(StoreError):  # noqa: N818 - beside SourceMismatch
    """The tables could not be read or written this time; nothing was changed."""


def orders_of(layout: SourceLayout) -> TableClause:
    """Return the order table with every column that is read or written."""
    names = [name for _, name in layout.named_order_columns()]
    return _named_table(layout.orders_table, names)


def lines_of(layout: SourceLayout) -> TableClause:
    """Return the line table with every column that is read."""
    names = [name for _, name in layout.named_line_columns()]
    return _named_table(layout.lines_table, names)


def _named_table(name: str, columns: list[str]) -> TableClause:
    """Return a table whose every name is quoted; ``shop.orders`` lies in the database ``shop``."""
    schema, _, own = name.rpartition(".")
    return table(
        quoted_name(own, quote=True),
        *(_named_column(each) for each in dict.fromkeys(columns)),
        schema=quoted_name(schema, quote=True) if schema else None,
    )


def _named_column(name: str) -> ColumnClause[Any]:
    """Return a column whose name is quoted, whatever it is."""
    return column(quoted_name(name, quote=True))


async def check_layout(tx: Transaction, layout: SourceLayout) -> None:
    """Try every table and column, and that the write-back columns may be written.

    ``tx`` is a writing transaction on the source's database; no row is read or changed.

    Raises:
        SourceMismatch: the first that is not there, with its setting.
        DatabaseUnavailable: the server does not answer.
    """
    ours = {each.name.casefold() for each in tx.tables.metadata.sorted_tables}
    for key, name in (("orders_table", layout.orders_table), ("lines_table", layout.lines_table)):
        if name.casefold() in ours and await _is_lsyncs(tx):
            raise SourceMismatch(
                f"source.{key}",
                f"{name} is lsync's own table",
                why="What lsync reads from it would come from itself.",
                next_step="Name the back office's table, or set database.table_prefix.",
            )
        probe: Select[Any] = select(literal_column("1")).select_from(_named_table(name, []))
        await _try(tx, probe.limit(0), key=key, subject=f"table {name}")
    await _check_columns(tx, orders_of(layout), layout.orders_table, layout.named_order_columns())
    await _check_columns(tx, lines_of(layout), layout.lines_table, layout.named_line_columns())
    for key, name in layout.written.items():
        there = orders_of(layout)
        nothing = update(there).where(literal_column("1") == literal_column("0"))
        subject = f"column {name} of {layout.orders_table}"
        await _try(tx, nothing.values({name: there.c[name]}), key=key, subject=subject)


async def _is_lsyncs(tx: Transaction) -> bool:
    """Whether this database holds lsync's tables of that name."""
    try:
        await tx.execute(
            select(literal_column("1")).select_from(table(tx.tables.version_table)).limit(0)
        )
    except (DBAPIError, DatabaseUnavailable):
        return False
    return True


async def _check_columns(
    tx: Transaction, there: FromClause, name: str, columns: Iterator[tuple[str, str]]
) -> None:
    for key, each in columns:
        await _try(tx, select(there.c[each]).limit(0), key=key, subject=f"column {each} of {name}")


async def _try(tx: Transaction, statement: Executable, *, key: str, subject: str) -> None:
    try:
        await tx.execute(statement)
    except DBAPIError as error:
        raise _mismatch(error, key=key, subject=subject) from error
    except DatabaseUnavailable as error:
        cause = error.__cause__
        if isinstance(cause, DBAPIError) and code_of(cause) in DENIED:
            raise _mismatch(cause, key=key, subject=subject) from error
        raise


def code_of(error: DBAPIError) -> object:
    """Return the server's number of an error; SQLite has none."""
    arguments = error.orig.args if error.orig is not None else ()
    return arguments[0] if arguments else None


def said_by(error: DBAPIError) -> str:
    """Return what the database said, as a sentence that is safe to show."""
    arguments = error.orig.args if error.orig is not None else ()
    return visible(str(arguments[-1] if arguments else error))[:200].rstrip(".") + "."


def _mismatch(error: DBAPIError, *, key: str, subject: str) -> SourceMismatch:
    if code_of(error) in DENIED:
        return SourceMismatch(
            f"source.{key}",
            f"lsync may not use the {subject}",
            why=f"The database says: {said_by(error)}",
            next_step="Grant lsync's user that right, as docs/source-tables.md shows.",
        )
    return SourceMismatch(
        f"source.{key}",
        f"there is no {subject}",
        why=f"The database says: {said_by(error)}",
        next_step="Correct the name; docs/source-tables.md shows an example.",
    )
