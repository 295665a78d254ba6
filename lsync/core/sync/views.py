"""From the client's models to the domain's values. Decides nothing."""

from collections.abc import Iterable

from lsync.core import lightspeed
from lsync.core.domain.catalogue import Outlet, Product, Supplier
from lsync.core.domain.consignment import ConsignmentLineView, ConsignmentView


def consignment_view(
    consignment: lightspeed.Consignment, lines: Iterable[lightspeed.ConsignmentLine] = ()
) -> ConsignmentView:
    """Return a consignment with the lines that were read for it."""
    return ConsignmentView(
        consignment_id=consignment.id,
        status=consignment.status,
        version=consignment.version,
        reference=consignment.reference,
        supplier_id=consignment.supplier_id,
        outlet_id=consignment.outlet_id,
        due_at=consignment.due_at,
        supplier_invoice=consignment.supplier_invoice,
        created_at=consignment.created_at,
        received_at=consignment.received_at,
        lines=tuple(
            ConsignmentLineView(
                product_id=line.product_id,
                count=line.count,
                received=line.received,
                cost=line.cost,
                sku=line.product_sku or None,
            )
            for line in lines
        ),
    )


def product_view(product: lightspeed.Product) -> Product:
    """Return a product as the catalogue keeps it; a variant's name says which one it is."""
    return Product(
        id=product.id,
        name=product.variant_name or product.name,
        sku=product.sku or None,
        active=product.active,
        deleted=product.deleted_at is not None,
        composite=product.is_composite,
        supply_price=product.supply_price,
        version=product.version,
    )


def supplier_view(supplier: lightspeed.Supplier) -> Supplier:
    """Return a supplier as the catalogue keeps it."""
    return Supplier(
        id=supplier.id,
        name=supplier.name,
        deleted=supplier.deleted_at is not None,
        version=supplier.version or 0,
    )


def outlet_view(outlet: lightspeed.Outlet) -> Outlet:
    """Return an outlet as the catalogue keeps it."""
    return Outlet(
        id=outlet.id,
        name=outlet.name,
        time_zone=outlet.time_zone,
        deleted=outlet.deleted_at is not None,
        version=outlet.version or 0,
    )
