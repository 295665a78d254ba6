"""Wanted supplier prices: the newest word counts, and only it is confirmed."""

from decimal import Decimal

from lsync.core.store import supplier_prices
from lsync.core.store.database import Database
from tests.store.samples import LATER, NOW


async def test_the_newest_price_is_the_wanted_one_and_unconfirmed(database: Database) -> None:
    async with database.write() as tx:
        await supplier_prices.want(tx, "p", supplier_id="s", price=Decimal("4.5"), now=NOW)
        first = await supplier_prices.wanted(tx, "p", supplier_id="s")
        assert first is not None
        assert await supplier_prices.confirm(tx, first, now=LATER)
        await supplier_prices.want(tx, "p", supplier_id="s", price=Decimal(5), now=LATER)
        second = await supplier_prices.wanted(tx, "p", supplier_id="s")
        assert second is not None
        assert (second.price, second.confirmed_at) == (Decimal(5), None)
        assert not await supplier_prices.confirm(tx, first, now=LATER)
        assert await supplier_prices.wanted(tx, "p", supplier_id="other") is None
