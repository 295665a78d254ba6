"""Lightspeed's own purchase orders: read-only, since 2026-04. Writing stays on consignments."""

from typing import Annotated

from lsync.core.lightspeed.models.entity import Entity
from lsync.core.lightspeed.wire import (
    INFORMS,
    Id,
    InfoText,
    LooseMoment,
    NullIsEmpty,
    OptionalQuantity,
    Quantity,
    Version,
)


class Charge(Entity):
    """An extra cost or a discount of an order or delivery."""

    id: Id
    type: str
    amount: Quantity
    purchase_order_delivery_id: Id | None = None
    created_at: LooseMoment = None
    updated_at: LooseMoment = None


class Allocation(Entity):
    """How much of a line is meant for one outlet."""

    outlet_id: Id
    quantity: OptionalQuantity = None
    expected_quantity: OptionalQuantity = None
    received_quantity: OptionalQuantity = None


class ComponentOfLine(Entity):
    """What a product of a line is made of: how much of each part goes into one."""

    component_product_id: Id
    bom_quantity: OptionalQuantity = None
    cost_price: OptionalQuantity = None


Components = Annotated[tuple[ComponentOfLine, ...], NullIsEmpty, INFORMS]


class PurchaseOrder(Entity):
    """An order. Costs are None without the scope `products:read:costs`."""

    id: Id
    status: str
    order_number: str | None = None
    supplier_id: Id | None = None
    supplier_invoice: str | None = None
    user_id: InfoText = None
    delivery_outlet_id: Id
    allocation_outlet_ids: Annotated[tuple[Id, ...], NullIsEmpty] = ()
    notes: str | None = None
    quantity_total: OptionalQuantity = None
    cost_price_total: OptionalQuantity = None
    costs: Annotated[tuple[Charge, ...], NullIsEmpty] = ()
    discounts: Annotated[tuple[Charge, ...], NullIsEmpty] = ()
    due_at: LooseMoment = None
    version: Version
    created_at: LooseMoment = None
    updated_at: LooseMoment = None


class PurchaseOrderLine(Entity):
    """One product of an order."""

    id: Id
    purchase_order_id: Id
    product_id: Id
    quantity: Quantity
    cost_price: OptionalQuantity = None
    allocations: Annotated[tuple[Allocation, ...], NullIsEmpty] = ()
    components: Components = ()
    version: Version
    created_at: LooseMoment = None
    updated_at: LooseMoment = None


class Delivery(Entity):
    """One delivery of an order to one outlet."""

    id: Id
    purchase_order_id: Id
    outlet_id: Id
    status: str
    supplier_invoice: str | None = None
    notes: InfoText = None
    user_id: InfoText = None
    received_quantity_total: OptionalQuantity = None
    cost_price_total: OptionalQuantity = None
    costs: Annotated[tuple[Charge, ...], NullIsEmpty] = ()
    discounts: Annotated[tuple[Charge, ...], NullIsEmpty] = ()
    due_at: LooseMoment = None
    received_at: LooseMoment = None
    invoice_date: LooseMoment = None
    version: Version
    created_at: LooseMoment = None
    updated_at: LooseMoment = None


class DeliveryLine(Entity):
    """One product of a delivery."""

    id: Id
    purchase_order_delivery_id: Id
    purchase_order_line_item_id: Id
    product_id: Id
    expected_quantity: Quantity
    received_quantity: Quantity
    cost_price: OptionalQuantity = None
    allocations: Annotated[tuple[Allocation, ...], NullIsEmpty] = ()
    components: Components = ()
    version: Version
    created_at: LooseMoment = None
    updated_at: LooseMoment = None
