"""Goods counted here."""

from decimal import Decimal

from pydantic import Field

from lsync.core.control.messages.base import Amount, Message


class CountedLine(Message):
    """What was counted of one line, named by its number or its SKU.

    ``received`` are good units, negative to correct an earlier count; damaged and short ones
    are not among them.
    """

    line_no: int | None = None
    sku: str | None = None
    received: Amount
    damaged: Amount = Decimal(0)
    short: Amount = Decimal(0)
    reason: str | None = Field(default=None, max_length=2000)


class ReceiveRequest(Message):
    """``POST /v1/purchase-orders/{number}/receive``: lines, or ``everything`` still to come.

    ``delivery`` names the delivery (its note's number): the same one again is recorded once.
    """

    delivery: str = Field(min_length=1, max_length=190)
    lines: tuple[CountedLine, ...] = Field(default=(), max_length=10_000)
    everything: bool = False


class GoodsLine(Message):
    """One line's goods over all deliveries, beside what Lightspeed has received."""

    line_no: int
    sku: str | None = None
    ordered: Amount
    received: Amount
    damaged: Amount
    short: Amount
    reasons: tuple[str, ...] = ()
    at_lightspeed: Amount


class ReceiveReport(Message):
    """What became of a count. ``recorded`` is false when the delivery had been recorded before."""

    order_number: str
    delivery: str
    recorded: bool
    lines: tuple[GoodsLine, ...] = ()
    remarks: tuple[str, ...] = ()
    job_id: int | None = None
