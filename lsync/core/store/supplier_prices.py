"""What a supplier is to ask for a product at Lightspeed: the newest word, until it is confirmed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, update

from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import upsert


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierPrice:
    """A cost per unit ex tax. ``confirmed_at``: when Lightspeed was shown to have it."""

    product_id: str
    supplier_id: str
    price: Decimal
    wanted_at: datetime
    confirmed_at: datetime | None = None


async def want(
    tx: Transaction, product_id: str, *, supplier_id: str, price: Decimal, now: datetime
) -> None:
    """Remember the price that Lightspeed is to have; it takes the place of an earlier one."""
    row = {
        "product_id": product_id,
        "supplier_id": supplier_id,
        "price": price,
        "wanted_at": now,
        "confirmed_at": None,
    }
    await upsert(tx, tx.tables.supplier_prices, [row])


async def wanted(tx: Transaction, product_id: str, *, supplier_id: str) -> SupplierPrice | None:
    """Return the newest word about a price."""
    table = tx.tables.supplier_prices
    statement = select(table).where(
        table.c.product_id == product_id, table.c.supplier_id == supplier_id
    )
    row = (await tx.execute(statement)).first()
    if row is None:
        return None
    return SupplierPrice(
        product_id=row.product_id,
        supplier_id=row.supplier_id,
        price=row.price,
        wanted_at=row.wanted_at,
        confirmed_at=row.confirmed_at,
    )


async def confirm(tx: Transaction, seen: SupplierPrice, *, now: datetime) -> bool:
    """Note that Lightspeed has the price; False if another one is wanted by now."""
    table = tx.tables.supplier_prices
    statement = (
        update(table)
        .where(
            table.c.product_id == seen.product_id,
            table.c.supplier_id == seen.supplier_id,
            table.c.price == seen.price,
            table.c.wanted_at == seen.wanted_at,
        )
        .values(confirmed_at=now)
    )
    return (await tx.execute(statement)).rowcount == 1
