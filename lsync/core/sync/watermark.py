"""The highest consignment version seen: where a poll goes on and where a look begins."""

from lsync.core.lightspeed import Consignment, Page
from lsync.core.store import consignments, cursors
from lsync.core.store.consignments import FOREIGN
from lsync.core.store.database import Transaction
from lsync.core.sync.engine import Engine
from lsync.core.sync.views import consignment_view

CURSOR = "consignments"
SUPPLIER = "SUPPLIER"
PAGE_SIZE = 1000


async def watermark(engine: Engine) -> int:
    """Return the highest version seen; the first time ever, Lightspeed's list is read for it.

    Every consignment made from now on has a higher one: versions are one rising number. Those
    that exist already are kept by their reference, so that an order of the same number finds
    its consignment again after lsync's own records were lost.
    """
    known = await engine.database.look(known_watermark)
    if known is not None:
        return known
    async with engine.reading:
        known = await engine.database.look(known_watermark)
        return await _first_reading(engine) if known is None else known


async def known_watermark(tx: Transaction) -> int | None:
    """Return the highest version seen; None before Lightspeed's list was read to its end."""
    return await cursors.get(tx, CURSOR)


async def _first_reading(engine: Engine) -> int:
    """Read the whole list; the cursor is written last, so that a crash begins anew."""
    highest = 0
    async for page in engine.client.consignments.pages(type=SUPPLIER, page_size=PAGE_SIZE):
        highest = max(highest, version_behind(page))

        async def keep(tx: Transaction, page: Page[Consignment] = page) -> None:
            for consignment in page.items:
                await keep_foreign(tx, consignment)

        await engine.database.run(keep, idempotent=True)
    async with engine.database.write() as tx:
        await cursors.advance(tx, CURSOR, value=highest, now=await tx.now())
    return highest


def version_behind(page: Page[Consignment]) -> int:
    """Return the version with which to continue after a page."""
    return max([page.cursor or 0, *(consignment.version for consignment in page.items)])


async def keep_foreign(tx: Transaction, consignment: Consignment) -> None:
    """Remember a consignment that belongs to no known order, if it carries a reference."""
    if consignment.reference and consignment.deleted_at is None:
        await consignments.put(
            tx,
            consignment_view(consignment),
            None,
            role=FOREIGN,
            now=await tx.now(),
            created_at=consignment.created_at,
            with_lines=False,
        )
