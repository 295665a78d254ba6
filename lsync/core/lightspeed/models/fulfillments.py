"""Fulfilments: handing over what was sold. Spelled as the API spells it."""

from typing import Annotated

from pydantic import Field

from lsync.core.lightspeed.models.entity import Draft, Entity
from lsync.core.lightspeed.wire import (
    INFORMS,
    Id,
    InfoText,
    LooseMoment,
    NullIsEmpty,
    Number,
    Quantity,
    Text,
    Version,
)


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
    user_ids: Annotated[tuple[str, ...], NullIsEmpty, INFORMS] = ()
    shipping_address_id: InfoText = None
    line_items: Annotated[tuple[FulfillmentLine, ...], NullIsEmpty] = ()
    version: Version
    created_at: LooseMoment = None
    updated_at: LooseMoment = None


class FulfillmentVersion(Entity):
    """A fulfilment's new version after a change."""

    id: Id
    version: Version


class FulfillmentEvent(Entity):
    """One entry of a fulfilment's history; `source_sale_id` is that of a return or a split."""

    sale_line_item_id: Id
    product_id: Id
    event_type: str
    quantity_delta: Quantity
    picked_quantity_delta: Quantity
    packed_quantity_delta: Quantity
    fulfilled_delta: Quantity
    source_sale_id: InfoText = None
    created_at: LooseMoment = None


class LineProgress(Draft):
    """How much of a line to pick, pack or hand over."""

    sale_line_item_id: Id
    quantity: Number = Field(description="Set, not added: repeating it is harmless.")
