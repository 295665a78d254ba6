"""Receipts are appended and read in the order they were observed."""

from dataclasses import replace
from decimal import Decimal

from lsync.core.domain.records import Receipt
from lsync.core.store import orders, receipts
from lsync.core.store.database import Database
from tests.store.samples import NOW, order


async def test_receipts_come_back_in_order(database: Database) -> None:
    async with database.write() as tx:
        order_id = orders.stored_id(await orders.insert(tx, order(), now=NOW))
        first = Receipt(
            order_id=order_id,
            consignment_id="c-1",
            product_id="p-1",
            line_no=1,
            received_before=Decimal(0),
            received_after=Decimal("2.5"),
            version=7,
            observed_at=NOW,
        )
        second = replace(first, product_id="p-9", line_no=None, version=8)
        await receipts.add(tx, [first, second])
        await receipts.add(tx, [])
        found = await receipts.of_order(tx, order_id)
        assert await receipts.of_order(tx, order_id + 1) == []
    assert [replace(each, id=None) for each in found] == [first, second]
