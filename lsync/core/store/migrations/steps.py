"""The steps of a migration, each of which may be repeated after an interrupted run.

MariaDB commits every CREATE at once, so a run that was killed has left some of them behind.
"""

from typing import Any

from alembic import op
from sqlalchemy import Column, ForeignKey, inspect, text
from sqlalchemy.schema import SchemaItem

from lsync.core.store.errors import ForeignTable

MYSQL = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
"""Text compares byte by byte, as on SQLite: `PO-1` and `po-1` are two orders."""


def prefix() -> str:
    """Return what stands before each table's name in this database."""
    return str(op.get_context().opts["table_prefix"])


def create_table(name: str, *items: SchemaItem, **options: Any) -> None:
    """Create a table unless it is already there.

    Raises:
        ForeignTable: one is there whose columns are not those of an interrupted run's.
    """
    full = f"{prefix()}{name}"
    found = inspect(op.get_bind())
    if not found.has_table(full):
        op.create_table(full, *items, if_not_exists=True, **MYSQL, **options)
        return
    wanted = {item.name for item in items if isinstance(item, Column)}
    if {column["name"] for column in found.get_columns(full)} != wanted:
        raise ForeignTable.met(full)


def create_index(
    table: str, name: str, *columns: str, sparse: bool = False, **options: Any
) -> None:
    """Create the index ``ix_<table>_<name>`` unless it is already there.

    A ``sparse`` one leaves out rows whose first column is NULL, where the database can do that.
    """
    full = f"{prefix()}{table}"
    index = f"ix_{full}_{name}"
    if sparse:
        options["sqlite_where"] = text(f"{columns[0]} IS NOT NULL")
    if index not in {found["name"] for found in inspect(op.get_bind()).get_indexes(full)}:
        op.create_index(index, full, list(columns), **options)


def add_column(table: str, column: Column[Any]) -> None:
    """Add a column to a table that exists, unless it is already there."""
    full = f"{prefix()}{table}"
    if column.name not in {found["name"] for found in inspect(op.get_bind()).get_columns(full)}:
        op.add_column(full, column)


def reference(target: str) -> ForeignKey:
    """Refer to ``table.column``; rows go when the row they refer to goes."""
    return ForeignKey(f"{prefix()}{target}", ondelete="CASCADE")
