"""The highest consignment version seen: where a poll goes on and where a look begins."""

from lsync.core.store import cursors
from lsync.core.sync.engine import Engine

CURSOR = "consignments"
SUPPLIER = "SUPPLIER"
PAGE_SIZE = 1000


async def watermark(engine: Engine) -> int:
    """Return the highest version seen; the first time ever, Lightspeed's list is read for it.

    Every consignment made from now on has a higher one: versions are one rising number.
    """
    async with engine.database.read() as tx:
        known = await cursors.get(tx, CURSOR)
    return await _first_reading(engine) if known is None else known


async def _first_reading(engine: Engine) -> int:
    highest = 0
    async for page in engine.client.consignments.pages(type=SUPPLIER, page_size=PAGE_SIZE):
        versions = [consignment.version for consignment in page.items]
        highest = max([highest, page.cursor or 0, *versions])
    async with engine.database.write() as tx:
        await cursors.advance(tx, CURSOR, value=highest, now=await tx.now())
    return highest
