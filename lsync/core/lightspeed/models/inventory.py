"""Stock: records, levels, reorder points, adjustments and their reasons."""

from typing import Annotated, Literal

from pydantic import AliasChoices, Field

from lsync.core.lightspeed.models.entity import Change, Draft, Entity
from lsync.core.lightspeed.wire import (
    Id,
    InfoText,
    LooseMoment,
    Moment,
    Number,
    OptionalId,
    OptionalQuantity,
    Quantity,
    Text,
    Version,
)


class InventoryRecord(Entity):
    """Stock of one product in one outlet. Version 2.0 calls the amount `inventory_level`."""

    id: str | None = None
    product_id: Id
    outlet_id: Id
    current_inventory_level: Annotated[
        OptionalQuantity,
        Field(validation_alias=AliasChoices("current_inventory_level", "inventory_level")),
    ] = None
    average_cost: OptionalQuantity = None
    reorder_point: OptionalQuantity = None
    reorder_amount: OptionalQuantity = None
    reorder_target: OptionalQuantity = None
    reorder_method: InfoText = None
    quantity_to_procure: OptionalQuantity = None
    version: Version | None = None
    deleted_at: Moment = None


class InventoryLevel(Entity):
    """Stock and value of a product in one location, as the stock report shows it."""

    product_id: Id
    location_id: Id | None = None
    root_product_id: OptionalId = None
    supplier_id: OptionalId = None
    brand_id: InfoText = None
    product_type_id: InfoText = None
    name: Text = ""
    current_inventory_level: OptionalQuantity = None
    average_cost: OptionalQuantity = None
    total_cost: OptionalQuantity = None
    quantity_to_procure: OptionalQuantity = None
    reorder_method: InfoText = None
    reorder_threshold: OptionalQuantity = None
    reorder_amount: OptionalQuantity = None
    reorder_target: OptionalQuantity = None


class LevelsFilter(Draft):
    """Which levels to report; nothing given means all."""

    product_ids: tuple[Id, ...] | None = None
    root_product_ids: tuple[Id, ...] | None = None
    supplier_ids: tuple[Id, ...] | None = None
    location_ids: tuple[Id, ...] | None = None
    include_inactive: bool | None = None
    include_composites: bool | None = None
    group_variants: bool | None = None
    to_be_procured_only: bool | None = None


class FixedReorderPoint(Draft):
    """Order a fixed amount when stock falls to the point."""

    method: Literal["FIXED"] = "FIXED"
    product_id: Id
    outlet_id: Id
    reorder_point: Number
    reorder_amount: Number


class MinMaxReorderPoint(Draft):
    """Order up to the target when stock falls to the point."""

    method: Literal["MIN_MAX"] = "MIN_MAX"
    product_id: Id
    outlet_id: Id
    reorder_point: Number
    reorder_target: Number


ReorderPointDraft = FixedReorderPoint | MinMaxReorderPoint


class ReorderPoint(Entity):
    """A reorder point as it is now."""

    product_id: Id
    outlet_id: Id
    method: str
    reorder_point: Quantity
    reorder_amount: OptionalQuantity = None
    reorder_target: OptionalQuantity = None


class StockAdjustment(Entity):
    """A change of stock that was neither a sale nor a consignment; the quantity is signed."""

    id: Id
    product_id: Id
    outlet_id: Id
    quantity: Quantity
    reason: str
    custom_inventory_adjustment_reason_id: Id | None = None
    user_id: Id | None = None
    version: Version
    created_at: LooseMoment = None
    updated_at: LooseMoment = None


class StockAdjustmentDraft(Draft):
    """An adjustment to make; the quantity is signed.

    Reasons: DAMAGE, EXPIRY, INTERNAL_USE, THEFT, DONATION, STOCK_FOUND, SAMPLE_FOR_SALE, and
    CUSTOM, which names a reason of the shop's own.
    """

    product_id: Id
    outlet_id: Id
    quantity: Quantity
    reason: str
    custom_inventory_adjustment_reason_id: Id | None = None


class AdjustmentReason(Entity):
    """A reason of the shop's own; its type is POSITIVE or NEGATIVE."""

    id: Id
    name: Text = ""
    type: str
    enabled: bool
    is_from_external_source: bool | None = None
    version: Version
    created_at: LooseMoment = None
    updated_at: LooseMoment = None


class AdjustmentReasonDraft(Draft):
    """A reason to create."""

    name: str = Field(min_length=1, max_length=30)
    type: Literal["POSITIVE", "NEGATIVE"]
    enabled: bool = True


class AdjustmentReasonChange(Change):
    """What to change of a reason; its type is fixed."""

    name: str | None = Field(default=None, min_length=1, max_length=30)
    enabled: bool | None = None
