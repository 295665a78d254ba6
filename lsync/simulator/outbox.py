"""Webhook events on their way: what is due when, and what became of it. Sends nothing itself.

Shape and rules follow the Vend-era webhook pages: a form field `payload` with a JSON string, no
event type or time in it, an `X-Signature` header over the raw body, 20 retries over 48 hours.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from urllib.parse import urlencode

from lsync.simulator.entities import Webhook

RETRIES: Final = 20
FIRST_RETRY_SECONDS: Final = 26.0
RETRY_FACTOR: Final = 1.5

Outcome = Literal["pending", "delivered", "refused", "given_up", "dropped"]


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One event for one subscriber, until it is settled."""

    seq: int
    type: str
    url: str
    body: bytes
    headers: dict[str, str]
    due: datetime
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
        self._pending: list[Delivery] = []
        self._listeners: list[Callable[[], None]] = []

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
    ) -> list[Delivery]:
        """Queue an event for every active subscriber of its type."""
        posted = [
            self._deliver(event_type, payload, url=hook.url, due=due)
            for hook in hooks
            if hook.active and hook.type == event_type
        ]
        if posted:
            self.changed()
        return posted

    def take_due(self, now: datetime) -> list[Delivery]:
        """Deliveries to attempt now; each must be settled with `report`."""
        due = [delivery for delivery in self._pending if delivery.due <= now]
        self._pending = [delivery for delivery in self._pending if delivery.due > now]
        return sorted(due, key=lambda delivery: (delivery.due, delivery.seq))

    def next_due(self) -> datetime | None:
        """When the next delivery is due."""
        return min((delivery.due for delivery in self._pending), default=None)

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

    def shown(self) -> list[dict[str, Any]]:
        """All deliveries as JSON objects."""
        return [delivery.shown() for delivery in self._deliveries]

    def _retry(self, delivery: Delivery, now: datetime) -> None:
        delay = retry_delay(delivery.attempts)
        if delay is None:
            delivery.outcome = "given_up"
            return
        delivery.due = now + delay
        self._pending.append(delivery)

    def _deliver(
        self, event_type: str, payload: Mapping[str, Any], *, url: str, due: datetime
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
        )
        self._deliveries.append(delivery)
        self._pending.append(delivery)
        return delivery
