"""What Lightspeed answered, as messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from lsync.core.control import messages as m
from lsync.core.domain.catalogue import Product as KnownProduct
from lsync.core.lightspeed import Consignment, ConsignmentLine, Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the local catalogue calls the things that a consignment holds as ids."""

    outlets: Mapping[str, str] = field(default_factory=dict)
    suppliers: Mapping[str, str] = field(default_factory=dict)
    products: Mapping[str, KnownProduct] = field(default_factory=dict)


def vend_product(found: Product) -> m.VendProduct:
    """A product."""
    return m.VendProduct(
        id=found.id,
        sku=found.sku,
        name=found.name,
        variant_name=found.variant_name,
        active=found.active,
        composite=found.is_composite,
        supply_price=found.supply_price,
        supplier_id=found.supplier_id,
        supplier_code=found.supplier_code,
        version=found.version,
    )


def vend_consignment(
    found: Consignment,
    lines: Sequence[ConsignmentLine],
    *,
    names: Names,
    others: Sequence[str] = (),
) -> m.VendConsignment:
    """A consignment with its lines and their sums."""
    return m.VendConsignment(
        id=found.id,
        reference=found.reference,
        name=found.name,
        type=found.type,
        status=found.status,
        outlet_id=found.outlet_id,
        outlet=names.outlets.get(found.outlet_id),
        supplier_id=found.supplier_id,
        supplier=names.suppliers.get(found.supplier_id or ""),
        supplier_invoice=found.supplier_invoice,
        version=found.version,
        due_at=found.due_at,
        created_at=found.created_at,
        updated_at=found.updated_at,
        received_at=found.received_at,
        ordered=sum((line.count for line in lines), Decimal(0)),
        received=sum((line.received or Decimal(0) for line in lines), Decimal(0)),
        lines=tuple(_line(line, names.products.get(line.product_id)) for line in lines),
        others=tuple(others),
    )


def _line(line: ConsignmentLine, known: KnownProduct | None) -> m.VendLine:
    return m.VendLine(
        product_id=line.product_id,
        sku=line.product_sku or (known.sku if known else None),
        name=known.name if known else None,
        count=line.count,
        received=line.received,
        cost=line.cost,
        status=line.status,
    )
