"""How syncs ended, as a table with every problem below it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsync.cli.failures import FAILED, LATER
from lsync.cli.order_view import problem_lines, state_words
from lsync.cli.output import Output, block
from lsync.cli.table import Column, Styled
from lsync.cli.wording import listing, marked, quantity
from lsync.core.domain.job import FINISHED, JobState

if TYPE_CHECKING:
    from lsync.core.control.messages import JobMessage, OrderDetail, SyncAccepted


def _reason(order: "OrderDetail") -> Styled:
    if order.problems:
        return Styled(text=listing(dict.fromkeys(problem.code for problem in order.problems)))
    failed = order.sync_state == "failed" and order.last_error
    return Styled(text=order.last_error.splitlines()[0] if failed and order.last_error else "")


ACCEPTED_COLUMNS: "tuple[Column[SyncAccepted], ...]" = (
    Column(title="Order", cell=lambda each: each.order_number),
    Column(title="Job", cell=lambda each: str(each.job_id), right=True),
    Column(title="", cell=lambda each: "was queued already" if each.already_queued else "queued"),
)

RESULT_COLUMNS: "tuple[Column[OrderDetail], ...]" = (
    Column(title="Order", cell=lambda order: order.order_number),
    Column(title="Sync", cell=lambda order: marked(order.sync_state)),
    Column(title="State", cell=state_words, rank=1),
    Column(title="Lines", cell=lambda order: str(len(order.lines)), rank=3, right=True),
    Column(title="Ordered", cell=lambda order: quantity(order.ordered), rank=4, right=True),
    Column(title="API calls", cell=lambda order: str(order.api_calls), rank=2, right=True),
    Column(title="Consignment", cell=lambda order: listing(order.consignment_ids, none=""), rank=5),
    Column(title="Reason", cell=_reason, elastic=True),
)


def print_results(out: Output, orders: "Sequence[OrderDetail]") -> None:
    """The table, then each order's problems with their fixes, or the error that stopped it."""
    out.table(orders, RESULT_COLUMNS)
    for order in orders:
        shown = [line for problem in order.problems for line in problem_lines(problem)]
        if not shown and order.last_error and order.sync_state == "failed":
            shown = order.last_error.splitlines()
        if shown:
            out.text(block(f"\n{order.order_number}", shown))


def exit_code(jobs: "Sequence[JobMessage]") -> int:
    """0 when all completed, 75 when some are still waiting, 1 when any failed or was cancelled."""
    if any(job.state in FINISHED and job.state is not JobState.COMPLETED for job in jobs):
        return FAILED
    return LATER if any(job.state not in FINISHED for job in jobs) else 0
