"""Cursors only move forward."""

from lsync.core.store import cursors
from lsync.core.store.database import Database
from tests.store.samples import NOW


async def test_a_cursor_never_moves_back(database: Database) -> None:
    async with database.write() as tx:
        assert await cursors.get(tx, "consignments") is None
        assert await cursors.advance(tx, "consignments", value=10, now=NOW)
        assert not await cursors.advance(tx, "consignments", value=9, now=NOW)
        assert not await cursors.advance(tx, "consignments", value=10, now=NOW)
        assert await cursors.get(tx, "consignments") == 10
        assert await cursors.advance(tx, "consignments", value=2**62, now=NOW)
        assert await cursors.get(tx, "consignments") == 2**62
        assert await cursors.get(tx, "products") is None


async def test_a_reset_cursor_begins_anew(database: Database) -> None:
    async with database.write() as tx:
        await cursors.advance(tx, "products", value=10, now=NOW)
        await cursors.reset(tx, "products")
        assert await cursors.get(tx, "products") is None
        assert await cursors.advance(tx, "products", value=1, now=NOW)
