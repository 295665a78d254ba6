"""What waits for a person, as rows: alerts, orders, jobs, questions. What to do is the screen's."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from lsync.core.control.messages import HealthMessage, OrderSummary, PauseMessage, StatusMessage
from lsync.core.domain.job import JobState
from lsync.core.domain.order import OrderState, SyncState
from lsync.tui.view.marks import SYNC_MARKS, severity_mark, status_mark
from lsync.tui.view.spans import Span, Tone
from lsync.tui.view.table import Column, Table
from lsync.tui.view.words import Moment, count, quantity

COLUMNS = (
    Column(title="what", least=10, most=10),
    Column(title="about", least=10, most=20),
    Column(title="supplier", least=10, most=24, drop=1),
    Column(title="why it waits for you", least=44),
)
DECISIONS = ("decide", "all")
"""Key of the row that stands for all open questions."""
ADJUSTMENTS = ("adjustments", "all")
"""Key of the row that stands for all stock adjustments that were not posted."""
SHOWN_BY_ORDERS = frozenset({"sync.push", "sync.pull", "sync.repair"})
"""Job types whose failure shows in their order's sync state."""
UNAPPROVED = (OrderState.DRAFT, OrderState.PENDING_APPROVAL)
TOLD_BY_PAUSES = "queue"
"""The part of the system whose only trouble is a pause, and pauses have rows of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing a person should look at.

    ``order`` is what keys act on, if it is one. Enter leads to ``tab``: to its row ``opens``, or
    to the rows of the filter ``typed``.
    """

    key: Hashable
    mark: Span
    about: str
    why: Span
    supplier: str = ""
    order: OrderSummary | None = None
    tab: str = ""
    opens: Hashable = None
    typed: str | None = None


def attention_table() -> Table[Waiting]:
    """Return the table of what waits for a person."""
    return Table(
        columns=COLUMNS,
        key=lambda each: each.key,
        cells=lambda each: (
            each.mark,
            Span(each.about, Tone.STRONG),
            Span(each.supplier),
            each.why,
        ),
        empty="✓ nothing waits for you",
    )


def attention(status: StatusMessage | None, moment: Moment) -> list[Waiting]:
    """Return what waits, what stops everything first, mere warnings last, in a steady order."""
    if status is None:
        return []
    drifted, failed = status.drifted_orders, status.failed_orders
    alerts = [part for part in status.health if part.name != TOLD_BY_PAUSES]
    return [
        *(_alert(part) for part in alerts if part.state == "failed"),
        *_pauses(status.queue.pauses),
        *_orders(failed, _unsynced, more=_more(status, SyncState.FAILED, failed)),
        *_jobs(status.queue.by_type),
        *_adjustments(status.failed_adjustments),
        *_orders(drifted, _unsynced, more=_more(status, SyncState.DRIFTED, drifted)),
        *_orders(status.overdue_orders, lambda order: _overdue(order, moment)),
        *_orders(status.unsent_orders, _unsent),
        *_decisions(status.decisions),
        *_approvals(status.orders),
        *(_alert(part) for part in alerts if part.state == "warning"),
    ]


def _alert(part: HealthMessage) -> Waiting:
    mark = status_mark(part.state)
    return Waiting(
        key=("alert", part.name),
        mark=Span(f"{mark.sign} alert", mark.tone),
        about=part.name,
        why=Span(part.message or mark.word, mark.tone),
        tab={"webhooks": "webhooks", "lightspeed": "api"}.get(part.name, "settings"),
    )


def _pauses(pauses: Sequence[PauseMessage]) -> list[Waiting]:
    """One row for all pauses of one reason: they begin and end together."""
    by_reason: dict[str, list[PauseMessage]] = {}
    for pause in pauses:
        by_reason.setdefault(pause.reason or "", []).append(pause)
    return [_pause(reason, together) for reason, together in by_reason.items()]


def _pause(reason: str, together: Sequence[PauseMessage]) -> Waiting:
    types = ["all jobs" if each.type == "*" else each.type for each in together]
    why = f"by {together[0].paused_by}" + (f": {reason}" if reason else "")
    return Waiting(
        key=("paused", reason),
        mark=Span("‖ paused", Tone.WARN),
        about=", ".join(types),
        why=Span(why, Tone.WARN),
        tab="jobs",
    )


