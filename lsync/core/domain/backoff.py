"""How long a failed job rests before its next attempt."""

from collections.abc import Sequence
from datetime import timedelta

JITTER = 0.2
"""Share of a delay by which it is spread to either side."""


def retry_delay(attempt: int, *, delays: Sequence[timedelta], jitter: float) -> timedelta:
    """Return the rest after failed attempt number ``attempt`` (1 is the first).

    ``delays`` are the configured ones, of which the last repeats; ``jitter`` in [-1, 1]
    spreads the result by up to 20 % either way.
    """
    if attempt < 1:
        raise ValueError("attempts are counted from 1")
    base = delays[min(attempt, len(delays)) - 1]
    return base * (1 + JITTER * max(-1.0, min(1.0, jitter)))
