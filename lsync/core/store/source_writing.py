"""Writes how an order stands into its row of a back office's table: named columns, nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from lsync.core.domain.source_order import cell
from lsync.core.store.database import Database
from lsync.core.store.errors import DatabaseBusy, DatabaseUnavailable
from lsync.core.store.source_layout import SourceLayout
from lsync.core.store.source_links import WriteBack
from lsync.core.store.source_reading import unreadable, value_of
from lsync.core.store.source_tables import DENIED, code_of, orders_of
from lsync.core.store.transaction import Transaction

TRIES = 3
"""How often a row is written that a deadlock or a lock keeps from it; a lock is waited for."""


@asynccontextmanager
async def writing(database: Database) -> AsyncIterator[Transaction]:
    """One transaction on the source's database. Raises like ``source_reading.reading``."""
    try:
        async with database.write() as tx:
            yield tx
    except DBAPIError as error:
        raise unreadable(error) from error
    except DatabaseUnavailable as error:
        cause = error.__cause__
        if isinstance(cause, DBAPIError) and code_of(cause) in DENIED:
            raise unreadable(cause) from error
        raise


async def write_row(database: Database, layout: SourceLayout, wanted: WriteBack) -> bool:
    """Bring one row up to date in a transaction of its own, as ``write_back``.

    One that stood in the back office's way is tried again at once. Raises like ``writing``.
    """
    for _ in range(TRIES - 1):
        with suppress(DatabaseBusy):
            async with writing(database) as tx:
                return await write_back(tx, layout, wanted)
    async with writing(database) as tx:
        return await write_back(tx, layout, wanted)


async def write_back(tx: Transaction, layout: SourceLayout, wanted: WriteBack) -> bool:
    """Bring one row up to date; return whether it is there, once, and still that order's.

    The row is locked and looked at first: a row that was deleted, or whose number was given to
    another order, is left alone.
    """
    there = orders_of(layout)
    identity = there.c[layout.id_column] == value_of(wanted.key)
    number = there.c[layout.number_column]
    rows = (await tx.execute(select(number).where(identity).with_for_update())).scalars().all()
    if len(rows) != 1 or (cell(rows[0]) or "").strip() != wanted.order_number:
        return False
    values = _values(layout, wanted)
    await tx.execute(update(there).where(identity, number == rows[0]).values(values))
    return True


def _values(layout: SourceLayout, wanted: WriteBack) -> dict[str, Any]:
    at = wanted.at.replace(tzinfo=None, microsecond=0).isoformat(sep=" ")
    named = {
        layout.consignment_column: wanted.consignment_id,
        layout.status_column: wanted.sync_state,
        layout.synced_column: at,
    }
    return {name: value for name, value in named.items() if name is not None}
