"""Products as they are read. Only what ordering needs is insisted on; the rest informs."""

from typing import Annotated

from pydantic import Field

from lsync.core.lightspeed.models.entity import Entity
from lsync.core.lightspeed.wire import (
    INFORMS,
    Id,
    InfoFlag,
    InfoNumber,
    InfoText,
    LooseMoment,
    Moment,
    NullIsEmpty,
    OptionalId,
    OptionalQuantity,
    Text,
    Version,
)


class ProductSupplier(Entity):
    """Who supplies a product, under which code and at which cost ex tax."""

    id: InfoText = None
    product_id: InfoText = None
    supplier_id: Id | None = None
    supplier_name: str | None = None
    code: str | None = None
    price: OptionalQuantity = None


class VariantOption(Entity):
    """One property that tells a variant from its siblings, e.g. Size = M."""

    name: str | None = None
    value: str | None = None


class Label(Entity):
    """A brand, tag or type as a product shows it."""

    id: InfoText = None
    name: InfoText = None


class Step(Entity):
    """One step on the path to a category."""

    id: InfoText = None
    name: InfoText = None


class CategoryOfProduct(Entity):
    """The category of a product and the path to it."""

    id: InfoText = None
    name: InfoText = None
    parent_category_id: InfoText = None
    root_category_id: InfoText = None
    leaf_category: InfoFlag = None
    category_path: Annotated[tuple[Step, ...], NullIsEmpty, INFORMS] = ()


class Barcode(Entity):
    """A code of a product. Types: CUSTOM, EAN, ISBN, ITF, JAN, UPC."""

    id: InfoText = None
    code: Text = ""
    type: InfoText = None


class Picture(Entity):
    """A picture of a product."""

    id: InfoText = None
    url: InfoText = None


class ProductAttribute(Entity):
    """Something noted on a product by name."""

    name: InfoText = None
    value: InfoText = None


class Packaging(Entity):
    """What a product is packed from or breaks into, as plain JSON."""

    breaks_into: Annotated[tuple[dict[str, object], ...], NullIsEmpty, INFORMS] = ()
    made_from: Annotated[tuple[dict[str, object], ...], NullIsEmpty, INFORMS] = ()


Labels = Annotated[tuple[Label, ...], NullIsEmpty, INFORMS]
Pictures = Annotated[tuple[Picture, ...], NullIsEmpty, INFORMS]


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

    handle: InfoText = None
    description: InfoText = None
    family_id: InfoText = None
    brand_id: OptionalId = None
    brand: Annotated[Label | None, INFORMS] = None
    supplier: Annotated[Label | None, INFORMS] = None
    product_type_id: InfoText = None
    type: Annotated[Label | None, INFORMS] = None
    product_category: Annotated[CategoryOfProduct | None, INFORMS] = None
    categories: Labels = ()
    tag_ids: Annotated[tuple[str, ...], NullIsEmpty, INFORMS] = ()
    product_codes: Annotated[tuple[Barcode, ...], NullIsEmpty, INFORMS] = ()
    attributes: Annotated[tuple[ProductAttribute, ...], NullIsEmpty, INFORMS] = ()
    images: Pictures = ()
    sku_images: Annotated[Pictures, Field(alias="skuImages")] = ()
    image_url: InfoText = None
    image_thumbnail_url: InfoText = None
    price_excluding_tax: OptionalQuantity = None
    price_including_tax: OptionalQuantity = None
    loyalty_amount: OptionalQuantity = None
    tax_category: InfoText = None
    packaging: Annotated[Packaging | None, INFORMS] = None
    account_code: InfoText = None
    account_code_purchase: InfoText = None
    source: InfoText = None
    source_id: InfoText = None
    source_variant_id: InfoText = None
    variant_count: InfoNumber = None
    button_order: InfoNumber = None
    weight: InfoNumber = None
    weight_unit: InfoText = None
    width: InfoNumber = None
    height: InfoNumber = None
    length: InfoNumber = None
    dimensions_unit: InfoText = None

    @property
    def suppliers(self) -> tuple[ProductSupplier, ...]:
        """Who supplies it."""
        return self.product_suppliers
