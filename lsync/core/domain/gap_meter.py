"""Webhooks that never came: judging each polled change by when its webhook arrived. Pure.

Polling finds every change; a webhook should have announced it. Which changes a type announces:
``consignment.receive`` receipts, ``product.update`` products. Nothing announces orders that were
created, edited, sent or cancelled (Lightspeed's public "Webhooks" page), so those never count.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

METERED = ("consignment.receive", "product.update", "inventory.update")
"""Types whose changes polling finds too."""

PROMPT = timedelta(seconds=60)
"""A webhook that comes later than this after polling found its change is late."""

MISSING_AFTER = timedelta(minutes=10)

HOUR = timedelta(hours=1)


class Arrival(StrEnum):
    """How the webhook of a change arrived."""

    RECEIVED = "received"
    LATE = "late"
    MISSING = "missing"
    AWAITED = "awaited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A change that polling found at ``observed_at``, and when its webhook came, if it did."""

    event_type: str
    observed_at: datetime
    announced_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HourOfGaps:
    """How the changes found in the hour from ``start`` on were announced."""

    start: datetime
    received: int = 0
    late: int = 0
    missing: int = 0
    awaited: int = 0


def arrival(change: Announcement, *, now: datetime) -> Arrival:
    """Judge one change. A webhook that comes after it was missing makes it late."""
    if change.announced_at is None:
        waited = now - change.observed_at
        return Arrival.MISSING if waited > MISSING_AFTER else Arrival.AWAITED
    prompt = change.announced_at <= change.observed_at + PROMPT
    return Arrival.RECEIVED if prompt else Arrival.LATE


def by_hour(
    changes: Iterable[Announcement], *, now: datetime, hours: int
) -> tuple[HourOfGaps, ...]:
    """Count the last ``hours`` hours of the clock, the newest last."""
    current = now.replace(minute=0, second=0, microsecond=0)
    counted: dict[datetime, Counter[Arrival]] = {
        current - HOUR * back: Counter() for back in range(hours - 1, -1, -1)
    }
    for change in changes:
        start = change.observed_at.replace(minute=0, second=0, microsecond=0)
        if start in counted:
            counted[start][arrival(change, now=now)] += 1
    return tuple(
        HourOfGaps(start=start, **{each.value: found[each] for each in Arrival})
        for start, found in counted.items()
    )


def totals(changes: Sequence[Announcement], *, now: datetime) -> dict[Arrival, int]:
    """Count all of ``changes``."""
    found = Counter(arrival(change, now=now) for change in changes)
    return {each: found[each] for each in Arrival}
