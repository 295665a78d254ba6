"""Products to be created and changes of products. Prices and amounts are JSON numbers here."""

from pydantic import Field

from lsync.core.lightspeed.models.entity import Change, Draft
from lsync.core.lightspeed.wire import Id, Number, OptionalNumber


class SupplierPrice(Draft):
    """What a supplier asks for a product, ex tax; changing it to -1 removes the supplier."""

    supplier_id: Id
    price: OptionalNumber = None
    code: str | None = None


class StartingStock(Draft):
    """Stock of one outlet for a new product, or to be set by a change."""

    outlet_id: Id
    current_amount: OptionalNumber = None
    reorder_point: OptionalNumber = None
    reorder_amount: OptionalNumber = None


class ProductCode(Draft):
    """A barcode. Types: CUSTOM, EAN, ISBN, ITF, JAN, UPC. New products need an `id` for it too."""

    code: str
    type: str | None = None
    id: str | None = None


class VariantDefinition(Draft):
    """One property of a new variant, e.g. Size = M."""

    attribute_id: Id
    value: str


class Component(Draft):
    """How much of a product goes into a composite."""

    product_id: Id
    quantity: Number


class OutletTaxChoice(Draft):
    """Which tax applies in one outlet."""

    outlet_id: Id
    tax_id: Id


class TaxEverywhere(Draft):
    """One tax for all outlets; `is_default` takes each outlet's own (new products only)."""

    tax_id: Id | None = None
    is_default: bool | None = None


class NewImage(Draft):
    """A picture to fetch. Types: s3, url, product-image, sku-image."""

    location: str = Field(min_length=1)
    type: str = "url"
    index: int | None = None


class Measured(Draft):
    """Size and weight. Units of length: CM, MM, IN, YD; of weight: G, KG, OZ, LB, CT."""

    width: OptionalNumber = None
    height: OptionalNumber = None
    length: OptionalNumber = None
    dimensions_unit: str | None = None
    weight: OptionalNumber = None
    weight_unit: str | None = None


class VariantDraft(Measured):
    """One variant of a product to create."""

    variant_definitions: tuple[VariantDefinition, ...]
    sku: str | None = None
    product_codes: tuple[ProductCode, ...] | None = None
    price_excluding_tax: OptionalNumber = None
    price_including_tax: OptionalNumber = None
    supply_price: OptionalNumber = None
    supplier_code: str | None = None
    inventory: tuple[StartingStock, ...] | None = None
    outlet_taxes: tuple[OutletTaxChoice, ...] | None = None
    all_outlets_tax: TaxEverywhere | None = None
    images: tuple[NewImage, ...] | None = None


class ProductDraft(Measured):
    """A product to create. Give one of the two prices, as the shop's outlets show them."""

    name: str = Field(min_length=1)
    sku: str | None = None
    handle: str | None = None
    description: str | None = None
    is_active: bool | None = None
    price_excluding_tax: OptionalNumber = None
    price_including_tax: OptionalNumber = None
    supply_price: OptionalNumber = None
    supplier_id: Id | None = None
    supplier_code: str | None = None
    product_codes: tuple[ProductCode, ...] | None = None
    product_category_id: Id | None = None
    product_type_id: Id | None = None
    brand_id: Id | None = None
    tag_ids: tuple[Id, ...] | None = None
    loyalty_amount: OptionalNumber = None
    inventory: tuple[StartingStock, ...] | None = None
    outlet_taxes: tuple[OutletTaxChoice, ...] | None = None
    all_outlets_tax: TaxEverywhere | None = None
    images: tuple[NewImage, ...] | None = None
    variants: tuple[VariantDraft, ...] | None = None
    composite: tuple[Component, ...] | None = None
    account_code_sale: str | None = None
    account_code_purchase: str | None = None
    source: str | None = None
    source_id: str | None = None
    source_variant_id: str | None = None


class AttributeChoice(Draft):
    """A property in which the variants of a family differ."""

    attribute_id: Id


class AttributeValue(Draft):
    """What one variant's value of such a property is."""

    attribute_id: Id
    attribute_value: str


class PackagingStep(Draft):
    """How many of one product a package of another one breaks into."""

    source_product_id: Id
    destination_product_id: Id
    amount: Number


class CommonChange(Change):
    """What changes for a whole product family."""

    name: str | None = None
    description: str | None = None
    brand_id: Id | None = None
    product_category_id: Id | None = None
    tag_ids: tuple[Id, ...] | None = None
    track_inventory: bool | None = None
    product_suppliers: tuple[SupplierPrice, ...] | None = None
    variant_attributes: tuple[AttributeChoice, ...] | None = None
    account_code_sale: str | None = None
    account_code_purchase: str | None = None


class DetailsChange(Change):
    """What changes for one product or variant."""

    is_active: bool | None = None
    price_excluding_tax: OptionalNumber = None
    price_including_tax: OptionalNumber = None
    loyalty_amount: OptionalNumber = None
    product_suppliers: tuple[SupplierPrice, ...] | None = None
    product_codes: tuple[ProductCode, ...] | None = None
    inventory: tuple[StartingStock, ...] | None = None
    outlet_taxes: tuple[OutletTaxChoice, ...] | None = None
    all_outlets_tax: TaxEverywhere | None = None
    composite_components: tuple[Component, ...] | None = None
    packaging: tuple[PackagingStep, ...] | None = None
    variant_attribute_values: tuple[AttributeValue, ...] | None = None
    width: OptionalNumber = None
    height: OptionalNumber = None
    length: OptionalNumber = None
    dimensions_unit: str | None = None
    weight: OptionalNumber = None
    weight_unit: str | None = None


class ProductChange(Change):
    """A change of a product. Fields that are not given stay as they are."""

    common: CommonChange | None = None
    details: DetailsChange | None = None
