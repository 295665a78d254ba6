"""Purchase orders: their values, their states and the one table of allowed moves.

Reading and writing orders lives in ``core.store``; what a state means for Lightspeed lives
in ``consignment``.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from lsync.core.domain.problem import Problem


class OrderState(StrEnum):
    """Where a purchase order stands for the back office."""

    DRAFT = "draft"
    PENDING_APPROVAL = "pending_approval"
    APPROVED = "approved"
    SUBMITTED = "submitted"
    RECEIVING = "receiving"
    PARTIALLY_RECEIVED = "partially_received"
    RECEIVED = "received"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class SyncState(StrEnum):
    """How an order and Lightspeed stand to each other."""

    NOT_SYNCED = "not_synced"
    QUEUED = "queued"
    SYNCING = "syncing"
    SYNCED = "synced"
    FAILED = "failed"
    DRIFTED = "drifted"


S = OrderState

# The whole state machine. A pull may skip states forward, so every later state is listed.
TRANSITIONS: dict[OrderState, frozenset[OrderState]] = {
    S.DRAFT: frozenset({S.PENDING_APPROVAL, S.APPROVED, S.CANCELLED}),
    S.PENDING_APPROVAL: frozenset({S.DRAFT, S.APPROVED, S.CANCELLED}),
    S.APPROVED: frozenset(
        {S.SUBMITTED, S.RECEIVING, S.PARTIALLY_RECEIVED, S.RECEIVED, S.CANCELLED}
    ),
    S.SUBMITTED: frozenset({S.RECEIVING, S.PARTIALLY_RECEIVED, S.RECEIVED, S.CANCELLED}),
    S.RECEIVING: frozenset({S.PARTIALLY_RECEIVED, S.RECEIVED, S.CANCELLED}),
    S.PARTIALLY_RECEIVED: frozenset({S.RECEIVED, S.CANCELLED}),
    S.RECEIVED: frozenset({S.CLOSED}),
    S.CLOSED: frozenset(),
    S.CANCELLED: frozenset(),
}

EDITABLE = frozenset({S.DRAFT, S.PENDING_APPROVAL, S.APPROVED})
"""States in which the document may still be replaced by an import."""

AMENDABLE = EDITABLE | {S.SUBMITTED}
"""States in which a change made here still reaches Lightspeed: nothing has been received yet."""

WAITING_FOR_GOODS = frozenset({S.SUBMITTED, S.RECEIVING, S.PARTIALLY_RECEIVED})
"""States in which an order whose due date has passed is overdue."""


class IllegalTransitionError(ValueError):
    """An order was asked to make a move that the table does not allow."""

    def __init__(self, current: OrderState, wanted: OrderState) -> None:
        """Keep both states so that the border can explain them."""
        super().__init__(f"An order that is {current} cannot become {wanted}")
        self.current = current
        self.wanted = wanted


def move(current: OrderState, wanted: OrderState) -> OrderState:
    """Return ``wanted`` if the table allows it; staying put is always allowed.

    Raises:
        IllegalTransitionError: the table has no such edge.
    """
    if wanted is not current and wanted not in TRANSITIONS[current]:
        raise IllegalTransitionError(current, wanted)
    return wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One product of an order. Quantities in stock units, cost per unit ex tax."""

    line_no: int
    quantity: Decimal
    unit_cost: Decimal | None = None
    sku: str | None = None
    product_id: str | None = None
    name: str | None = None
    received: Decimal = Decimal(0)

    @property
    def label(self) -> str:
        """What a person calls this line: its SKU, else its Lightspeed product id."""
        return self.sku or self.product_id or f"line {self.line_no}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrder:
    """A purchase order as the back office and lsync know it.

    ``supplier`` and ``outlet`` are a name or a Lightspeed id. ``due_date`` is a calendar day
    at the outlet. ``revision`` grows with every change of the document. ``problems`` are those
    found by the last sync.
    """

    order_number: str
    supplier: str
    outlet: str
    lines: tuple[OrderLine, ...] = ()
    state: OrderState = OrderState.DRAFT
    sync_state: SyncState = SyncState.NOT_SYNCED
    due_date: date | None = None
    supplier_invoice: str | None = None
    note: str | None = None
    revision: int = 1
    held: bool = False
    id: int | None = None
    consignment_id: str | None = None
    approved_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    last_synced_at: datetime | None = None
    problems: tuple[Problem, ...] = field(default=())

    @property
    def ordered(self) -> Decimal:
        """Total quantity ordered over all lines."""
        return sum((line.quantity for line in self.lines), Decimal(0))

    @property
    def received(self) -> Decimal:
        """Total quantity received over all lines."""
        return sum((line.received for line in self.lines), Decimal(0))

    @property
    def cost(self) -> Decimal:
        """Total cost ex tax; lines without a cost count as zero."""
        return sum((line.quantity * (line.unit_cost or 0) for line in self.lines), Decimal(0))
