"""The words of an order that stand for nothing at Lightspeed, so that a person can say what for."""

from collections.abc import Iterable
from dataclasses import dataclass

from lsync.core.domain.catalogue import CatalogueFacts, key, meant
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.records import MappingKind

K = MappingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolved:
    """A supplier, outlet or SKU nobody knows. ``name`` is what else the order says about it."""

    kind: MappingKind
    local_id: str
    name: str | None = None


def unresolved(order: PurchaseOrder, facts: CatalogueFacts) -> tuple[Unresolved, ...]:
    """Return each word of the order that does not mean exactly one thing, each once."""
    found: dict[tuple[MappingKind, str], Unresolved] = {}
    for word in _words(order, facts):
        found.setdefault((word.kind, key(word.local_id)), word)
    return tuple(found.values())


def _words(order: PurchaseOrder, facts: CatalogueFacts) -> Iterable[Unresolved]:
    if len(meant(order.supplier, facts.suppliers, facts.chosen_suppliers)) != 1:
        yield Unresolved(kind=K.SUPPLIER, local_id=order.supplier)
    if len(meant(order.outlet, facts.outlets, facts.chosen_outlets)) != 1:
        yield Unresolved(kind=K.OUTLET, local_id=order.outlet)
    for line in order.lines:
        if line.sku and not line.product_id and not _is_known(line.sku, facts):
            yield Unresolved(kind=K.PRODUCT, local_id=line.sku, name=line.name)


def _is_known(sku: str, facts: CatalogueFacts) -> bool:
    usable = [it for it in facts.products_by_sku.get(key(sku), ()) if not it.deleted]
    active = [it for it in usable if it.active]
    return len(active or usable) == 1
