"""Outlets, registers and what a register shows."""

from typing import Annotated

from pydantic import AliasChoices, Field

from lsync.core.lightspeed.models.entity import Draft, Entity
from lsync.core.lightspeed.wire import (
    INFORMS,
    Id,
    InfoFlag,
    InfoNumber,
    InfoText,
    LooseMoment,
    Moment,
    NullIsEmpty,
    OptionalQuantity,
    Quantity,
    Text,
    Version,
)


class KeyValue(Entity):
    """One named property; texts, also of numbers."""

    key: InfoText = None
    value: InfoText = None


KeyValues = Annotated[tuple[KeyValue, ...], NullIsEmpty, INFORMS]


class Outlet(Entity):
    """A shop. `time_zone` is an IANA name such as Europe/Berlin.

    `display_prices` is inclusive or exclusive: whether prices are shown with tax.
    """

    id: Id
    name: Text = ""
    time_zone: str | None = None
    currency: str | None = None
    currency_symbol: InfoText = None
    display_prices: InfoText = None
    default_tax_id: InfoText = None
    email: InfoText = None
    phone: InfoText = None
    physical_address_1: InfoText = None
    physical_address_2: InfoText = None
    physical_suburb: InfoText = None
    physical_city: InfoText = None
    physical_postcode: InfoText = None
    physical_state: InfoText = None
    physical_country_id: InfoText = None
    latitude: InfoText = None
    longitude: InfoText = None
    attributes: KeyValues = ()
    version: Version | None = None
    deleted_at: Moment = None


class Register(Entity):
    """A till. Their number sets the API budget."""

    id: Id
    name: Text = ""
    outlet_id: Id | None = None
    is_open: bool | None = None
    register_open_time: LooseMoment = None
    register_close_time: LooseMoment = None
    register_open_sequence_id: InfoText = None
    cash_managed_payment_type_id: InfoText = None
    button_layout_id: InfoText = None
    receipt_template_id: InfoText = None
    invoice_prefix: InfoText = None
    invoice_sequence: InfoNumber = None
    invoice_suffix: InfoText = None
    ask_for_note_on_save: InfoNumber = None
    ask_for_user_on_sale: InfoFlag = None
    print_receipt: InfoFlag = None
    print_note_on_receipt: InfoFlag = None
    email_receipt: InfoFlag = None
    show_discounts_on_receipts: InfoFlag = None
    version: Version | None = None
    deleted_at: Moment = None


class PaymentTotal(Entity):
    """What was taken by one payment type since the register was opened."""

    payment_type_id: Id
    payment_type_name: Text = ""
    total: OptionalQuantity = None


class PaymentsSummary(Entity):
    """The payments of a register's present opening: the nearest thing to a closure report."""

    payments: Annotated[tuple[PaymentTotal, ...], NullIsEmpty] = ()
    register_open_time: LooseMoment = None
    register_closure_id: InfoText = None
    register_closure_sequence_number: InfoNumber = None


class CountedPayment(Draft):
    """What was counted of one payment type when closing a register."""

    payment_type_id: Id
    total: Quantity


class ButtonNode(Entity):
    """One key, or a folder of keys that name it as their parent."""

    id: Id
    position: InfoNumber = None
    parent_id: Annotated[str | None, Field(alias="parentNodeId"), INFORMS] = None
    product_id: Annotated[str | None, Field(alias="productId"), INFORMS] = None
    attributes: KeyValues = ()


class ButtonLayout(Entity):
    """The quick keys of a register."""

    id: Id
    name: Text = ""
    nodes: Annotated[tuple[ButtonNode, ...], NullIsEmpty, INFORMS] = ()
    version: Version | None = None
    deleted_at: Annotated[
        Moment, Field(validation_alias=AliasChoices("deletedAt", "deleted_at"))
    ] = None
