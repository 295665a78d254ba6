"""Lightspeed's consignment statuses, and what each means for an order.

The SUPPLIER status rules are those of X-Series API 2026-07: OPEN, SENT, DISPATCHED, RECEIVED;
CANCELLED from any but RECEIVED; RECEIVED and CANCELLED are frozen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from lsync.core.domain.order import OrderState


class ConsignmentStatus(StrEnum):
    """Statuses a SUPPLIER consignment can have."""

    OPEN = "OPEN"
    SENT = "SENT"
    DISPATCHED = "DISPATCHED"
    RECEIVED = "RECEIVED"
    CANCELLED = "CANCELLED"


C = ConsignmentStatus

TRANSITIONS: dict[ConsignmentStatus, frozenset[ConsignmentStatus]] = {
    C.OPEN: frozenset({C.SENT, C.DISPATCHED, C.RECEIVED, C.CANCELLED}),
    C.SENT: frozenset({C.DISPATCHED, C.RECEIVED, C.CANCELLED}),
    C.DISPATCHED: frozenset({C.RECEIVED, C.CANCELLED}),
    C.RECEIVED: frozenset(),
    C.CANCELLED: frozenset(),
}

FROZEN = frozenset({C.RECEIVED, C.CANCELLED})
"""Statuses in which Lightspeed accepts no change at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsignmentLineView:
    """What one line of a consignment holds at Lightspeed. ``sku`` is only for people."""

    product_id: str
    count: Decimal
    received: Decimal | None = None
    cost: Decimal | None = None
    sku: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsignmentView:
    """A consignment as last read. ``status`` is raw: Lightspeed may add statuses."""

    consignment_id: str
    status: str
    version: int
    reference: str | None = None
    supplier_id: str | None = None
    outlet_id: str | None = None
    due_at: datetime | None = None
    supplier_invoice: str | None = None
    created_at: datetime | None = None
    received_at: datetime | None = None
    lines: tuple[ConsignmentLineView, ...] = ()

    @property
    def known_status(self) -> ConsignmentStatus | None:
        """The status, or ``None`` when it is one lsync does not know."""
        return ConsignmentStatus(self.status) if self.status in set(C) else None


def order_state_of(family: Sequence[ConsignmentStatus]) -> OrderState:
    """Return the state of an order from the statuses of all its consignments.

    ``family`` must not be empty. Cancelled consignments count only if all are cancelled:
    cancelling after a partial receipt cancels the rest and leaves a received order.
    """
    live = [status for status in family if status is not C.CANCELLED]
    if not live:
        return OrderState.CANCELLED
    received = [status for status in live if status is C.RECEIVED]
    if len(received) == len(live):
        return OrderState.RECEIVED
    if received:
        return OrderState.PARTIALLY_RECEIVED
    if C.DISPATCHED in live:
        return OrderState.RECEIVING
    return OrderState.SUBMITTED if C.SENT in live else OrderState.APPROVED
