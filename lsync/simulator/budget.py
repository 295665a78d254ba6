"""The call budget of one retailer and application: 300 x registers + 50 calls in 300 seconds.

The window slides: of any 300 seconds no more than the limit pass. X-Series does not say whether
its window slides or is fixed; a caller that holds to a sliding window is right with both.
"""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(seconds=300)
TOKEN_CALLS: Final = 10
TOKEN_WINDOW: Final = timedelta(seconds=60)


def budget_limit(registers: int) -> int:
    """Calls allowed per window."""
    return 300 * registers + 50


class Budget:
    """Counts calls. A refused call costs nothing."""

    def __init__(self, *, registers: int) -> None:
        self.limit = budget_limit(registers)
        self.refused = 0
        self._calls: deque[datetime] = deque()

    def spend(self, now: datetime) -> datetime | None:
        """Count one call; when none is left, count nothing and say when the next one is."""
        self._forget(now)
        if len(self._calls) >= self.limit:
            self.refused += 1
            return self._calls[0] + WINDOW
        self._calls.append(now)
        return None

    def remaining(self, now: datetime) -> int:
        """Calls left at this moment."""
        self._forget(now)
        return self.limit - len(self._calls)

    def _forget(self, now: datetime) -> None:
        while self._calls and self._calls[0] + WINDOW <= now:
            self._calls.popleft()


class TokenLimit:
    """The token endpoint's own limit: 10 calls in any 60 seconds."""

    def __init__(self) -> None:
        self._calls: deque[datetime] = deque()

    def spend(self, now: datetime) -> bool:
        """Count a call; False, and not counted, when none is left."""
        while self._calls and self._calls[0] + TOKEN_WINDOW <= now:
            self._calls.popleft()
        if len(self._calls) >= TOKEN_CALLS:
            return False
        self._calls.append(now)
        return True

    def headers(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """`X-RateLimit-*`; the reset is in unix seconds."""
        first = self._calls[0] if self._calls else now
        return (
            ("x-ratelimit-limit", str(TOKEN_CALLS)),
            ("x-ratelimit-remaining", str(TOKEN_CALLS - len(self._calls))),
            ("x-ratelimit-reset", str(int((first + TOKEN_WINDOW).timestamp()))),
        )
