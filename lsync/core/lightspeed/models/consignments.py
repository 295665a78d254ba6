"""Consignments and their lines, as read and as sent."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from lsync.core.lightspeed.models.entity import Change, Draft, Entity
from lsync.core.lightspeed.wire import (
    INFORMS,
    Id,
    InfoFlag,
    InfoNumber,
    Json,
    LooseMoment,
    Moment,
    NullIsEmpty,
    OptionalQuantity,
    Quantity,
    Text,
    Version,
    read_decimal,
)


class Consignment(Entity):
    """A consignment. `type` and `status` are plain text: values nobody knows yet must survive.

    Types: SUPPLIER, OUTLET, STOCKTAKE, RETURN. Gains and losses are those of a stocktake, and so
    are `filters` and `show_inactive`, which only examples of the 2.0 document show.
    """

    id: Id
    name: Text = ""
    type: str
    status: str
    outlet_id: Id
    version: Version
    reference: str | None = None
    supplier_id: Id | None = None
    supplier_invoice: str | None = None
    source_outlet_id: Id | None = None
    due_at: Moment = None
    consignment_date: LooseMoment = None
    created_at: LooseMoment = None
    updated_at: LooseMoment = None
    received_at: LooseMoment = None
    deleted_at: Moment = None
    total_count_gain: InfoNumber = None
    total_count_loss: InfoNumber = None
    total_cost_gain: InfoNumber = None
    total_cost_loss: InfoNumber = None
    filters: Annotated[tuple[dict[str, object], ...], NullIsEmpty, INFORMS] = ()
    show_inactive: InfoFlag = None


class ConsignmentLine(Entity):
    """One product of a consignment; the product id is its key.

    `count` is what was ordered, `received` what arrived. A count is never guessed, because one
    read as zero would be ordered a second time: a line without one is an error, unless something
    was received, which makes it a product that nobody had ordered.
    """

    product_id: Id
    count: Quantity
    received: OptionalQuantity = None
    cost: OptionalQuantity = None
    product_sku: str | None = None
    status: str | None = None
    is_included: bool | None = None
    version: Version | None = None
    created_at: LooseMoment = None
    updated_at: LooseMoment = None
    deleted_at: Moment = None

    @model_validator(mode="before")
    @classmethod
    def _unordered(cls, line: Json) -> Json:
        if isinstance(line, dict) and line.get("count") is None and _arrived(line.get("received")):
            return {**line, "count": 0}
        return line


class CountedLine(Entity):
    """One product of an inventory count: what should be there and what was seen."""

    product_id: Id
    count: OptionalQuantity = None
    received: OptionalQuantity = None
    cost: OptionalQuantity = None
    product_sku: str | None = None
    is_included: bool | None = None
    status: str | None = None
    version: Version | None = None
    created_at: LooseMoment = None
    updated_at: LooseMoment = None
    deleted_at: Moment = None

    @property
    def expected(self) -> Decimal | None:
        """What should be there."""
        return self.count

    @property
    def seen(self) -> Decimal | None:
        """What was counted; None if nobody has yet."""
        return self.received


class ConsignmentTotals(Entity):
    """Sums over the lines of a consignment; costs ex tax."""

    total_sent_count: OptionalQuantity = None
    total_sent_cost: OptionalQuantity = None
    total_received_count: OptionalQuantity = None
    total_received_cost: OptionalQuantity = None


class CountFilter(Draft):
    """What an inventory count is about: the products of a supplier, brand …, or one product."""

    type: Literal["product", "supplier", "brand", "tag", "product_type"]
    value: Id


MOST_FILTERS = 25
"""Filters of one count (documentation of the older 2.0 SDK)."""


class ConsignmentDraft(Draft):
    """A consignment to create. `name` is the note shown in Lightspeed, `reference` the number.

    `filters` are those of a stocktake.
    """

    name: str
    outlet_id: Id
    type: str = "SUPPLIER"
    status: str = "OPEN"
    reference: str | None = None
    supplier_id: Id | None = None
    supplier_invoice: str | None = None
    source_outlet_id: Id | None = None
    due_at: AwareDatetime | None = None
    filters: tuple[CountFilter, ...] | None = Field(default=None, max_length=MOST_FILTERS)


class ConsignmentChange(Change):
    """What to change of a consignment; the type is fixed for good."""

    name: str | None = None
    outlet_id: Id | None = None
    status: str | None = None
    reference: str | None = None
    supplier_id: Id | None = None
    supplier_invoice: str | None = None
    source_outlet_id: Id | None = None
    due_at: AwareDatetime | None = None


class LineDraft(Draft):
    """A line to add. `cost` is ex tax.

    Leave `received` out unless goods really arrived: any value moves an OPEN or SENT order to
    DISPATCHED (2026-07, bulk and single line operations).
    """

    product_id: Id
    count: OptionalQuantity = None
    received: OptionalQuantity = None
    cost: OptionalQuantity = None

    @model_validator(mode="after")
    def _has_an_amount(self) -> Self:
        if self.count is None and self.received is None:
            raise ValueError("a line needs a count or a received quantity")
        return self


def _arrived(received: Json) -> bool:
    try:
        return read_decimal(received) > 0
    except ValueError:
        return False


REPEATED = (
    "name",
    "outlet_id",
    "type",
    "reference",
    "supplier_id",
    "supplier_invoice",
    "source_outlet_id",
    "due_at",
)
"""The fields a PUT repeats as last read, so that nothing but the wanted change happens.

The status is not among them: repeating one that the shop has moved on since would move it back.
"""
