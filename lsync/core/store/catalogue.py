"""The local copy of Lightspeed's products, suppliers and outlets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Row, delete, insert, or_, select

from lsync.core.domain.catalogue import (
    CatalogueEntry,
    CatalogueFacts,
    Outlet,
    Product,
    Supplier,
    key,
    meant,
    places_of,
)
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.records import MappingKind
from lsync.core.store import cache_stamp, cursors, mappings
from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import CHUNK, upsert

T = TypeVar("T")

_WHOLE = "catalogue"
"""The cursor that is there once everything was read."""

PRODUCT, SUPPLIER, OUTLET = "product", "supplier", "outlet"
LONGEST_NAME = 512
LONGEST_SKU = 190
NEIGHBOURS = 100
"""Known SKUs on either side of an unknown one that are offered as what was meant."""

MOST_UNKNOWN = 20
"""Unknown SKUs of one order for which that is looked up."""


LONG_WORD, WORDS = 4, 3
"""Letters of a word that is searched for in names, and how many such words."""

MOST_LIKE = 500
"""Products with such a word that are compared."""


async def put_many(tx: Transaction, entries: Iterable[CatalogueEntry], *, now: datetime) -> int:
    """Keep entries as last seen, unless a newer version is known; return how many were kept."""
    kept = 0
    for chunk in _chunks(entries):
        newer = await _newer(tx, chunk)
        await upsert(tx, tx.tables.catalogue, [_row(entry, now=now) for entry in newer])
        await _put_skus(tx, [entry for entry in newer if isinstance(entry, Product)])
        kept += len(newer)
    if kept:
        await cache_stamp.renew(tx, now=now)
    return kept


async def is_known(tx: Transaction) -> bool:
    """Say whether the catalogue was ever read to its end; before, what it lacks proves nothing."""
    return await cursors.get(tx, _WHOLE) is not None


async def mark_known(tx: Transaction, *, now: datetime) -> None:
    """Remember that the catalogue was read to its end."""
    await cursors.advance(tx, _WHOLE, value=1, now=now)


async def products_by_sku(tx: Transaction, skus: Iterable[str]) -> dict[str, tuple[Product, ...]]:
    """Return the products of each SKU (case ignored), by ``key(sku)``; one SKU may have several.

    Two statements per 400 SKUs: joined into one, SQLite goes through the whole catalogue.
    """
    table = tx.tables.catalogue_skus
    wanted = sorted({key(sku) for sku in skus})
    ids: dict[str, list[str]] = {}
    for chunk in _chunks(wanted):
        statement = select(table.c.sku, table.c.lightspeed_id).where(table.c.sku.in_(chunk))
        for row in await tx.execute(statement):
            ids.setdefault(row.sku, []).append(row.lightspeed_id)
    known = await products_by_id(tx, [each for same in ids.values() for each in same])
    found = {
        sku: tuple(known[each] for each in sorted(ids[sku]) if each in known)
        for sku in wanted
        if sku in ids
    }
    return {sku: products for sku, products in found.items() if products}


async def products_by_id(tx: Transaction, ids: Iterable[str]) -> dict[str, Product]:
    """Return the products with these Lightspeed ids, by id."""
    found: dict[str, Product] = {}
    for chunk in _chunks(sorted(set(ids))):
        table = tx.tables.catalogue
        statement = select(table).where(table.c.kind == PRODUCT, table.c.lightspeed_id.in_(chunk))
        found.update({row.lightspeed_id: _product(row) for row in await tx.execute(statement)})
    return found


async def suppliers(tx: Transaction) -> list[Supplier]:
    """Return every supplier, deleted ones included, by name."""
    return [
        Supplier(id=row.lightspeed_id, name=row.name, deleted=row.deleted, version=row.version)
        for row in await _of_kind(tx, SUPPLIER)
    ]


async def outlets(tx: Transaction) -> list[Outlet]:
    """Return every outlet, deleted ones included, by name."""
    return [
        Outlet(
            id=row.lightspeed_id,
            name=row.name,
            time_zone=row.time_zone,
            deleted=row.deleted,
            version=row.version,
        )
        for row in await _of_kind(tx, OUTLET)
    ]


async def find_supplier(tx: Transaction, name_or_id: str) -> Supplier | None:
    """Return the one supplier of that id or name (case ignored); None if none or several."""
    chosen = await mappings.chosen(tx, MappingKind.SUPPLIER, [name_or_id])
    found = meant(name_or_id, await suppliers(tx), chosen)
    return found[0] if len(found) == 1 else None


async def find_outlet(tx: Transaction, name_or_id: str) -> Outlet | None:
    """Return the one outlet of that id or name (case ignored); None if none or several."""
    chosen = await mappings.chosen(tx, MappingKind.OUTLET, [name_or_id])
    found = meant(name_or_id, await outlets(tx), chosen)
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Every supplier and every outlet, deleted ones included, by name."""

    suppliers: tuple[Supplier, ...]
    outlets: tuple[Outlet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What was found before and still holds, by ``key`` of the word.

    ``suppliers`` and ``outlets`` are the ids that a person has chosen; empty for none.
    """

    by_sku: Mapping[str, tuple[Product, ...]] = field(default_factory=dict)
    by_id: Mapping[str, Product] = field(default_factory=dict)
    parties: Parties | None = None
    suppliers: Mapping[str, str] = field(default_factory=dict)
    outlets: Mapping[str, str] = field(default_factory=dict)


NOTHING = Remembered()


async def facts_for(
    tx: Transaction, orders: Sequence[PurchaseOrder], *, remembered: Remembered = NOTHING
) -> CatalogueFacts:
    """Return what the catalogue knows about everything these orders name.

    What is ``remembered`` is not asked for.
    """
    lines = [line for order in orders for line in order.lines]
    wanted = {key(line.sku) for line in lines if line.sku and not line.product_id}
    by_sku = {sku: remembered.by_sku[sku] for sku in wanted & remembered.by_sku.keys()}
    unknown = wanted - by_sku.keys()
    by_sku |= await products_by_sku(tx, unknown)
    by_sku |= await _chosen_products(tx, unknown)
    ids = {line.product_id for line in lines if line.product_id}
    by_id = {name: remembered.by_id[name] for name in ids & remembered.by_id.keys()}
    by_id |= await products_by_id(tx, ids - by_id.keys())
    parties = remembered.parties or await _parties(tx)
    named_suppliers = {key(order.supplier) for order in orders}
    named_outlets = {key(order.outlet) for order in orders}
    return CatalogueFacts(
        products_by_sku=by_sku,
        products_by_id=by_id,
        suppliers=parties.suppliers,
        outlets=parties.outlets,
        similar_skus=await _neighbours(tx, sorted(wanted - by_sku.keys())),
        chosen_suppliers=await _chosen(
            tx, MappingKind.SUPPLIER, named_suppliers, remembered.suppliers
        ),
        chosen_outlets=await _chosen(tx, MappingKind.OUTLET, named_outlets, remembered.outlets),
    )


async def _parties(tx: Transaction) -> Parties:
    return Parties(suppliers=tuple(await suppliers(tx)), outlets=tuple(await outlets(tx)))


async def _chosen(
    tx: Transaction, kind: MappingKind, words: set[str], remembered: Mapping[str, str]
) -> dict[str, str]:
    found = await mappings.chosen(tx, kind, words - remembered.keys())
    return found | {word: remembered[word] for word in words if remembered.get(word)}


async def _chosen_products(tx: Transaction, skus: Iterable[str]) -> dict[str, tuple[Product, ...]]:
    """Return the product that a person has chosen for each of the SKUs, where one has."""
    chosen = await mappings.chosen(tx, MappingKind.PRODUCT, skus)
    known = await products_by_id(tx, chosen.values())
    return {sku: (known[it],) for sku, it in chosen.items() if it in known}


async def products_like(tx: Transaction, *, sku: str, name: str | None) -> list[Product]:
    """Return living products near a SKU in the alphabet or with a longer word of ``name``."""
    by_sku = await products_by_sku(tx, await _neighbours(tx, [key(sku)]))
    found = {product.id: product for same in by_sku.values() for product in same}
    words = sorted((word for word in (name or "").split() if len(word) >= LONG_WORD), key=len)
    if words:
        table = tx.tables.catalogue
        told = or_(*(table.c.name.icontains(word, autoescape=True) for word in words[-WORDS:]))
        statement = select(table).where(table.c.kind == PRODUCT, told).order_by(table.c.name)
        rows = await tx.execute(statement.limit(MOST_LIKE))
        found |= {row.lightspeed_id: _product(row) for row in rows}
    return [product for product in found.values() if product.active and not product.deleted]


async def _neighbours(tx: Transaction, unknown: Sequence[str]) -> tuple[str, ...]:
    """Return known SKUs next to the unknown ones in the alphabet: they share a beginning."""
    table = tx.tables.catalogue_skus
    found: dict[str, None] = {}
    places = [place for sku in unknown[:MOST_UNKNOWN] for place in places_of(sku)]
    for place in places:
        above = select(table.c.sku).where(table.c.sku >= place).order_by(table.c.sku)
        below = select(table.c.sku).where(table.c.sku < place).order_by(table.c.sku.desc())
        for statement in (above, below):
            rows = (await tx.execute(statement.limit(NEIGHBOURS))).scalars().all()
            found.update(dict.fromkeys(rows))
    shown = await products_by_sku(tx, found)
    skus = {product.sku for same in shown.values() for product in same if product.sku}
    return tuple(sorted(skus, key=key))


async def _of_kind(tx: Transaction, kind: str) -> Sequence[Row[Any]]:
    table = tx.tables.catalogue
    statement = select(table).where(table.c.kind == kind).order_by(table.c.name)
    return (await tx.execute(statement)).all()


async def _newer(tx: Transaction, entries: Sequence[CatalogueEntry]) -> list[CatalogueEntry]:
    """Return the entries that are not older than what is known, one per id."""
    table = tx.tables.catalogue
    latest: dict[tuple[str, str], CatalogueEntry] = {}
    for entry in entries:
        known = latest.get((_kind(entry), entry.id))
        if known is None or known.version <= entry.version:
            latest[_kind(entry), entry.id] = entry
    statement = select(table.c.kind, table.c.lightspeed_id, table.c.version).where(
        table.c.lightspeed_id.in_([entry.id for entry in entries])
    )
    for row in await tx.execute(statement):
        place = (row.kind, row.lightspeed_id)
        if place in latest and latest[place].version < row.version:
            del latest[place]
    return list(latest.values())


async def _put_skus(tx: Transaction, products: Sequence[Product]) -> None:
    table = tx.tables.catalogue_skus
    if not products:
        return
    ids = [product.id for product in products]
    await tx.execute(delete(table).where(table.c.lightspeed_id.in_(ids)))
    rows = [
        {"sku": key(product.sku), "lightspeed_id": product.id}
        for product in products
        if product.sku and key(product.sku) and len(key(product.sku)) <= LONGEST_SKU
    ]
    if rows:
        await tx.execute(insert(table), rows)


def _kind(entry: CatalogueEntry) -> str:
    match entry:
        case Product():
            return PRODUCT
        case Supplier():
            return SUPPLIER
        case Outlet():
            return OUTLET


def _row(entry: CatalogueEntry, *, now: datetime) -> dict[str, object]:
    product = entry if isinstance(entry, Product) else None
    return {
        "kind": _kind(entry),
        "lightspeed_id": entry.id,
        "name": entry.name[:LONGEST_NAME],
        "sku": product.sku[:LONGEST_SKU] if product and product.sku else None,
        "active": product.active if product else True,
        "deleted": entry.deleted,
        "composite": product.composite if product else False,
        "supply_price": product.supply_price if product else None,
        "time_zone": entry.time_zone if isinstance(entry, Outlet) else None,
        "version": entry.version,
        "observed_at": now,
    }


def _product(row: Row[Any]) -> Product:
    return Product(
        id=row.lightspeed_id,
        name=row.name,
        sku=row.sku,
        active=row.active,
        deleted=row.deleted,
        composite=row.composite,
        supply_price=row.supply_price,
        version=row.version,
    )


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk
