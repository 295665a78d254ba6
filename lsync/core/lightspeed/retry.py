"""When a failed call is sent again. Pure.

No retry library: whether to repeat depends on what the error proves about the call (see `errors`),
a 429 is waited out by the budget and not by a backoff, and sleep and clock are injected.
"""

from lsync.core.lightspeed.errors import (
    BudgetSpent,
    LightspeedError,
    NotExecuted,
    NotOffered,
    RateLimited,
    Unavailable,
)

ATTEMPTS = 4
FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 8.0


def delay_before_retry(error: LightspeedError, *, attempt: int, jitter: float) -> float | None:
    """Seconds until the next attempt, or None to give up.

    `attempt` counts from 1; `jitter` is in [0, 1). What was certainly not executed and what only
    reads is repeated; a write whose outcome is unknown and a refusal never are. After a 429 the
    budget holds the repetition back until the time that the answer named.
    """
    if attempt >= ATTEMPTS or isinstance(error, BudgetSpent | NotOffered):
        return None
    if not isinstance(error, NotExecuted | RateLimited | Unavailable):
        return None
    ceiling = min(FIRST_DELAY_S * 2.0 ** (attempt - 1), LONGEST_DELAY_S)
    return ceiling * (0.5 + jitter / 2)
