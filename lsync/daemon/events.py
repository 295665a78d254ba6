"""Live events: changes of the database, coalesced, numbered and handed to every listener.

The hub knows no table: ``load`` turns changed keys into event data. Nothing here speaks HTTP.
"""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

INTERVAL_SECONDS = 0.25
"""Changes are gathered this long, so a row that changes all the time is sent 4 times a second."""
BURST = 400
"""More changed rows than this in one interval become one ``resync``."""
RING = 4096
QUEUE = 1024
LISTENERS = 32
LINGER_SECONDS = 120.0
"""Events are still prepared this long after the last listener left, so that it may resume."""


@dataclass(frozen=True, slots=True)
class HubEvent:
    """One event as it goes out. ``data`` is JSON."""

    number: int
    kind: str
    data: str


class Key(Protocol):
    """What changed: a kind of row and which one."""

    @property
    def kind(self) -> str:
        """The kind of row."""
        ...

    @property
    def key(self) -> str:
        """Which row of that kind."""
        ...


Load = Callable[[Sequence[tuple[str, str]]], Awaitable[Iterable[tuple[str, dict[str, Any]]]]]
"""Turns changed (kind, key) pairs into (event kind, data); rows that are gone are left out."""


class TooManyListenersError(Exception):
    """The cap on live streams is reached."""


class Subscription:
    """One listener's bounded queue. What does not fit becomes a single ``resync``."""

    def __init__(self, *, limit: int = QUEUE) -> None:
        """``limit`` is the number of events that may wait."""
        self._waiting: deque[HubEvent] = deque()
        self._limit = limit
        self._news = asyncio.Event()
        self._closed = False

    def put(self, event: HubEvent) -> None:
        """Queue an event; on overflow everything that waits is replaced by a ``resync``."""
        if len(self._waiting) >= self._limit:
            self._waiting.clear()
            event = HubEvent(event.number, "resync", "null")
        self._waiting.append(event)
        self._news.set()

    def close(self) -> None:
        """End the listener's iteration after what already waits."""
        self._closed = True
        self._news.set()

    async def __aiter__(self) -> AsyncIterator[HubEvent]:
        """Yield events until closed."""
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            if self._closed:
                return
            self._news.clear()
            await self._news.wait()


class EventHub:
    """Numbers events, remembers the newest for resuming, and feeds the listeners."""

    def __init__(self, *, boot: str, load: Load) -> None:
        """``boot`` distinguishes this run of the daemon in event ids."""
        self.boot = boot
        self._load = load
        self._changed: dict[tuple[str, str], None] = {}
        self._ring: deque[HubEvent] = deque(maxlen=RING)
        self._number = 0
        self._listeners: set[Subscription] = set()
        self._left_at: float | None = None
        self.changes = 0
        """Grows with every noted change; lets the status loop see that something happened."""

    def note(self, change: Key) -> None:
        """Take note of a committed change. Never blocks, never fails."""
        self.changes += 1
        self._changed[change.kind, change.key] = None

    async def flush(self) -> None:
        """Publish what was noted since the last time.

        Raises whatever ``load`` raises; the changes then become a ``resync`` next time.
        """
        changed, self._changed = list(self._changed), {}
        if not changed:
            return
        if not self._wanted():
            self._skip()
            return
        if len(changed) > BURST:
            self.publish("resync", None)
            return
        try:
            loaded = await self._load(changed)
        except BaseException:
            self.publish("resync", None)
            raise
        for kind, data in loaded:
            self.publish(kind, data)

    def publish(self, kind: str, data: dict[str, Any] | None) -> None:
        """Number an event and hand it to everyone who listens."""
        self._number += 1
        event = HubEvent(self._number, kind, json.dumps(data, separators=(",", ":")))
        self._ring.append(event)
        for listener in self._listeners:
            listener.put(event)

    @property
    def listeners(self) -> int:
        """How many streams are open."""
        return len(self._listeners)

    def identify(self, event: HubEvent) -> str:
        """The id under which a listener may resume after this event."""
        return f"{self.boot}:{event.number}"

    @contextlib.contextmanager
    def subscribe(self, *, limit: int = QUEUE) -> Generator[Subscription, None, None]:
        """Listen for as long as the block lasts.

        Raises:
            TooManyListenersError: the cap is reached.
        """
        if len(self._listeners) >= LISTENERS:
            raise TooManyListenersError
        subscription = Subscription(limit=limit)
        self._listeners.add(subscription)
        try:
            yield subscription
        finally:
            self._listeners.discard(subscription)
            self._left_at = asyncio.get_running_loop().time()

    def since(self, last_event_id: str) -> list[HubEvent] | None:
        """The events after an id, or ``None`` when they are no longer all known."""
        boot, _, number = last_event_id.rpartition(":")
        if boot != self.boot or not (number.isascii() and number.isdigit()):
            return None
        last = int(number)
        oldest = self._ring[0].number if self._ring else self._number + 1
        if last > self._number or last < oldest - 1:
            return None
        return [event for event in self._ring if event.number > last]

    def current(self, kind: str, data: dict[str, Any] | None) -> HubEvent:
        """An event for one listener only, after which it may resume at the present."""
        return HubEvent(self._number, kind, json.dumps(data, separators=(",", ":")))

    def _wanted(self) -> bool:
        if self._listeners:
            return True
        now = asyncio.get_running_loop().time()
        return self._left_at is not None and now - self._left_at < LINGER_SECONDS

    def _skip(self) -> None:
        """Leave a gap in the numbers that nobody can resume across."""
        self._number += 1
        self._ring.clear()

    def close(self) -> None:
        """End all streams."""
        for listener in self._listeners:
            listener.close()
