"""Look-ups of the catalogue that are remembered from order to order. Nothing is written by it.

What is remembered is remembered under the catalogue's stamp, which each look-up reads from the
database: an answer from before a change is never found again. Where it is kept is a ``Memory``.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from lsync.core.domain.catalogue import CatalogueFacts, Product, key
from lsync.core.domain.order import PurchaseOrder
from lsync.core.store import cache_stamp, catalogue
from lsync.core.store.catalogue import Parties, Remembered
from lsync.core.store.transaction import Transaction

SKU, ID, PARTIES, SUPPLIER, OUTLET = "sku", "id", "parties", "supplier", "outlet"
Name = tuple[str, str]
"""The kind of a question and its word."""
Answer = tuple[Product, ...] | Parties | str
"""The products of a SKU or id; every supplier and outlet; the id that a person chose, or none."""

MOST = 50_000
"""Answers that a process remembers: some 40 MB of products."""


class Memory(Protocol):
    """A place that may forget, and never knows anything about another stamp."""

    async def get_many(self, stamp: int, names: Sequence[Name]) -> Mapping[Name, Answer]:
        """Return what is remembered of these questions."""

    async def put_many(self, stamp: int, answers: Mapping[Name, Answer]) -> None:
        """Remember answers, or not."""

    async def aclose(self) -> None:
        """Let go of connections."""


class ProcessMemory:
    """Remembers in this process what was found under the latest stamp."""

    def __init__(
        self,
        *,
        ttl_seconds: float,
        most: int = MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``clock`` counts seconds from anywhere."""
        self._ttl = ttl_seconds
        self._most = most
        self._clock = clock
        self._stamp: int | None = None
        self._until = 0.0
        self._answers: dict[Name, Answer] = {}

    async def get_many(self, stamp: int, names: Sequence[Name]) -> Mapping[Name, Answer]:
        """Return what is remembered."""
        if stamp != self._stamp or self._clock() >= self._until:
            return {}
        answers = self._answers
        return {name: answers[name] for name in names if name in answers}

    async def put_many(self, stamp: int, answers: Mapping[Name, Answer]) -> None:
        """Remember; everything older than the stamp, the time or the room is forgotten."""
        now = self._clock()
        full = len(self._answers) + len(answers) > self._most
        if stamp != self._stamp or now >= self._until or full:
            self._answers = {}
            self._stamp, self._until = stamp, now + self._ttl
        if len(answers) <= self._most:
            self._answers.update(answers)

    async def aclose(self) -> None:
        """There is nothing to let go of."""


class CatalogueCache:
    """What the catalogue knows about an order, with as few statements as possible."""

    def __init__(self, memory: Memory) -> None:
        """``memory`` is asked first; the database knows everything."""
        self._memory = memory

    async def facts_for(self, tx: Transaction, order: PurchaseOrder) -> CatalogueFacts:
        """Return the same as ``catalogue.facts_for`` for one order.

        Costs one statement if all of it is remembered.
        """
        stamp = await cache_stamp.read(tx)
        if stamp is None:
            return await catalogue.facts_for(tx, [order])
        found = await self._memory.get_many(stamp, list(_questions(order)))
        facts = await catalogue.facts_for(tx, [order], remembered=_remembered(found))
        news = {name: answer for name, answer in _answers(order, facts) if name not in found}
        if news:
            await self._memory.put_many(stamp, news)
        return facts

    async def aclose(self) -> None:
        """Let go of the memory's connections."""
        await self._memory.aclose()


def _questions(order: PurchaseOrder) -> Iterator[Name]:
    for line in order.lines:
        if line.product_id:
            yield ID, line.product_id
        elif line.sku:
            yield SKU, key(line.sku)
    yield PARTIES, ""
    yield SUPPLIER, key(order.supplier)
    yield OUTLET, key(order.outlet)


def _answers(order: PurchaseOrder, facts: CatalogueFacts) -> Iterator[tuple[Name, Answer]]:
    """Each answer that was found; a product that is not known is asked for again."""
    for sku, products in facts.products_by_sku.items():
        yield (SKU, sku), products
    for product_id, product in facts.products_by_id.items():
        yield (ID, product_id), (product,)
    yield (PARTIES, ""), Parties(suppliers=facts.suppliers, outlets=facts.outlets)
    for kind, word, chosen in (
        (SUPPLIER, key(order.supplier), facts.chosen_suppliers),
        (OUTLET, key(order.outlet), facts.chosen_outlets),
    ):
        yield (kind, word), chosen.get(word, "")


def _remembered(found: Mapping[Name, Answer]) -> Remembered:
    by_sku: dict[str, tuple[Product, ...]] = {}
    by_id: dict[str, Product] = {}
    chosen: dict[str, dict[str, str]] = {SUPPLIER: {}, OUTLET: {}}
    parties: Parties | None = None
    for (kind, word), answer in found.items():
        match answer:
            case Parties():
                parties = answer
            case str():
                chosen[kind][word] = answer
            case products if kind == SKU:
                by_sku[word] = products
            case (product,):
                by_id[word] = product
    return Remembered(
        by_sku=by_sku,
        by_id=by_id,
        parties=parties,
        suppliers=chosen[SUPPLIER],
        outlets=chosen[OUTLET],
    )
