"""The API budget: what may be sent when. Decisions are pure; `MemoryBudget` serves one process.

Lightspeed allows 300 × registers + 50 calls in 5 minutes per shop and application
(D:rate_limiting). Whether its window slides is not stated. A log of the calls of the last 300 s
satisfies both kinds; a token bucket would let twice the limit through in one window.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

WINDOW = timedelta(seconds=300)
MARGIN = timedelta(seconds=5)
"""Calls are counted when they are sent but reach Lightspeed up to a connect timeout later; each
stays in the log that much longer, so that no 300 s of theirs ever hold more than the limit."""

HELD = WINDOW + MARGIN
RESERVE = 0.1
"""The share of the limit that only urgent calls may use."""

HIGHEST_LIMIT = 1_000_000


class Budget(Protocol):
    """Who may send how much. Made of builtins, so that any store can offer one."""

    async def acquire(self, *, calls: int = 1, urgent: bool = False) -> datetime | None:
        """None: go ahead, the calls are counted. Otherwise: ask again at that time (aware UTC).

        Never waits itself. ValueError if that many calls can never be admitted.
        """
        ...

    async def observe(
        self, *, limit: int | None, remaining: int | None, retry_at: datetime | None
    ) -> None:
        """What an answer's headers said. `retry_at` comes with a 429: nothing is sent before."""
        ...


def limit_for(registers: int) -> int:
    """Calls per window for a shop with that many registers."""
    return 300 * max(registers, 1) + 50


def allowance(limit: int, *, urgent: bool, reserve: float = RESERVE) -> int:
    """How much of the limit a call of this urgency may use; at least one call."""
    return limit if urgent else max(limit - int(limit * reserve), 1)


def free_at(
    sent: Sequence[datetime], *, now: datetime, calls: int, allowed: int
) -> datetime | None:
    """None if `calls` more fit now; otherwise when they will.

    `sent` are the times of earlier calls, ascending; those older than `HELD` do not count.
    """
    if calls > allowed:
        raise ValueError(f"{calls} calls at once never fit a budget of {allowed}")
    live = len(sent) - expired(sent, now=now)
    excess = live + calls - allowed
    return None if excess <= 0 else sent[len(sent) - live + excess - 1] + HELD


def expired(sent: Sequence[datetime], *, now: datetime) -> int:
    """How many of the (ascending) times no longer count."""
    return bisect_right(sent, now - HELD)


def unseen(*, limit: int, remaining: int, counted: int) -> int:
    """Calls that Lightspeed counted and we did not: another program of the same application.

    Never negative: that Lightspeed counts fewer is normal while our calls are on their way.
    """
    return max(limit - remaining - counted, 0)


def forecast(sent: Sequence[datetime], *, now: datetime, calls: int, allowed: int) -> datetime:
    """When the last of `calls` more calls can be sent, if nobody else sends any."""
    log = deque(islice(sent, expired(sent, now=now), None))
    at = now
    for _ in range(calls):
        if len(log) >= allowed:
            at = max(at, log[-allowed] + HELD)
        log.append(at)
        if len(log) > allowed:
            log.popleft()
    return at


class MemoryBudget:
    """A budget for one process."""

    def __init__(
        self, *, limit: int, clock: Callable[[], datetime], reserve: float = RESERVE
    ) -> None:
        if not 1 <= limit <= HIGHEST_LIMIT or not 0 <= reserve < 1:
            raise ValueError("the budget needs a positive limit and a reserve below 1")
        self._limit = limit
        self._clock = clock
        self._reserve = reserve
        self._sent: list[datetime] = []
        self._closed_until: datetime | None = None

    @property
    def limit(self) -> int:
        """Calls per window."""
        return self._limit

    @property
    def left(self) -> int:
        """Calls that could be sent now, urgent ones included."""
        self._forget()
        return 0 if self._is_closed() else max(self._limit - len(self._sent), 0)

    async def acquire(self, *, calls: int = 1, urgent: bool = False) -> datetime | None:
        """See Budget."""
        now = self._forget()
        if self._is_closed():
            return self._closed_until
        allowed = allowance(self._limit, urgent=urgent, reserve=self._reserve)
        wait_until = free_at(self._sent, now=now, calls=calls, allowed=allowed)
        if wait_until is None:
            self._sent.extend([now] * calls)
        return wait_until

    async def observe(
        self, *, limit: int | None, remaining: int | None, retry_at: datetime | None
    ) -> None:
        """See Budget."""
        now = self._forget()
        if limit is not None and 1 <= limit <= HIGHEST_LIMIT:
            self._limit = limit
        if remaining is not None:
            missing = unseen(limit=self._limit, remaining=remaining, counted=len(self._sent))
            self._sent.extend([now] * missing)
        if retry_at is not None:
            self._closed_until = max(retry_at, self._closed_until or retry_at)

    def forecast(self, calls: int, *, urgent: bool = False) -> datetime:
        """When the last of that many calls can be sent."""
        now = max(self._forget(), self._closed_until or self._clock())
        allowed = allowance(self._limit, urgent=urgent, reserve=self._reserve)
        return forecast(self._sent, now=now, calls=calls, allowed=allowed)

    def _forget(self) -> datetime:
        now = self._clock()
        # A clock set back must not make the log unsorted.
        if self._sent and now < self._sent[-1]:
            now = self._sent[-1]
        del self._sent[: expired(self._sent, now=now)]
        return now

    def _is_closed(self) -> bool:
        return self._closed_until is not None and self._clock() < self._closed_until
