"""The stamp of the catalogue: another one after every commit that changed what a look-up finds.

It is random, not counted: a database that was restored from a backup must not come to a stamp
again under which something else was remembered.
"""

import secrets
from datetime import datetime

from sqlalchemy import select

from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import upsert

STAMP = "catalogue.stamp"


async def read(tx: Transaction) -> int | None:
    """Return the stamp of what this transaction sees; None if nothing was ever changed."""
    table = tx.tables.cursors
    found = await tx.scalar(select(table.c.value).where(table.c.name == STAMP))
    return None if found is None else int(found)


async def renew(tx: Transaction, *, now: datetime) -> None:
    """Say that products, suppliers, outlets or a person's choices have changed with this commit."""
    row = {"name": STAMP, "value": secrets.randbits(62), "updated_at": now}
    await upsert(tx, tx.tables.cursors, [row])
