"""What a send came to: its job may complete and rightly leave the order unsent. Pure."""

from shlex import quote
from typing import TYPE_CHECKING

from lsync.cli.failures import Failure
from lsync.cli.wording import listing
from lsync.core.domain.job import JobState
from lsync.core.domain.order import OrderState
from lsync.core.domain.problem import Severity

if TYPE_CHECKING:
    from lsync.core.control.messages import JobMessage, OrderDetail

SHOWN = 3


def is_unsent(job: "JobMessage") -> bool:
    """Whether the job did its work and its order is still not marked as sent."""
    state = (job.result or {}).get("state")
    return job.state is JobState.COMPLETED and state == OrderState.APPROVED


def ending(job: "JobMessage") -> str:
    """How the job of a send ended, in a few words."""
    return "not sent" if is_unsent(job) else str(job.state)


def refusal(order: "OrderDetail") -> Failure:
    """Say that an order was not sent, why, and how it can be."""
    number = quote(order.order_number)
    drifts = [it.message for it in order.problems if it.severity == Severity.DRIFT]
    if not drifts:
        return Failure(
            f"{order.order_number} was not sent.",
            why="Its consignment was read, and nothing showed that it may be marked as sent.",
            next_step=f"`lsync sync status {number}` shows how it stands.",
        )
    more = f" and {len(drifts) - SHOWN} more" * (len(drifts) > SHOWN)
    return Failure(
        f"{order.order_number} was not sent.",
        why=f"Lightspeed differs from the order: {listing(drifts[:SHOWN])}{more}.",
        next_step=f"`lsync sync diff {number}` shows both. Then set Lightspeed to the order "
        f"(`lsync sync repair {number}`) or take its values over (`lsync decide list --order "
        f"{number}`), and send it again.",
    )
