"""Orders are checked against what was looked up for the orders before them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lsync.core.store.cache import Answer, CatalogueCache, Name, ProcessMemory
from tests.sync.retailer import Retailer, assert_exactly_once, done


class Counting(ProcessMemory):
    """Counts the products that it knew, and those that it did not."""

    known = unknown = 0

    async def get_many(self, stamp: int, names: Sequence[Name]) -> Mapping[Name, Answer]:
        found = await super().get_many(stamp, names)
        products = [name for name in names if name[0] == "sku"]
        self.known += sum(name in found for name in products)
        self.unknown += sum(name not in found for name in products)
        return found


async def test_a_second_order_finds_the_products_of_the_first(retailer: Retailer) -> None:
    memory = Counting(ttl_seconds=60)
    retailer.engine = replace(retailer.engine, cache=CatalogueCache(memory))
    await retailer.approve("PO-1", 20)
    done(await retailer.push("PO-1"))
    assert memory.unknown == 20
    memory.known = 0
    await retailer.approve("PO-2", 20)
    done(await retailer.push("PO-2"))
    assert (memory.known, memory.unknown) == (20, 20)
    await retailer.pull("PO-2")
    assert memory.unknown == 20
    await assert_exactly_once(retailer, "PO-1", "PO-2")
