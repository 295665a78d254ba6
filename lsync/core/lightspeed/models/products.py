"""Products, as far as ordering needs them; everything else is kept as extra fields."""

from typing import Annotated

from lsync.core.lightspeed.models.entity import Entity
from lsync.core.lightspeed.wire import (
    Id,
    LooseMoment,
    Moment,
    NullIsEmpty,
    OptionalQuantity,
    Text,
    Version,
)


class ProductSupplier(Entity):
    """Who supplies a product, under which code and at which cost ex tax."""

    supplier_id: Id | None = None
    supplier_name: str | None = None
    code: str | None = None
    price: OptionalQuantity = None


class VariantOption(Entity):
    """One property that tells a variant from its siblings, e.g. Size = M."""

    name: str | None = None
    value: str | None = None


class Product(Entity):
    """A product or one variant of a family (`variant_parent_id` names the family's first).

    `supply_price` is the cost ex tax. Composites cannot be ordered.
    """

    id: Id
    sku: Text = ""
    name: Text = ""
    variant_name: str | None = None
    active: bool = True
    is_composite: bool = False
    has_variants: bool = False
    has_inventory: bool = True
    version: Version
    variant_parent_id: Id | None = None
    variant_options: Annotated[tuple[VariantOption, ...], NullIsEmpty] = ()
    supplier_id: Id | None = None
    supplier_code: str | None = None
    supply_price: OptionalQuantity = None
    product_suppliers: Annotated[tuple[ProductSupplier, ...], NullIsEmpty] = ()
    created_at: LooseMoment = None
    updated_at: LooseMoment = None
    deleted_at: Moment = None

    @property
    def suppliers(self) -> tuple[ProductSupplier, ...]:
        """Who supplies it."""
        return self.product_suppliers
