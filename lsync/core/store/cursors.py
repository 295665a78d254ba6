"""How far a feed of versions has been read, by name."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from lsync.core.store.transaction import Transaction


async def get(tx: Transaction, name: str) -> int | None:
    """Return the last version that was read, or ``None`` before the first reading."""
    table = tx.tables.cursors
    found = await tx.scalar(select(table.c.value).where(table.c.name == name))
    return None if found is None else int(found)


async def advance(tx: Transaction, name: str, *, value: int, now: datetime) -> bool:
    """Move a cursor forward, never back; return whether it moved."""
    table = tx.tables.cursors
    ahead = update(table).where(table.c.name == name, table.c.value < value)
    if (await tx.execute(ahead.values(value=value, updated_at=now))).rowcount == 1:
        return True
    if await get(tx, name) is not None:
        return False
    try:
        await tx.execute(insert(table).values(name=name, value=value, updated_at=now))
    except IntegrityError:
        # Another daemon wrote the first value at the same moment.
        return (await tx.execute(ahead.values(value=value, updated_at=now))).rowcount == 1
    return True


async def reset(tx: Transaction, name: str) -> None:
    """Forget a cursor, so that its feed is read from the start."""
    table = tx.tables.cursors
    await tx.execute(delete(table).where(table.c.name == name))
