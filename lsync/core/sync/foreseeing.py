"""What the sync of an order will say, told already when it is imported or approved."""

import asyncio
from collections.abc import Sequence

from lsync.core.domain.catalogue import CatalogueFacts
from lsync.core.domain.duplicate_order import LOOKED_BACK, OrdersAlike
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.preflight import preflight
from lsync.core.domain.problem import Problem, ProblemCode
from lsync.core.store import catalogue
from lsync.core.store.database import Database, Transaction
from lsync.core.store.orders import similar

Problems = dict[str, tuple[Problem, ...]]
"""By order number."""

_OWN = frozenset(
    {
        ProblemCode.ZERO_QUANTITY,
        ProblemCode.NEGATIVE_QUANTITY,
        ProblemCode.NEGATIVE_COST,
        ProblemCode.NOT_A_NUMBER,
        ProblemCode.TOO_MANY_DECIMALS,
        ProblemCode.DUPLICATE_LINE,
        ProblemCode.NO_LINES,
        ProblemCode.TOTAL_ZERO,
        ProblemCode.LARGE_QUANTITY,
    }
)
"""Problems that an order shows by itself, whatever Lightspeed knows."""


async def foresee(database: Database, orders: Sequence[PurchaseOrder]) -> Problems:
    """Return the problems each order would have by what the local catalogue knows.

    Before the catalogue was read to its end every word could be unknown, so only what the orders
    show by themselves is foreseen. Long orders of unknown SKUs take a while: they are checked off
    the event loop.
    """

    async def work(tx: Transaction) -> tuple[bool, CatalogueFacts, dict[str, Problem | None]]:
        return (
            await catalogue.is_known(tx),
            await catalogue.facts_for(tx, orders),
            await duplicates_of(tx, orders),
        )

    known, facts, twice = await database.look(work)
    found = await asyncio.to_thread(_check, orders, facts)
    return {
        number: (*(problems if known else _own(problems)), *filter(None, [twice[number]]))
        for number, problems in found.items()
    }


async def duplicates_of(
    tx: Transaction, orders: Sequence[PurchaseOrder]
) -> dict[str, Problem | None]:
    """Return, by number, the warning that an order was probably entered twice.

    Each is compared with those stored and with those before it, which may not be stored yet.
    """
    stored = await similar(tx, orders, since=await tx.now() - LOOKED_BACK)
    alike = OrdersAlike(stored)
    twice: dict[str, Problem | None] = {}
    for order in orders:
        twice[order.order_number] = alike.probable_duplicate(order)
        alike.add(order)
    return twice


def _check(orders: Sequence[PurchaseOrder], facts: CatalogueFacts) -> Problems:
    return {order.order_number: preflight(order, facts).problems for order in orders}


def _own(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.code in _OWN)
