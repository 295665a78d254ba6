"""Sales as the dated versions have them, and fulfilments. 2.0 answers differ; extras are kept."""

from typing import Annotated, Literal

from pydantic import Field

from lsync.core.lightspeed.models.entity import Draft, Entity
from lsync.core.lightspeed.wire import (
    Id,
    LooseMoment,
    Moment,
    NullIsEmpty,
    Number,
    OptionalNumber,
    OptionalQuantity,
    Quantity,
    Text,
    Version,
)


class SaleLine(Entity):
    """One line of a sale; returned goods have a negative quantity."""

    id: Id
    product_id: Id | None = None
    quantity: OptionalQuantity = None
    status: str | None = None
    note: str | None = None


class SalePayment(Entity):
    """One payment of a sale."""

    id: Id | None = None
    amount: OptionalQuantity = None


class Sale(Entity):
    """A sale. `state` is parked, pending, voided or closed; 2.0 has a finer `status` instead."""

    id: Id
    state: str | None = None
    status: str | None = None
    invoice_number: str | None = None
    receipt_number: str | None = None
    customer_id: Id | None = None
    note: str | None = None
    line_items: Annotated[tuple[SaleLine, ...], NullIsEmpty] = ()
    payments: Annotated[tuple[SalePayment, ...], NullIsEmpty] = ()
    version: Version | None = None
    created_at: LooseMoment = None
    updated_at: LooseMoment = None
    deleted_at: Moment = None


class SaleLineTax(Draft):
    """The tax of one unit of a line. Tax-free lines name the tax called No Tax."""

    id: Id
    amount: Number


class SaleLinePricing(Draft):
    """Price and discount of one unit of a line."""

    price: Number
    discount: OptionalNumber = None
    cost: OptionalNumber = None
    loyalty_amount: OptionalNumber = None


class ProductReference(Draft):
    """Names a product."""

    id: Id


class SaleLineDraft(Draft):
    """A line to sell; with `id` it changes an existing line."""

    product: ProductReference
    quantity: Number
    pricing: SaleLinePricing
    tax: SaleLineTax
    id: Id | None = None
    fulfilment_outlet_id: Id | None = None
    status: str | None = None


class PaymentTypeReference(Draft):
    """Names a payment type of the shop."""

    config_id: Id


class PaymentSource(Draft):
    """Where a payment was taken."""

    register_id: Id


class SalePaymentDraft(Draft):
    """A payment to record; with `id` it changes an existing one."""

    amount: Number
    type: PaymentTypeReference
    id: Id | None = None
    date: str | None = None
    source: PaymentSource | None = None


class SaleSource(Draft):
    """Who made a sale, where, and what other systems call it."""

    author_id: Id
    register_id: Id | None = None
    id: str | None = None
    type: str | None = None


class SaleDraft(Draft):
    """A sale to create, or the whole new content of one.

    An `id` of the caller's own makes creating safe to look up after an unknown outcome.
    """

    source: SaleSource
    state: Literal["parked", "pending", "voided", "closed"]
    id: Id | None = None
    customer_id: Id | None = None
    date: str | None = None
    invoice_number: str | None = None
    note: str | None = None
    attributes: tuple[str, ...] | None = None
    fulfillment_outlet_id: Id | None = None
    line_items: tuple[SaleLineDraft, ...] | None = None
    payments: tuple[SalePaymentDraft, ...] | None = None


class FulfillmentLine(Entity):
    """How far one line of a sale has come."""

    sale_line_item_id: Id
    product_id: Id
    quantity: Quantity
    picked_quantity: Quantity
    packed_quantity: Quantity
    fulfilled_quantity: Quantity


class Fulfillment(Entity):
    """Handing over what was sold: pickup, dispatch or service, in one outlet.

    `version` counts changes of this fulfilment only: it is named when changing it.
    """

    id: Id
    sale_id: Id
    outlet_id: Id
    type: str
    state: str
    note: Text = ""
    line_items: Annotated[tuple[FulfillmentLine, ...], NullIsEmpty] = ()
    version: Version
    created_at: LooseMoment = None
    updated_at: LooseMoment = None


class FulfillmentVersion(Entity):
    """A fulfilment's new version after a change."""

    id: Id
    version: Version


class FulfillmentEvent(Entity):
    """One entry of a fulfilment's history."""

    sale_line_item_id: Id
    product_id: Id
    event_type: str
    quantity_delta: Quantity
    picked_quantity_delta: Quantity
    packed_quantity_delta: Quantity
    fulfilled_delta: Quantity
    created_at: LooseMoment = None


class LineProgress(Draft):
    """How much of a line to pick, pack or hand over."""

    sale_line_item_id: Id
    quantity: Number = Field(description="Set, not added: repeating it is harmless.")
