"""Purchase orders: lists, details, plans, imports, approvals and the syncs they start."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from lsync.core.control.messages.base import Amount, Message
from lsync.core.control.messages.goods import GoodsLine
from lsync.core.control.messages.records import LogEntry
from lsync.core.control.messages.vend import BudgetMessage
from lsync.core.domain.order import OrderState, SyncState


class ProblemMessage(Message):
    """A problem of an order; ``code`` is stable, the rest is for people."""

    code: str
    message: str
    fix: str
    severity: str = "blocking"
    line_no: int | None = None


class LineMessage(Message):
    """One line of an order."""

    line_no: int
    sku: str | None = None
    product_id: str | None = None
    name: str | None = None
    quantity: Amount
    unit_cost: Amount | None = None
    received: Amount = Decimal(0)


class OrderSummary(Message):
    """An order in a list. ``lines`` is a count."""

    order_number: str
    state: OrderState
    sync_state: SyncState
    supplier: str
    outlet: str
    lines: int
    ordered: Amount
    received: Amount
    consignment_ids: tuple[str, ...] = ()
    due_date: date | None = None
    held: bool = False
    revision: int = 1
    problems: tuple[ProblemMessage, ...] = ()
    created_at: datetime | None = None
    updated_at: datetime | None = None
    last_synced_at: datetime | None = None


class ConsignmentMessage(Message):
    """One consignment of an order's family, as last seen."""

    consignment_id: str
    role: str
    status: str
    version: int
    reference: str | None = None
    observed_at: datetime | None = None


class OrderDetail(Message):
    """One order whole: ``po show`` and ``sync status``."""

    order_number: str
    state: OrderState
    sync_state: SyncState
    supplier: str
    outlet: str
    lines: tuple[LineMessage, ...]
    ordered: Amount
    received: Amount
    consignment_ids: tuple[str, ...] = ()
    consignments: tuple[ConsignmentMessage, ...] = ()
    due_date: date | None = None
    supplier_invoice: str | None = None
    note: str | None = None
    held: bool = False
    revision: int = 1
    problems: tuple[ProblemMessage, ...] = ()
    """Those that the last sync found."""
    warnings: tuple[ProblemMessage, ...] = ()
    """Those that its first sync will find, as far as can be told before; not once it is sent."""
    last_error: str | None = None
    push_step: str | None = None
    approved_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    last_synced_at: datetime | None = None
    log: tuple[LogEntry, ...] = ()
    """The newest sync-log entries of the order, newest first (at most 20)."""
    api_calls: int = 0
    """HTTP exchanges recorded for this order."""
    goods: tuple[GoodsLine, ...] = ()
    """What was counted here (`po receive`), line by line."""
    waits: tuple[str, ...] = ()
    """Why its sync does not go on now: each pause, with the way to end it."""


class NoteRequest(Message):
    """``POST /v1/purchase-orders/{number}/note``: for the people who look after the order.

    With ``taken`` it also says that this user takes the order on.
    """

    text: str = Field(default="", max_length=2000)
    taken: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.text.strip() or self.taken):
            raise ValueError("a note needs a text")
        return self


class SyncRequest(Message):
    """``POST /v1/purchase-orders/{number}/sync``."""

    priority: str = "high"
    retry: bool = False
    look: bool = False
    """Look for an uncertain create now, without creating."""
    send: bool = False
    """Mark the consignment sent, though ``sync.auto_send`` holds it back."""
    plan: str | None = None
    """The ``state_hash`` of the plan agreed to: refused if the order's state changed since."""


class SyncAccepted(Message):
    """The job that carries the sync out; follow it with ``GET /v1/jobs/{id}?wait=…``."""

    order_number: str
    job_id: int
    already_queued: bool = False


class PendingRequest(Message):
    """``POST /v1/purchase-orders/pending``: queue approved orders without a consignment.

    Answers one batch, oldest first; ``after`` is the last order number of the batch before. Orders
    whose sync failed and that did not change since are left out unless ``failed``.
    """

    limit: int | None = None
    after: str | None = None
    failed: bool = False


class PlanStep(Message):
    """One step of a plan and what it costs."""

    step: str
    description: str
    calls: int


class PlanMessage(Message):
    """``GET /v1/purchase-orders/{number}/plan``: what a sync would do. Nothing is written."""

    order_number: str
    action: str
    steps: tuple[PlanStep, ...]
    calls: int
    problems: tuple[ProblemMessage, ...] = ()
    budget: BudgetMessage
    state_hash: str
    at_most: bool = False
    """Whether less may be left to do than was believed: the calls are a bound, no count."""
    catalogue_calls: int = 0
    """Calls needed first because products are not in the local catalogue."""
    ahead_calls: int = 0
    """Calls that the work waiting in the queue is likely to need first."""
    finishes_at: datetime | None = None
    """When the budget lets the last call of this sync go out; none if there is nothing to do."""


class ImportRequest(Message):
    """``POST /v1/purchase-orders/import?…``: the body is the file, byte by byte.

    ``encoding`` is UTF-8 unless given; ``columns`` are the file's own names for columns of ours.
    ``sent`` changes submitted orders, too; what differs is set in Lightspeed.
    ``watch`` is a name of the caller's under which ``GET /v1/imports/{watch}`` tells how far it is.
    """

    filename: str
    decimal: Literal["point", "comma"] = "point"
    encoding: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    sent: bool = False
    dry_run: bool = False
    watch: str | None = Field(default=None, max_length=64)

    @field_validator("columns", mode="before")
    @classmethod
    def _from_text(cls, given: object) -> object:
        """As a parameter of the address they are a JSON object."""
        try:
            return json.loads(given) if isinstance(given, str) else given
        except ValueError:
            raise ValueError("has to be a JSON object of names") from None

    def as_query(self) -> dict[str, str]:
        """The parameters of the address; what is as usual is left out."""
        said = self.model_dump(exclude_defaults=True)
        words = {name: value for name, value in said.items() if isinstance(value, str)}
        flags = {name: "true" for name, value in said.items() if value is True}
        named = {"columns": json.dumps(self.columns)} if self.columns else {}
        return {**words, **flags, **named}


class ImportProgress(Message):
    """How many orders of a file are in, and of how many; none of none while it is read."""

    done: int = 0
    total: int = 0


class RowProblem(Message):
    """A row of a file that could not be read, and why. A ``notice`` keeps nothing out.

    ``element`` counts the elements of a JSON array, which may all stand on one line.
    """

    line: int | None
    element: int | None = None
    order_number: str | None
    message: str
    notice: bool = False


class ImportedOrder(Message):
    """What became of one order of a file."""

    order_number: str
    result: Literal["created", "replaced", "unchanged", "refused", "kept"]
    """``kept``: the order may no longer be changed and was left as it is."""
    lines: int = 0
    changes: tuple[str, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    wrong_rows: int = 0
    """Rows of the file that keep it out."""
    warnings: tuple[ProblemMessage, ...] = ()


class ImportReport(Message):
    """The outcome of an import; exit code 1 if any order stayed out."""

    filename: str
    dry_run: bool = False
    orders: tuple[ImportedOrder, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    """Problems that belong to no order (unreadable file, missing columns)."""


class ApproveRequest(Message):
    """``POST /v1/purchase-orders/approve``: by number, or all that wait."""

    order_numbers: tuple[str, ...] = ()
    all: bool = False


class ApprovedOrder(Message):
    """What became of one approval."""

    order_number: str
    approved: bool
    message: str = ""
    job_id: int | None = None
    warnings: tuple[ProblemMessage, ...] = ()
