"""The call budget as a message."""

from lsync.core.control.messages import BudgetMessage
from lsync.core.store.budget import BudgetState


def budget_message(state: BudgetState) -> BudgetMessage:
    """How many calls are left, and when one is free if none are."""
    return BudgetMessage(
        limit=state.limit,
        used=state.used,
        remaining=state.remaining,
        available_at=state.available_at,
    )
