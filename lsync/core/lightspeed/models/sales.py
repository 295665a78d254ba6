"""Sales as they are read. What is sent is in `sale_drafts`.

The dated versions and 2.0 answer differently: the models hold what either has.
"""

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
    Version,
)


class Named(Entity):
    """Something a sale only names."""

    id: OptionalId = None
    name: InfoText = None


class TaxComponent(Entity):
    """What one rate of a tax comes to."""

    rate_id: OptionalId = None
    total_tax: OptionalQuantity = None


class LinePricing(Entity):
    """Prices of a line, ex tax: of one unit, and in all."""

    price: OptionalQuantity = None
    total: OptionalQuantity = None
    cost: OptionalQuantity = None
    cost_total: OptionalQuantity = None
    discount: OptionalQuantity = None
    discount_total: OptionalQuantity = None
    loyalty_amount: OptionalQuantity = None
    loyalty_amount_total: OptionalQuantity = None


class LineTax(Entity):
    """The tax of a line: of one unit, and in all."""

    id: OptionalId = None
    amount: OptionalQuantity = None
    total: OptionalQuantity = None


class LineReturn(Entity):
    """Whether a line takes goods back, and why."""

    is_return: InfoFlag = None
    reason: InfoText = None


class LineDetails(Entity):
    """Where a line stands in its sale."""

    sequence: InfoNumber = None
    is_price_override: InfoFlag = None
    tax_components: Annotated[tuple[TaxComponent, ...], NullIsEmpty, INFORMS] = ()


class SaleLine(Entity):
    """One line of a sale; returned goods have a negative quantity.

    The dated versions name the product in `product`, 2.0 in `product_id`: use `of_product`.
    """

    id: Id
    quantity: OptionalQuantity = None
    product: Named | None = None
    product_id: OptionalId = None
    pricing: LinePricing | None = None
    tax: Annotated[LineTax | OptionalQuantity, INFORMS] = None
    returned: Annotated[LineReturn | None, Field(alias="return"), INFORMS] = None
    status: InfoText = None
    note: InfoText = None
    gift_card_number: InfoText = None
    salesperson_id: InfoText = None
    promotions: Annotated[tuple[Named, ...], NullIsEmpty, INFORMS] = ()
    details: Annotated[LineDetails | None, Field(alias="_metadata"), INFORMS] = None

    @property
    def of_product(self) -> str | None:
        """The id of the product."""
        return self.product_id if self.product is None else self.product.id


class PaymentPlace(Entity):
    """Where a payment was taken."""

    id: InfoText = None
    outlet_id: OptionalId = None
    register_id: OptionalId = None


class PaymentKind(Entity):
    """How was paid; `config_id` is the shop's own payment type."""

    id: InfoText = None
    config_id: OptionalId = None
    name: InfoText = None


class SalePayment(Entity):
    """One payment of a sale."""

    id: Id | None = None
    amount: OptionalQuantity = None
    date: LooseMoment = None
    deleted_at: Moment = None
    type: Annotated[PaymentKind | None, INFORMS] = None
    source: Annotated[PaymentPlace | None, INFORMS] = None
    billing_address_id: InfoText = None


class SaleOrigin(Entity):
    """Who made a sale, where, and what other systems call it."""

    id: InfoText = None
    type: InfoText = None
    outlet_id: OptionalId = None
    register_id: OptionalId = None
    author: Named | None = None


class SaleReturns(Entity):
    """Whether a sale takes back another one, and which sales took this one back."""

    is_return: InfoFlag = None
    original_sale_id: OptionalId = None
    return_sale_ids: Annotated[tuple[str, ...], NullIsEmpty, INFORMS] = ()


class SaleTotal(Entity):
    """What a sale comes to; prices ex tax unless named otherwise."""

    price: OptionalQuantity = None
    price_incl_tax: OptionalQuantity = None
    tax: OptionalQuantity = None
    loyalty: OptionalQuantity = None
    surcharge: OptionalQuantity = None


class SaleTax(Entity):
    """What one tax of a sale comes to."""

    id: OptionalId = None
    tax: OptionalQuantity = None


class SaleMetadata(Entity):
    """What the dated versions keep beside a sale, its version first of all."""

    version: Version | None = None
    complete_open_sequence_id: InfoText = None
    xero_reference: InfoText = None


class Sale(Entity):
    """A sale. `state` is parked, pending, voided or closed; 2.0 has a finer `status` instead."""

    id: Id
    state: str | None = None
    status: str | None = None
    invoice_number: str | None = None
    receipt_number: str | None = None
    short_code: InfoText = None
    customer_id: OptionalId = None
    note: str | None = None
    date: LooseMoment = None
    attributes: Annotated[tuple[str, ...], NullIsEmpty, INFORMS] = ()
    # 2.0 has the mere name of the other system here.
    source: Annotated[SaleOrigin | str | None, INFORMS] = None
    line_items: Annotated[tuple[SaleLine, ...], NullIsEmpty] = ()
    payments: Annotated[tuple[SalePayment, ...], NullIsEmpty] = ()
    taxes: Annotated[tuple[SaleTax, ...], NullIsEmpty, INFORMS] = ()
    totals: SaleTotal | None = None
    returned: Annotated[SaleReturns | None, Field(alias="return"), INFORMS] = None
    metadata: Annotated[SaleMetadata | None, Field(alias="_metadata")] = None
    version: Version | None = None
    created_at: LooseMoment = None
    updated_at: LooseMoment = None
    deleted_at: Moment = None
