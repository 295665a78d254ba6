"""Outlets, registers and what a register shows."""

from typing import Annotated

from lsync.core.lightspeed.models.entity import Draft, Entity
from lsync.core.lightspeed.wire import (
    Id,
    LooseMoment,
    Moment,
    NullIsEmpty,
    OptionalQuantity,
    Quantity,
    Text,
    Version,
)


class Outlet(Entity):
    """A shop. `time_zone` is an IANA name such as Europe/Berlin."""

    id: Id
    name: Text = ""
    time_zone: str | None = None
    currency: str | None = None
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


class CountedPayment(Draft):
    """What was counted of one payment type when closing a register."""

    payment_type_id: Id
    total: Quantity


class ButtonLayout(Entity):
    """The quick keys of a register."""

    id: Id
    name: Text = ""
    version: Version | None = None
    deleted_at: Moment = None
