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
RESERVE = 0.03
"""Share of the limit that only urgent calls may use: what a person asks for, ten calls of 350."""

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


def living(sent: list[datetime], *, now: datetime) -> list[datetime]:
    """The (ascending) times that still count.

    A clock that was set back leaves times in the future: they count as now, or they would block
    the budget until the clock has caught up.
    """
    gone = expired(sent, now=now)
    kept = sent[gone:] if gone else sent
    return [min(at, now) for at in kept] if kept and kept[-1] > now else kept


def unseen(*, limit: int, remaining: int, ours: int) -> int:
    """Calls in the window that Lightspeed counted and we did not send: others of the application.

    Too low by the calls of ours that are still on their way, which is what the reserve is for.
    """
    return max(limit - remaining - ours, 0)


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
        self._ours: list[datetime] = []
        self._others: list[datetime] = []
        self._closed_until: datetime | None = None

    @property
    def limit(self) -> int:
        """Calls per window."""
        return self._limit

    @property
    def left(self) -> int:
        """Calls that could be sent now, urgent ones included."""
        now = self._forget()
        return 0 if self._opens_at(now) else max(self._limit - len(self._counted()), 0)

    async def acquire(self, *, calls: int = 1, urgent: bool = False) -> datetime | None:
        """See Budget."""
        now = self._forget()
        if (opens_at := self._opens_at(now)) is not None:
            return opens_at
        allowed = self._allowance(urgent=urgent)
        wait_until = free_at(self._counted(), now=now, calls=calls, allowed=allowed)
        if wait_until is None:
            self._ours.extend([now] * calls)
        return wait_until

    async def observe(
        self, *, limit: int | None, remaining: int | None, retry_at: datetime | None
    ) -> None:
        """See Budget."""
        now = self._forget()
        if limit is not None and 1 <= limit <= HIGHEST_LIMIT:
            self._limit = limit
        if remaining is not None:
            others = unseen(limit=self._limit, remaining=remaining, ours=len(self._ours))
            kept = self._others[max(len(self._others) - others, 0) :]
            self._others = [*kept, *[now] * (others - len(kept))]
        if retry_at is not None:
            self._closed_until = max(retry_at, self._closed_until or retry_at)

    def forecast(self, calls: int, *, urgent: bool = False) -> datetime:
        """When the last of that many calls can be sent."""
        now = self._forget()
        start = self._opens_at(now) or now
        allowed = self._allowance(urgent=urgent)
        return forecast(self._counted(), now=start, calls=calls, allowed=allowed)

    def _allowance(self, *, urgent: bool) -> int:
        return allowance(self._limit, urgent=urgent, reserve=self._reserve)

    def _counted(self) -> list[datetime]:
        return sorted(self._ours + self._others) if self._others else self._ours

    def _opens_at(self, now: datetime) -> datetime | None:
        if self._closed_until is None or self._closed_until <= now:
            return None
        return min(self._closed_until, now + WINDOW)

    def _forget(self) -> datetime:
        now = self._clock()
        self._ours = living(self._ours, now=now)
        self._others = living(self._others, now=now)
        return now
