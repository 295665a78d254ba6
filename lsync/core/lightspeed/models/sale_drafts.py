"""Sales as they are sent (2026-01 on). Prices are JSON numbers here."""

from typing import Literal

from pydantic import Field

from lsync.core.lightspeed.models.entity import Draft
from lsync.core.lightspeed.wire import Id, Number, OptionalNumber

HandedOver = Literal["DISPATCH", "PICKUP"]


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


class SaleLineMetadata(Draft):
    """How a line leaves the shop (new sales only), and its place among the lines."""

    fulfillment_method: HandedOver | None = None
    is_price_override: bool | None = None
    sequence: int | None = None


class SaleLineAttribute(Draft):
    """Something noted on a line; `line_note` is the note that is printed."""

    name: str
    value: str


class SaleLineSource(Draft):
    """Who sold a line, and where, if not whoever made the sale."""

    author_id: Id | None = None
    register_id: Id | None = None


class SaleLineDraft(Draft):
    """A line to sell; with `id` it changes an existing line."""

    product: ProductReference
    quantity: Number
    pricing: SaleLinePricing
    tax: SaleLineTax
    id: Id | None = None
    fulfilment_outlet_id: Id | None = None
    status: str | None = None
    attributes: tuple[SaleLineAttribute, ...] | None = None
    source: SaleLineSource | None = None
    metadata: SaleLineMetadata | None = Field(default=None, serialization_alias="_metadata")


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
    billing_address_id: str | None = None
    billing_address_token: str | None = None


class FulfillmentDetail(Draft):
    """What to know for handing over; a dispatch needs an address by id or by its new token."""

    type: HandedOver
    note: str | None = None
    shipping_address_id: str | None = None
    shipping_address_token: str | None = None


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
    short_code: str | None = None
    attributes: tuple[str, ...] | None = None
    fulfillment_outlet_id: Id | None = None
    fulfillment_details: tuple[FulfillmentDetail, ...] | None = None
    line_items: tuple[SaleLineDraft, ...] | None = None
    payments: tuple[SalePaymentDraft, ...] | None = None
