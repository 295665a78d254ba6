"""Keeping the local copy of products, suppliers and outlets fresh, by version cursor."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lsync.core import lightspeed
from lsync.core.domain.catalogue import CatalogueEntry, CatalogueFacts, key, meant
from lsync.core.domain.order import PurchaseOrder
from lsync.core.lightspeed import NotFound, Page
from lsync.core.store import catalogue, cursors
from lsync.core.store.database import Transaction
from lsync.core.sync.engine import Engine
from lsync.core.sync.gaps import PRODUCT, note_observed
from lsync.core.sync.views import outlet_view, product_view, supplier_view

T = TypeVar("T")

MOST_LOOKUPS = 5
"""Unknown products asked for one by one; for more, reading the changes is cheaper."""

PRODUCTS, SUPPLIERS, OUTLETS = "catalogue.products", "catalogue.suppliers", "catalogue.outlets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """How many entries a refresh brought."""

    products: int = 0
    suppliers: int = 0
    outlets: int = 0


async def refresh_catalogue(engine: Engine) -> Refreshed:
    """Read what changed since the last time; the first time, everything."""
    async with engine.reading:
        return await _refresh_all(engine)


async def _refresh_all(engine: Engine) -> Refreshed:
    parties = await _refresh_parties(engine)
    products = await _refresh_products(engine)
    async with engine.database.write() as tx:
        if not await catalogue.is_known(tx):
            await catalogue.mark_known(tx, now=await tx.now())
    return Refreshed(products=products, suppliers=parties.suppliers, outlets=parties.outlets)


async def facts_about(engine: Engine, order: PurchaseOrder) -> CatalogueFacts:
    """Return what the catalogue knows about an order, having asked Lightspeed for the rest.

    Costs no call when everything is known.
    """
    facts = await _known_facts(engine, order)
    if facts is not None and not missing_calls(order, facts):
        return facts
    async with engine.reading:
        facts = await _known_facts(engine, order)
        if facts is None:
            await _refresh_all(engine)
        elif not await _complete(engine, order, facts):
            return facts
    async with engine.database.read() as tx:
        return await engine.cache.facts_for(tx, order)


async def _known_facts(engine: Engine, order: PurchaseOrder) -> CatalogueFacts | None:
    """Return what is known locally; None if the catalogue was never read to its end."""
    async with engine.database.read() as tx:
        if not await catalogue.is_known(tx):
            return None
        return await engine.cache.facts_for(tx, order)


def missing_calls(order: PurchaseOrder, facts: CatalogueFacts) -> int:
    """Return how many calls ``facts_about`` would need for what is not known."""
    unknown = _unknown_products(order, facts)
    parties = 0 if _parties_known(order, facts) else 2
    return parties + (1 if len(unknown) > MOST_LOOKUPS else len(unknown))


async def _complete(engine: Engine, order: PurchaseOrder, facts: CatalogueFacts) -> bool:
    """Ask Lightspeed for what an order names and the catalogue lacks; say whether it was asked."""
    unknown = _unknown_products(order, facts)
    known = _parties_known(order, facts)
    if not known:
        await _refresh_parties(engine)
    if len(unknown) > MOST_LOOKUPS:
        await _refresh_products(engine)
    else:
        for sku, product_id in unknown:
            await _look_up(engine, sku=sku, product_id=product_id)
    return bool(unknown) or not known


def _unknown_products(
    order: PurchaseOrder, facts: CatalogueFacts
) -> Sequence[tuple[str | None, str | None]]:
    """Return the SKU or product id of each product that the facts lack, each once."""
    unknown: dict[tuple[str | None, str | None], None] = {}
    for line in order.lines:
        if line.product_id:
            if line.product_id not in facts.products_by_id:
                unknown[None, line.product_id] = None
        elif line.sku and key(line.sku) not in facts.products_by_sku:
            unknown[line.sku.strip(), None] = None
    return list(unknown)


def _parties_known(order: PurchaseOrder, facts: CatalogueFacts) -> bool:
    supplier = meant(order.supplier, facts.suppliers, facts.chosen_suppliers)
    return bool(supplier and meant(order.outlet, facts.outlets, facts.chosen_outlets))


async def _look_up(engine: Engine, *, sku: str | None, product_id: str | None) -> None:
    products = engine.client.products
    try:
        found = await products.by_sku(sku) if sku else (await products.get(product_id or ""),)
    except NotFound:
        return
    async with engine.database.write() as tx:
        await catalogue.put_many(tx, map(product_view, found), now=await tx.now())


async def _refresh_products(engine: Engine) -> int:
    def pages(after: int | None) -> AsyncIterator[Page[lightspeed.Product]]:
        return engine.client.products.pages(
            after=after, page_size=engine.rules.page_size, deleted=True
        )

    return await _refresh(engine, PRODUCTS, pages=pages, view=product_view)


async def _refresh_parties(engine: Engine) -> Refreshed:
    def suppliers(after: int | None) -> AsyncIterator[Page[lightspeed.Supplier]]:
        return engine.client.suppliers.pages(
            after=after, page_size=engine.rules.page_size, deleted=True
        )

    def outlets(after: int | None) -> AsyncIterator[Page[lightspeed.Outlet]]:
        return engine.client.outlets.pages(
            after=after, page_size=engine.rules.page_size, deleted=True
        )

    return Refreshed(
        suppliers=await _refresh(engine, SUPPLIERS, pages=suppliers, view=supplier_view),
        outlets=await _refresh(engine, OUTLETS, pages=outlets, view=outlet_view),
    )


async def _refresh(
    engine: Engine,
    cursor: str,
    *,
    pages: Callable[[int | None], AsyncIterator[Page[T]]],
    view: Callable[[T], CatalogueEntry],
) -> int:
    """Read a feed from its cursor on; each page is kept together with the cursor behind it."""
    async with engine.database.read() as tx:
        after = await cursors.get(tx, cursor)
        metered = cursor == PRODUCTS and await catalogue.is_known(tx)
    kept = 0
    async for page in pages(after):
        entries = [view(item) for item in page.items]
        version = max([page.cursor or 0, *(entry.version for entry in entries)])

        async def keep(
            tx: Transaction, entries: list[CatalogueEntry] = entries, version: int = version
        ) -> int:
            now = await tx.now()
            await cursors.advance(tx, cursor, value=version, now=now)
            if metered:
                changed = {entry.id for entry in entries}
                await note_observed(tx, PRODUCT, changed, at=now)
            return await catalogue.put_many(tx, entries, now=now)

        kept += await engine.database.run(keep, idempotent=True)
    if after is None and not kept:
        await _begin(engine, cursor)
    return kept


async def _begin(engine: Engine, cursor: str) -> None:
    """Remember that an empty feed was read."""
    async with engine.database.write() as tx:
        await cursors.advance(tx, cursor, value=0, now=await tx.now())
