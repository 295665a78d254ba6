"""Webhook events on their way: what is due when, and what became of it. Sends nothing itself.

Shape and rules follow the Vend-era webhook pages: a form field `payload` with a JSON string, no
event type or time in it, an `X-Signature` header over the raw body, 20 retries over 48 hours.
"""

import hashlib
import heapq
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from urllib.parse import urlencode

from lsync.simulator.entities import Webhook
from lsync.simulator.webhooks.muting import Muting

RETRIES: Final = 20
FIRST_RETRY_SECONDS: Final = 26.0
RETRY_FACTOR: Final = 1.5

Outcome = Literal["pending", "delivered", "refused", "given_up", "erased"]


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One event for one subscriber, until it is settled.

    `behind` is how many later events of the subscriber must be settled first; `due` is then when
    it goes out all the same.
    """

    seq: int
    type: str
    url: str
    body: bytes
    headers: dict[str, str]
    due: datetime
    behind: int = 0
    attempts: int = 0
    last_status: int | None = None
    outcome: Outcome = "pending"

    def shown(self) -> dict[str, Any]:
        """The delivery as the control side lists it."""
        return {
            "seq": self.seq,
            "type": self.type,
            "url": self.url,
            "body": self.body.decode(),
            "headers": self.headers,
            "due": self.due.isoformat(),
            "attempts": self.attempts,
            "last_status": self.last_status,
            "outcome": self.outcome,
        }


def sign(body: bytes, *, client_secret: str) -> str:
    """The `X-Signature` header: hexadecimal HMAC-SHA256 over the raw body."""
    digest = hmac.new(client_secret.encode(), body, hashlib.sha256).hexdigest()
    return f"signature={digest},algorithm=HMAC-SHA256"


def retry_delay(attempts: int) -> timedelta | None:
    """How long to wait after that many failed attempts; None when it is given up."""
    if attempts > RETRIES:
        return None
    return timedelta(seconds=FIRST_RETRY_SECONDS * RETRY_FACTOR ** (attempts - 1))


class Outbox:
    """Deliveries in the order their events happened."""

    def __init__(self, *, domain_prefix: str, client_secret: str | None) -> None:
        self._domain_prefix = domain_prefix
        self._client_secret = client_secret
        self._deliveries: list[Delivery] = []
        self._pending: list[tuple[datetime, int, Delivery]] = []
        self._held: list[Delivery] = []
        self._listeners: list[Callable[[], None]] = []
        self._muting = Muting()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever something new may be due."""
        self._listeners.append(listener)

    def changed(self) -> None:
        """Tell the listeners to look again, after the clock was moved for example."""
        for listener in self._listeners:
            listener()

    def post(
        self,
        event_type: str,
        payload: Mapping[str, Any],
        *,
        hooks: Iterable[Webhook],
        due: datetime,
        now: datetime,
        behind: int = 0,
    ) -> list[Delivery]:
        """Queue an event for every active subscriber of its type; a muted one gets nothing."""
        if self._muting.is_silent(now):
            return []
        posted = [
            self._deliver(event_type, payload, url=hook.url, due=due, behind=behind)
            for hook in hooks
            if hook.active and hook.type == event_type
        ]
        if posted:
            self.changed()
        return posted

    def take_next(self, now: datetime) -> Delivery | None:
        """The delivery to attempt now, if one is due; it must be settled with `report`."""
        self._release(now)
        if not self._pending or self._pending[0][0] > now:
            return None
        return heapq.heappop(self._pending)[2]

    def next_due(self) -> datetime | None:
        """When the next delivery is due."""
        first = [self._pending[0][0]] if self._pending else []
        return min([*first, *(held.due for held in self._held)], default=None)

    def report(self, delivery: Delivery, *, status: int | None, now: datetime) -> None:
        """Settle an attempt: `status` of the answer, None when there was none in time.

        Answers of 3xx and 4xx are final; 5xx and silence are retried.
        """
        delivery.attempts += 1
        delivery.last_status = status
        if status is not None and 200 <= status < 300:
            delivery.outcome = "delivered"
        elif status is not None and status < 500:
            delivery.outcome = "refused"
        else:
            self._retry(delivery, now)
        self._let_pass(delivery, now)
        failed = delivery.outcome != "delivered"
        if self._muting.watch(now, failed=failed, backlog=len(self._pending)):
            self._erase()

    def shown(self) -> list[dict[str, Any]]:
        """All deliveries as JSON objects."""
        return [delivery.shown() for delivery in self._deliveries]

    def _let_pass(self, settled: Delivery, now: datetime) -> None:
        """Count one more event that went out before those that are held back for it."""
        for held in self._held:
            if held.url == settled.url and held.seq < settled.seq:
                held.behind -= 1
                held.due = held.due if held.behind > 0 else now
        self._release(now)

    def _release(self, now: datetime) -> None:
        """Queue those held back that others have overtaken, or that waited long enough."""
        released = [held for held in self._held if held.due <= now]
        self._held = [held for held in self._held if held.due > now]
        for delivery in released:
            self._queue(delivery)

    def _erase(self) -> None:
        for delivery in [*self._held, *(queued for _, _, queued in self._pending)]:
            delivery.outcome = "erased"
        self._pending, self._held = [], []

    def _retry(self, delivery: Delivery, now: datetime) -> None:
        delay = retry_delay(delivery.attempts)
        if delay is None or self._muting.is_silent(now):
            delivery.outcome = "given_up" if delay is None else "erased"
            return
        delivery.due = now + delay
        self._queue(delivery)

    def _queue(self, delivery: Delivery) -> None:
        heapq.heappush(self._pending, (delivery.due, delivery.seq, delivery))

    def _deliver(
        self, event_type: str, payload: Mapping[str, Any], *, url: str, due: datetime, behind: int
    ) -> Delivery:
        body = urlencode(
            {
                "domain_prefix": self._domain_prefix,
                "environment": "prod",
                "payload": json.dumps(payload),
            }
        ).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self._client_secret is not None:
            headers["X-Signature"] = sign(body, client_secret=self._client_secret)
        delivery = Delivery(
            seq=len(self._deliveries) + 1,
            type=event_type,
            url=url,
            body=body,
            headers=headers,
            due=due,
            behind=behind,
        )
        self._deliveries.append(delivery)
        if behind > 0:
            self._held.append(delivery)
        else:
            self._queue(delivery)
        return delivery
