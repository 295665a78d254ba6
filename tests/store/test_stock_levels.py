"""Stock is kept by version: late news changes nothing."""

from dataclasses import replace
from decimal import Decimal

from lsync.core.store import stock_levels
from lsync.core.store.database import Database
from lsync.core.store.stock_levels import StockLevel
from tests.store.samples import LATER, NOW

LEVEL = StockLevel(
    product_id="p",
    outlet_id="o",
    level=Decimal("3.5"),
    average_cost=Decimal("1.25"),
    reorder_point=None,
    version=7,
)


async def test_only_a_newer_version_is_kept(database: Database) -> None:
    older = replace(LEVEL, level=Decimal(9), version=6)
    newer = replace(LEVEL, level=Decimal(2), version=8)
    async with database.write() as tx:
        assert await stock_levels.put_many(tx, [LEVEL, replace(LEVEL, outlet_id="x")], now=NOW) == 2
        assert await stock_levels.put_many(tx, [older, LEVEL], now=LATER) == 0
        assert await stock_levels.put_many(tx, [newer, older], now=LATER) == 1
        found = await stock_levels.of_products(tx, ["p", "q"])
    assert found == [
        replace(newer, observed_at=LATER),
        replace(LEVEL, outlet_id="x", observed_at=NOW),
    ]
