"""Keeping a local view of stock fresh: what changed, by the version feed of stock records."""

from collections.abc import Sequence

from lsync.core.domain.outcome import Done, Outcome
from lsync.core.lightspeed.models import InventoryRecord
from lsync.core.store import cursors, stock_levels
from lsync.core.store.database import Transaction
from lsync.core.store.stock_levels import StockLevel
from lsync.core.sync.engine import Engine
from lsync.core.sync.gaps import note_observed

STOCK = "stock.refresh"
CURSOR = "stock"
PAGE_SIZE = 1000
EVENT = "inventory.update"


async def refresh_stock(engine: Engine, product_id: str | None) -> Outcome:
    """Read every stock record that changed since the last time: one call for many webhooks.

    The first time only ``product_id`` is read, and the feed goes on behind it: reading the stock
    of a whole shop could take every call there is.
    """
    async with engine.database.read() as tx:
        cursor = await cursors.get(tx, CURSOR)
    if cursor is None:
        changed = await _first_reading(engine, product_id) if product_id else 0
        return Done(result={"changed": changed, "first": True})
    changed = 0
    client = engine.client.scoped(max_wait=engine.rules.budget_wait)
    async for page in client.inventory.pages(after=cursor, page_size=PAGE_SIZE):
        changed += await _keep(engine, page.items, feed=True)
    return Done(result={"changed": changed})


async def _first_reading(engine: Engine, product_id: str) -> int:
    client = engine.client.scoped(max_wait=engine.rules.budget_wait)
    records = [
        record
        async for page in client.inventory.product_pages(product_id, page_size=PAGE_SIZE)
        for record in page.items
    ]
    return await _keep(engine, records, feed=False)


async def _keep(engine: Engine, records: Sequence[InventoryRecord], *, feed: bool) -> int:
    """Keep records and move the cursor behind them, in one transaction."""

    async def work(tx: Transaction) -> int:
        now = await tx.now()
        kept = await stock_levels.put_many(tx, [*map(_level, records)], now=now)
        if feed:
            await note_observed(tx, EVENT, {record.product_id for record in records}, at=now)
        versions = [record.version for record in records if record.version is not None]
        if versions:
            await cursors.advance(tx, CURSOR, value=max(versions), now=now)
        return kept

    return await engine.database.run(work, idempotent=True)


def _level(record: InventoryRecord) -> StockLevel:
    gone = record.deleted_at is not None
    return StockLevel(
        product_id=record.product_id,
        outlet_id=record.outlet_id,
        level=None if gone else record.current_inventory_level,
        average_cost=record.average_cost,
        reorder_point=record.reorder_point,
        version=record.version or 0,
    )
