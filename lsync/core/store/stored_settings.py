"""Settings kept in the database by ``config set``. What they mean is the settings model's."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select

from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import upsert

VAULT = "vault."
"""Keys that begin so hold no setting but what lsync keeps for itself, such as sealed tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSetting:
    """One value as text. It may be a secret, so it is not shown by ``repr``."""

    key: str
    value: str = field(repr=False)
    encrypted: bool
    updated_at: datetime
    updated_by: str


async def read_all(tx: Transaction) -> list[StoredSetting]:
    """Return every stored setting, by key."""
    table = tx.tables.stored_settings
    wanted = select(table).where(table.c.key.not_like(f"{VAULT}%")).order_by(table.c.key)
    return [_setting(row) for row in await tx.execute(wanted)]


async def find(tx: Transaction, key: str) -> StoredSetting | None:
    """Return what is stored under ``key``, also in the vault."""
    table = tx.tables.stored_settings
    row = (await tx.execute(select(table).where(table.c.key == key))).one_or_none()
    return None if row is None else _setting(row)


async def put(
    tx: Transaction, key: str, *, value: str, by: str, now: datetime, encrypted: bool = False
) -> None:
    """Keep a value, in place of an earlier one."""
    row = {
        "key": key,
        "value": value,
        "encrypted": encrypted,
        "updated_at": now,
        "updated_by": by,
    }
    await upsert(tx, tx.tables.stored_settings, [row])


async def remove(tx: Transaction, key: str) -> bool:
    """Forget a value; return whether there was one."""
    table = tx.tables.stored_settings
    return (await tx.execute(delete(table).where(table.c.key == key))).rowcount == 1


def _setting(row: Row[Any]) -> StoredSetting:
    return StoredSetting(
        key=row.key,
        value=row.value,
        encrypted=row.encrypted,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
    )
