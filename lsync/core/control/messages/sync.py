"""Syncing one order: what differs, what a repair would do, what is proven, what happened."""

from datetime import date, datetime
from decimal import Decimal

from lsync.core.control.messages.base import Amount, Message
from lsync.core.control.messages.orders import (
    ConsignmentMessage,
    LineMessage,
    PlanStep,
    ProblemMessage,
)
from lsync.core.control.messages.vend import BudgetMessage
from lsync.core.domain.order import OrderState, SyncState


class DiffLine(Message):
    """One product: ordered here, believed to be in Lightspeed, and what is there.

    ``ordered`` is missing for a product nobody ordered, ``there`` for one Lightspeed lacks.
    ``drifts`` are missing, extra, quantity, doubled, cost, closed_short or over_received.
    """

    label: str
    product_id: str
    line_no: int | None = None
    ordered: Amount | None = None
    believed: Amount | None = None
    there: Amount | None = None
    received: Amount = Decimal(0)
    cost_ordered: Amount | None = None
    cost_there: Amount | None = None
    drifts: tuple[str, ...] = ()


class OrderDiff(Message):
    """``GET /v1/purchase-orders/{number}/diff``: read from Lightspeed now; nothing is written.

    ``equal``: nothing differs. ``consignments`` are those just read; role ``orphan`` is one that
    carries the order's number and was on no record.
    """

    order_number: str
    state: OrderState
    sync_state: SyncState
    held: bool = False
    equal: bool
    lines: tuple[DiffLine, ...] = ()
    consignments: tuple[ConsignmentMessage, ...] = ()
    problems: tuple[ProblemMessage, ...] = ()


class RepairPlan(Message):
    """``GET /v1/purchase-orders/{number}/repair``: the fewest calls that remove the drift.

    ``by_hand`` are differences that only a person can settle. ``plan_hash`` names everything the
    plan was made from.
    """

    order_number: str
    steps: tuple[PlanStep, ...] = ()
    calls: int = 0
    by_hand: tuple[str, ...] = ()
    problems: tuple[ProblemMessage, ...] = ()
    budget: BudgetMessage
    plan_hash: str


class RepairRequest(Message):
    """``POST /v1/purchase-orders/{number}/repair``: refused if anything changed since the plan."""

    plan_hash: str


class ProofLink(Message):
    """One link: what was known or done, when, and the request ids of the calls that show it."""

    at: datetime
    step: str
    message: str
    requests: tuple[str, ...] = ()


class OrderProof(Message):
    """``GET /v1/purchase-orders/{number}/proof``.

    ``sentence`` says that there is exactly one consignment, or what is not proven.
    """

    order_number: str
    proven: bool
    sentence: str
    links: tuple[ProofLink, ...] = ()


class HistoryEntry(Message):
    """One thing that happened to an order. ``what`` is an operation and step, or a fact."""

    at: datetime
    what: str
    message: str
    status: str = "info"
    consignment_id: str | None = None
    job_id: int | None = None
    requests: tuple[str, ...] = ()


class ToldProblem(Message):
    """A problem as it was told at the time."""

    code: str
    message: str


class OrderAt(Message):
    """An order as it stood; ``since`` is when the newest of this came to be.

    ``state`` and ``revision`` are missing for orders from before the journal.
    """

    since: datetime
    state: OrderState | None = None
    sync_state: SyncState
    held: bool = False
    consignment_id: str | None = None
    revision: int | None = None
    supplier: str = ""
    outlet: str = ""
    due_date: date | None = None
    supplier_invoice: str | None = None
    note: str | None = None
    lines: tuple[LineMessage, ...] = ()
    problems: tuple[ToldProblem, ...] = ()


class OrderHistory(Message):
    """``GET /v1/purchase-orders/{number}/history?at=``: oldest first; with ``at`` up to then."""

    order_number: str
    at: datetime | None = None
    order: OrderAt | None = None
    entries: tuple[HistoryEntry, ...] = ()
