"""Changing an order by hand: its document and the states that a person decides."""

from pydantic import Field

from lsync.core.control.messages.base import Message
from lsync.core.control.messages.orders import OrderDetail


class LineChange(Message):
    """One line: its SKU, product id or ``#number``. ``None`` leaves a number as it is.

    An unknown SKU with a quantity is added; an empty ``unit_cost`` takes the cost away.
    """

    name: str = Field(min_length=1, max_length=190)
    quantity: str | None = Field(default=None, max_length=64)
    unit_cost: str | None = Field(default=None, max_length=64)
    remove: bool = False


class OrderEdit(Message):
    """``POST /v1/purchase-orders/{number}/edit``. ``header`` holds fields by name as text."""

    header: dict[str, str] = Field(default_factory=dict, max_length=16)
    lines: tuple[LineChange, ...] = Field(default=(), max_length=1000)


class OrderEdited(Message):
    """The order as it is now, and what changed, a sentence each; none if nothing did."""

    order: OrderDetail
    changes: tuple[str, ...]