def _orders(
    orders: Iterable[OrderSummary],
    row: Callable[[OrderSummary], Waiting],
    *,
    more: Sequence[Waiting] = (),
) -> list[Waiting]:
    return [*(row(each) for each in sorted(orders, key=lambda each: each.order_number)), *more]


def _unsynced(order: OrderSummary) -> Waiting:
    return Waiting(
        key=("order", order.order_number),
        mark=SYNC_MARKS[order.sync_state].span(),
        about=order.order_number,
        supplier=order.supplier,
        why=_problem(order),
        order=order,
        tab="orders",
        opens=order.order_number,
    )


def _problem(order: OrderSummary) -> Span:
    if not order.problems:
        return Span("Enter shows the error", Tone.DIM)
    first = order.problems[0]
    more = f"  (+{len(order.problems) - 1} more)" if len(order.problems) > 1 else ""
    return Span(first.message + more, severity_mark(first.severity).tone)


def _more(
    status: StatusMessage, state: SyncState, shown: Sequence[OrderSummary]
) -> Sequence[Waiting]:
    """A row for the orders in ``state`` that the status counts but does not name."""
    left = status.syncs.get(state.value, 0) - len(shown)
    if left <= 0 or not shown:
        return ()
    return (
        Waiting(
            key=("more", state),
            mark=SYNC_MARKS[state].span(),
            about=f"{left} more",
            why=Span("Enter lists them all", Tone.DIM),
            tab="orders",
            typed=f"sync:{state.value}",
        ),
    )


def _overdue(order: OrderSummary, moment: Moment) -> Waiting:
    due = order.due_date
    days = (moment.today - due).days if due is not None else 0
    received = f"{quantity(order.received)} of {quantity(order.ordered)} received"
    return Waiting(
        key=("overdue", order.order_number),
        mark=Span("! overdue", Tone.WARN),
        about=order.order_number,
        supplier=order.supplier,
        why=Span(f"due {count(days, 'day')} ago; {received}", Tone.WARN),
        order=order,
        tab="orders",
        opens=order.order_number,
    )


def _unsent(order: OrderSummary) -> Waiting:
    return Waiting(
        key=("unsent", order.order_number),
        mark=Span("○ send", Tone.WARN),
        about=order.order_number,
        supplier=order.supplier,
        why=Span("its lines are checked: lsync sync send marks it as sent", Tone.WARN),
        order=order,
        tab="orders",
        opens=order.order_number,
    )


def _jobs(by_type: dict[str, dict[str, int]]) -> list[Waiting]:
    failed = {name: states.get(JobState.FAILED.value, 0) for name, states in by_type.items()}
    return [
        Waiting(
            key=("jobs", name),
            mark=Span("✗ failed", Tone.BAD),
            about=name,
            why=Span(f"{count(number, 'job')} failed that no order shows", Tone.BAD),
            tab="jobs",
            typed=f"state:failed type:{name}",
        )
        for name, number in sorted(failed.items())
        if number and name not in SHOWN_BY_ORDERS
    ]


def _adjustments(failed: int) -> list[Waiting]:
    if not failed:
        return []
    return [
        Waiting(
            key=ADJUSTMENTS,
            mark=Span("✗ stock", Tone.BAD),
            about=count(failed, "adjustment"),
            why=Span("not posted: Enter shows why, and retries", Tone.BAD),
        )
    ]


def _decisions(open_questions: int) -> list[Waiting]:
    if not open_questions:
        return []
    return [
        Waiting(
            key=DECISIONS,
            mark=Span("? decide", Tone.WARN),
            about=count(open_questions, "question"),
            why=Span("theirs or ours: Enter shows them", Tone.WARN),
        )
    ]


def _approvals(by_state: dict[str, int]) -> list[Waiting]:
    waiting = sum(by_state.get(state.value, 0) for state in UNAPPROVED)
    if not waiting:
        return []
    return [
        Waiting(
            key=("approve", "all"),
            mark=Span("○ approve", Tone.WARN),
            about=count(waiting, "order"),
            why=Span(f"{'waits' if waiting == 1 else 'wait'} for approval: Enter lists them"),
            tab="orders",
            typed=f"state:{','.join(UNAPPROVED)}",
        )
    ]
