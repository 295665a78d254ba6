"""When a subscriber that fails too much is muted. A decision over counted attempts; no I/O.

The rule is known second-hand only: more than 95 % failures within an hour, and more than 1,000
events queued, erase the backlog and silence the application for 24 hours.
"""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

FAILURE_SHARE: Final = 0.95
LONGEST_BACKLOG: Final = 1000
WATCHED: Final = timedelta(hours=1)
SILENCE: Final = timedelta(hours=24)


class Muting:
    """Attempts of the last hour, and until when it is silent."""

    def __init__(self) -> None:
        self._attempts: deque[tuple[datetime, bool]] = deque()
        self._failures = 0
        self._until: datetime | None = None

    def is_silent(self, now: datetime) -> bool:
        """Whether events are dropped at this moment."""
        return self._until is not None and now < self._until

    def watch(self, now: datetime, *, failed: bool, backlog: int) -> bool:
        """Count an attempt; True when it is the one that mutes."""
        self._attempts.append((now, failed))
        self._failures += failed
        while self._attempts[0][0] + WATCHED <= now:
            self._failures -= self._attempts.popleft()[1]
        share = self._failures / len(self._attempts)
        if self.is_silent(now) or backlog <= LONGEST_BACKLOG or share <= FAILURE_SHARE:
            return False
        self._until = now + SILENCE
        return True
