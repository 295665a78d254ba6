"""Small writes for tests of the database itself."""

from datetime import UTC, datetime

from sqlalchemy import insert, select

from lsync.core.store.database import (
    Change,
    Database,
    Transaction,
)


async def put(tx: Transaction, name: str, value: int = 1) -> None:
    await tx.execute(
        insert(tx.tables.cursors).values(name=name, value=value, updated_at=datetime.now(UTC))
    )


async def names(database: Database) -> list[str]:
    async with database.read() as tx:
        table = tx.tables.cursors
        return list((await tx.execute(select(table.c.name).order_by(table.c.name))).scalars())


async def fail_after(database: Database, name: str) -> None:
    async with database.write() as tx:
        await put(tx, name)
        tx.emit(Change(kind="cursor", key=name))
        raise LookupError
