"""The whole system as a text of one screen."""

from typing import TYPE_CHECKING

from lsync.cli.log_view import LOG_COLUMNS
from lsync.cli.moments import duration, local, local_exact
from lsync.cli.order_view import ORDER_COLUMNS
from lsync.cli.output import Output
from lsync.cli.table import Column
from lsync.cli.webhook_view import meter
from lsync.cli.wording import count, marked
from lsync.core.domain.job import JobState
from lsync.core.domain.pausing import tell_pauses

if TYPE_CHECKING:
    from lsync.core.control.messages import BudgetMessage, HealthMessage, StatusMessage

HEALTH_COLUMNS: "tuple[Column[HealthMessage], ...]" = (
    Column(title="Part", cell=lambda part: part.name),
    Column(title="State", cell=lambda part: marked(part.state)),
    Column(title="Since", cell=lambda part: local(part.since), rank=1),
    Column(title="", cell=lambda part: part.message, elastic=True, fold=True),
)


def print_status(out: Output, status: "StatusMessage") -> None:
    """Health, orders, queue, budget, recent syncs, failed orders."""
    hello = status.hello
    running = "daemon" if hello.mode == "daemon" else "no daemon answers; read from the database"
    out.text(f"lsync {hello.version}, {running}, {local_exact(status.at)}")
    for reason in tell_pauses(status.queue.pauses):
        out.text(f"! {reason}", style="yellow")
    out.text("")
    out.table(status.health, HEALTH_COLUMNS)
    out.text(f"\nOrders   {_counts(status.orders)}")
    out.text(f"Syncs    {_counts(status.syncs)}")
    if status.decisions:
        waiting = count(status.decisions, "decision waits", "decisions wait")
        out.text(f"Decide   {waiting} for a person (`lsync decide list`)")
    out.text(f"Queue    {_queue(status)}")
    out.text(f"Workers  {_workers(status)}")
    out.text(f"Budget   {budget(status.budget)}")
    if status.webhooks is not None:
        out.text(f"Webhooks {meter(status.webhooks)}")
    if status.recent:
        out.text("\nRecent syncs")
        out.table(status.recent, LOG_COLUMNS)
    if status.failed_orders:
        out.text(
            "\nFailed syncs (`lsync sync status ORDER` explains, `lsync sync retry ORDER` repeats)"
        )
        out.table(status.failed_orders, ORDER_COLUMNS)


def budget(budget: "BudgetMessage") -> str:
    """Calls left, and when a call is free if none are."""
    told = f"{budget.remaining} of {budget.limit} API calls left in this 5-minute window"
    return told + (
        f"; free again at {local_exact(budget.available_at)}" if budget.available_at else ""
    )


def _counts(counts: dict[str, int]) -> str:
    return (
        ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items() if number)
        or "none"
    )


def _queue(status: "StatusMessage") -> str:
    totals = {state: sum(status.queue.counts.get(state, {}).values()) for state in JobState}
    told = _counts({str(state): number for state, number in totals.items()})
    if status.queue.oldest_pending_seconds is not None:
        told += f"; the oldest has waited {duration(status.queue.oldest_pending_seconds)}"
    return told


def _workers(status: "StatusMessage") -> str:
    alive = [worker for worker in status.queue.workers if worker.alive]
    running = sum(len(worker.running) for worker in alive)
    return f"{count(len(alive), 'worker')}, {count(running, 'job')} running"
