"""Words that options accept: states and priorities, with a suggestion for a typo."""

from collections.abc import Collection

from lsync.cli.failures import USAGE, Failure
from lsync.cli.spelling import nearest
from lsync.core.domain.job import JobState, Priority
from lsync.core.domain.order import OrderState, SyncState

ORDER_STATES = tuple(OrderState)
SYNC_STATES = tuple(SyncState)
JOB_STATES = tuple(JobState)
PRIORITIES = tuple(priority.label for priority in Priority)
LOG_STATUSES = ("ok", "warning", "failed", "info")


def check_choice(option: str, value: str | None, allowed: Collection[str]) -> None:
    """Let a value pass that is allowed or not given; several are separated by commas.

    Raises:
        Failure: one is not allowed; suggests the nearest.
    """
    wrong = [each for each in (value or "").split(",") if value and each not in allowed]
    if not wrong:
        return
    near = nearest(wrong[0], allowed, at_most=1)
    raise Failure(
        f"{option} cannot be {wrong[0]}.",
        why=f"Did you mean {near[0]}?" if near else "",
        next_step=f"Choose one of {', '.join(allowed)}.",
        code=USAGE,
    )
