"""What a bulk command means: named things, or all that match; shown and agreed to first."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from lsync.cli.failures import USAGE, Failure
from lsync.cli.paging import paged
from lsync.cli.questions import confirm, confirm_count
from lsync.cli.selection import WhichJobs, WhichOrders, given
from lsync.cli.wording import count, listing
from lsync.core.domain.order import OrderState

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from lsync.core.control.client import ControlClient
    from lsync.core.control.messages import BulkRequest, JobMessage, OrderSummary
    from lsync.core.domain.job import JobState

SHOWN_NUMBERS = 8
"""Order numbers named in a question before it says how many more there are."""
MOST_JOBS = 10_000
"""Jobs that one action of the daemon may touch."""


def check_which(orders: Collection[str] | None, which: WhichOrders, *, everything: bool) -> None:
    """Let numbers pass, or ``--all`` with filters; not both and not none.

    Raises:
        Failure: it is not clear which orders are meant.
    """
    filters = given(which)
    if orders and filters:
        raise Failure(
            f"{listing(filters)} choose among all orders.",
            next_step="Add --all and leave the order numbers out.",
            code=USAGE,
        )
    if bool(orders) == (everything or bool(filters)):
        raise Failure(
            "Say which orders.",
            next_step="Give order numbers, or --all; not both. Filters narrow --all.",
            code=USAGE,
        )
    if filters and not everything:
        raise Failure(
            f"{listing(filters)} choose among all orders.",
            next_step="Add --all, so that it is clear that many may be meant.",
            code=USAGE,
        )


def matching(
    client: "ControlClient",
    which: WhichOrders,
    *,
    limit: int | None = None,
    among: Collection[OrderState] = (),
) -> "AsyncIterator[OrderSummary]":
    """The orders that match, newest first, page by page; ``among`` unless a state was asked for.

    Raises:
        Failure: the filters cannot be understood.
    """
    from lsync.cli.sifting import merged, order_sieve

    sieve = order_sieve(which.filter)
    asked = merged(which.asked(), sieve)
    if among:
        asked.setdefault("state", ",".join(sorted(among)))

    async def page(after: str | None, size: int) -> "tuple[OrderSummary, ...]":
        return await client.orders(**asked, limit=size, after=after)

    if sieve.complete:
        return paged(page, lambda order: order.order_number, limit=limit)
    return sieve.sift(paged(page, lambda order: order.order_number), limit=limit)


async def choose(
    client: "ControlClient",
    orders: Collection[str] | None,
    which: WhichOrders,
    *,
    among: Collection[OrderState],
    fits: "Callable[[OrderSummary], bool]",
    verb: str,
    yes: bool,
    ask_named: bool = False,
) -> list[str]:
    """The numbers that are meant, oldest first, after the person has agreed to them.

    Named ones are asked about only with ``ask_named``. Of all orders those count that fit, of
    the states ``among``. Raises like ``questions.confirm``.
    """
    if orders:
        numbers = list(dict.fromkeys(orders))
        if ask_named:
            confirm(_question(verb, numbers), yes=yes)
        return numbers
    found = [
        order.order_number async for order in matching(client, which, among=among) if fits(order)
    ]
    numbers = found[::-1]
    agree(verb, numbers, yes=yes)
    return numbers


def agree(verb: str, numbers: list[str], *, yes: bool) -> None:
    """Show the orders that were found and ask for their count. Raises like ``confirm_count``."""
    if numbers:
        confirm_count(_question(verb, numbers), len(numbers), yes=yes)


def _question(verb: str, numbers: list[str]) -> str:
    more = len(numbers) - SHOWN_NUMBERS
    shown = listing(numbers[:SHOWN_NUMBERS]) + (f" and {more} more" if more > 0 else "")
    return f"{verb} {count(len(numbers), 'order')} ({shown})?"


def matching_jobs(
    client: "ControlClient",
    which: WhichJobs,
    *,
    limit: int | None = None,
    state: "JobState | str | None" = None,
    stuck: bool = False,
) -> "AsyncIterator[JobMessage]":
    """The jobs that match, newest first, page by page.

    Raises:
        Failure: the filters cannot be understood.
    """
    from lsync.cli.sifting import job_sieve, merged

    sieve = job_sieve(which.filter)
    asked = merged(which.asked() | ({} if state is None else {"state": state}), sieve)

    async def page(after: int | None, size: int) -> "tuple[JobMessage, ...]":
        return await client.jobs(**asked, stuck=stuck, limit=size, after=after)

    if sieve.complete:
        return paged(page, lambda job: job.id, limit=limit)
    return sieve.sift(paged(page, lambda job: job.id), limit=limit)


async def bulk_request(
    client: "ControlClient", action: str, which: WhichJobs, *, state: "JobState"
) -> "BulkRequest | None":
    """The bulk action over the jobs of a state that match; ``None`` when none does.

    What the daemon cannot be asked makes it an action on the jobs found, by their ids.

    Raises:
        Failure: the filters cannot be understood.
    """
    from lsync.cli.sifting import job_sieve, merged
    from lsync.core.control.messages import BulkRequest

    sieve = job_sieve(which.filter)
    asked = merged({**which.asked(), "state": state}, sieve)
    if sieve.complete:
        return BulkRequest.model_validate({"action": action, **asked})
    jobs = matching_jobs(client, which, limit=MOST_JOBS, state=state)
    ids = [job.id async for job in jobs]
    request = {"action": action, "ids": ids, "state": state}
    return BulkRequest.model_validate(request) if ids else None
