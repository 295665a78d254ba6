"""What the sync of an order will say, told already when it is imported or approved."""

import asyncio
from collections.abc import Sequence

from lsync.core.domain.catalogue import CatalogueFacts
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.preflight import preflight
from lsync.core.domain.problem import Problem
from lsync.core.store import catalogue
from lsync.core.store.database import Database

Problems = dict[str, tuple[Problem, ...]]
"""By order number."""


async def foresee(database: Database, orders: Sequence[PurchaseOrder]) -> Problems:
    """Return the problems each order would have by what the local catalogue knows.

    Before the catalogue was ever read every word would be unknown, so nothing is foreseen. Long
    orders of unknown SKUs take a while: they are checked off the event loop.
    """
    async with database.read() as tx:
        if not await catalogue.is_known(tx):
            return {}
        facts = await catalogue.facts_for(tx, orders)
    return await asyncio.to_thread(_check, orders, facts)


def _check(orders: Sequence[PurchaseOrder], facts: CatalogueFacts) -> Problems:
    return {order.order_number: preflight(order, facts).problems for order in orders}
