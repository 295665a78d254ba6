"""Insert-or-update, the one statement whose spelling differs between the databases."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import mysql, sqlite

from lsync.core.store.transaction import Transaction

CHUNK = 400
"""Rows or values per statement; SQLite allows 32,766 bound values."""


async def upsert(
    tx: Transaction, table: Table, rows: Sequence[Mapping[str, Any]], *, keep: Sequence[str] = ()
) -> None:
    """Insert ``rows``, all with the same columns; where the primary key exists, update instead.

    Columns in ``keep`` are only written by the insert.
    """
    if not rows:
        return
    keys = sorted(column.name for column in table.primary_key)
    changed = [name for name in rows[0] if name not in keys and name not in keep] or keys
    for start in range(0, len(rows), CHUNK):
        chunk = [dict(row) for row in rows[start : start + CHUNK]]
        if tx.dialect == "sqlite":
            lite = sqlite.insert(table).values(chunk)
            values = {name: lite.excluded[name] for name in changed}
            await tx.execute(lite.on_conflict_do_update(index_elements=keys, set_=values))
        else:
            maria = mysql.insert(table).values(chunk)
            await tx.execute(
                maria.on_duplicate_key_update({name: maria.inserted[name] for name in changed})
            )
