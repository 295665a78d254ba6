"""Price books and their rows, taxes, payment types."""

from typing import Annotated

from pydantic import Field

from lsync.core.lightspeed.models.entity import Draft, Entity
from lsync.core.lightspeed.models.outlets import Outlet
from lsync.core.lightspeed.models.people import CustomerGroup
from lsync.core.lightspeed.wire import (
    INFORMS,
    Id,
    InfoNumber,
    InfoText,
    LooseMoment,
    Moment,
    NullIsEmpty,
    Number,
    OptionalId,
    OptionalNumber,
    OptionalQuantity,
    Quantity,
    Text,
    Version,
)


class PriceBook(Entity):
    """Retail prices for some customer groups and outlets during some time."""

    id: Id
    name: Text = ""
    type: str | None = None
    valid_from: LooseMoment = None
    valid_to: LooseMoment = None
    customer_group_ids: Annotated[tuple[str, ...], NullIsEmpty, INFORMS] = ()
    customer_groups: Annotated[tuple[CustomerGroup, ...], NullIsEmpty, INFORMS] = ()
    outlets: Annotated[tuple[Outlet, ...], NullIsEmpty, INFORMS] = ()
    restrict_to_platform_key: InfoText = None
    restrict_to_platform_label: InfoText = None
    # 2.0 knows one group and at most one outlet.
    customer_group_id: OptionalId = None
    outlet_id: OptionalId = None
    version: Version | None = None
    created_at: LooseMoment = None
    updated_at: LooseMoment = None
    deleted_at: Moment = None


class PriceBookDraft(Draft):
    """A price book to create, or its whole new content.

    `restrict_to_platform`: "0" all, "1" in store, "2" ecommerce.
    """

    name: str = Field(min_length=1)
    customer_group_ids: tuple[Id, ...]
    outlet_ids: tuple[Id, ...] = ()
    valid_from: str | None = None
    valid_to: str | None = None
    restrict_to_platform: str | None = None


class PriceBookRow(Entity):
    """The price of one product in one price book; read prices are always ex tax."""

    id: str | None = None
    product_id: Id
    price_book_id: Id | None = None
    tax_id: Id | None = None
    price: Quantity
    min_units: OptionalQuantity = None
    max_units: OptionalQuantity = None
    loyalty_value: OptionalQuantity = None
    default_display_price: OptionalQuantity = None
    retail_tax: OptionalQuantity = None
    discount: OptionalQuantity = None
    adjustment: OptionalQuantity = None
    adjustment_type: InfoText = None
    rounding: InfoText = None
    version: Version | None = None
    created_at: LooseMoment = None
    updated_at: LooseMoment = None
    deleted_at: Moment = None


class PriceBookRowDraft(Draft):
    """A row to add or change. The price includes tax where the shop's prices do."""

    product_id: Id
    price: Number
    tax_id: Id
    id: Id | None = None
    min_units: OptionalNumber = None
    max_units: OptionalNumber = None
    loyalty_value: OptionalNumber = None


class TaxRate(Entity):
    """One rate of a tax: 0.1 is 10 %."""

    id: Id
    name: Text = ""
    display_name: InfoText = None
    rate: Quantity
    rules: Annotated[tuple[dict[str, object], ...], NullIsEmpty, INFORMS] = ()


class Tax(Entity):
    """A sales tax, made of rates."""

    id: Id
    name: Text = ""
    display_name: Text = ""
    is_default: bool | None = None
    rates: Annotated[tuple[TaxRate, ...], NullIsEmpty] = ()
    version: Version | None = None
    deleted_at: Moment = None


class TaxDraft(Draft):
    """A tax to create; a rate of 0.1 is 10 %."""

    name: str = Field(min_length=1)
    rate: Number
    clothing_footwear_exemption: bool | None = None
    clothing_footwear_threshold_value: OptionalNumber = None
    tax_over_threshold: bool | None = None


class OutletTax(Entity):
    """Which tax a product has in an outlet."""

    outlet_id: Id
    product_id: Id
    tax_id: Id
    version: Version
    deleted_at: Moment = None


class PaymentType(Entity):
    """A way to pay at the till; `type_id` is Lightspeed's kind of it."""

    id: Id
    name: Text = ""
    type_id: InfoNumber = None
    version: Version | None = None
    deleted_at: Moment = None
