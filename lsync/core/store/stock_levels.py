"""Stock of products in outlets as Lightspeed last told it; newer versions replace older ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import upsert


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLevel:
    """Stock of one product in one outlet. ``average_cost`` is per unit ex tax."""

    product_id: str
    outlet_id: str
    level: Decimal | None
    average_cost: Decimal | None
    reorder_point: Decimal | None
    version: int
    observed_at: datetime | None = None


async def put_many(tx: Transaction, levels: Sequence[StockLevel], *, now: datetime) -> int:
    """Keep the levels whose version is newer than the known one; return how many that were."""
    known = {
        (it.product_id, it.outlet_id): it.version
        for it in await of_products(tx, [level.product_id for level in levels])
    }
    newest = {(it.product_id, it.outlet_id): it for it in sorted(levels, key=_version)}
    fresh = [it for place, it in newest.items() if it.version > known.get(place, -1)]
    rows = [
        {
            "product_id": it.product_id,
            "outlet_id": it.outlet_id,
            "level": it.level,
            "average_cost": it.average_cost,
            "reorder_point": it.reorder_point,
            "version": it.version,
            "observed_at": now,
        }
        for it in fresh
    ]
    await upsert(tx, tx.tables.stock_levels, rows)
    return len(rows)


async def of_products(tx: Transaction, product_ids: Sequence[str]) -> list[StockLevel]:
    """Return the known levels of these products, in every outlet."""
    table = tx.tables.stock_levels
    wanted = select(table).where(table.c.product_id.in_(set(product_ids)))
    rows = await tx.execute(wanted.order_by(table.c.product_id, table.c.outlet_id))
    return [
        StockLevel(
            product_id=row.product_id,
            outlet_id=row.outlet_id,
            level=row.level,
            average_cost=row.average_cost,
            reorder_point=row.reorder_point,
            version=row.version,
            observed_at=row.observed_at,
        )
        for row in rows
    ]


def _version(level: StockLevel) -> int:
    return level.version
