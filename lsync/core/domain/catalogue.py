"""What lsync knows of Lightspeed's products, suppliers and outlets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import TypeVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product as last seen. ``supply_price`` is the cost per unit ex tax."""

    id: str
    name: str
    sku: str | None = None
    active: bool = True
    deleted: bool = False
    composite: bool = False
    supply_price: Decimal | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """A supplier as last seen."""

    id: str
    name: str
    deleted: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """An outlet as last seen. ``time_zone`` is an IANA name."""

    id: str
    name: str
    time_zone: str | None = None
    deleted: bool = False
    version: int = 0


CatalogueEntry = Product | Supplier | Outlet


def key(text: str) -> str:
    """Return the form in which SKUs and names are compared: trimmed, case ignored."""
    return text.strip().casefold()


Party = TypeVar("Party", Supplier, Outlet)


def named(wanted: str, parties: Iterable[Party]) -> list[Party]:
    """Return the suppliers or outlets, deleted ones aside, that an order may mean.

    An exact Lightspeed id decides alone; else every one of that name.
    """
    alive = [party for party in parties if not party.deleted]
    by_id = [party for party in alive if party.id == wanted.strip()]
    return by_id or [party for party in alive if key(party.name) == key(wanted)]


def meant(
    wanted: str, parties: Iterable[Party], chosen: Mapping[str, str] = MappingProxyType({})
) -> list[Party]:
    """Return what a supplier's or outlet's word means; a person's choice decides alone."""
    parties = list(parties)
    choice = chosen.get(key(wanted))
    if choice is not None:
        return [party for party in parties if party.id == choice and not party.deleted]
    return named(wanted, parties)


_MISTYPED = str.maketrans("oil", "011")


def places_of(sku: str) -> tuple[str, ...]:
    """Return where in the alphabet the SKU that was meant may be found.

    A typing error late in a SKU leaves it near; a letter in the place of a digit may not.
    """
    return tuple(dict.fromkeys((key(sku), key(sku).translate(_MISTYPED))))


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueFacts:
    """What the local catalogue knows about one order's words; keys are made by ``key``.

    ``chosen_suppliers`` and ``chosen_outlets`` are ids that a person has chosen for a word; a
    product that was chosen for a SKU is the only one in ``products_by_sku``.

    ``similar_skus`` are candidates for a SKU that is not known, in the order of their keys.
    """

    products_by_sku: Mapping[str, tuple[Product, ...]] = field(default_factory=dict)
    products_by_id: Mapping[str, Product] = field(default_factory=dict)
    suppliers: tuple[Supplier, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    similar_skus: tuple[str, ...] = ()
    chosen_suppliers: Mapping[str, str] = field(default_factory=dict)
    chosen_outlets: Mapping[str, str] = field(default_factory=dict)
