"""The call budget of one retailer and application: 300 x registers + 50 calls in 300 seconds.

The window slides: of any 300 seconds no more than the limit pass. X-Series does not say whether
its window slides or is fixed; a caller that holds to a sliding window is right with both.
"""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(seconds=300)


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
