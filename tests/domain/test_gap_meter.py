"""How a webhook arrived, judged from two times."""

from datetime import UTC, datetime, timedelta

import pytest

from lsync.core.domain.gap_meter import (
    MISSING_AFTER,
    PROMPT,
    Announcement,
    Arrival,
    arrival,
    by_hour,
    totals,
)

FOUND = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def change(
    announced: timedelta | None, *, found: datetime = FOUND, event_type: str = "product.update"
) -> Announcement:
    announced_at = None if announced is None else found + announced
    return Announcement(event_type=event_type, observed_at=found, announced_at=announced_at)


@pytest.mark.parametrize(
    ("announced", "waited", "expected"),
    [
        (-SECOND, SECOND, Arrival.RECEIVED),
        (PROMPT, PROMPT, Arrival.RECEIVED),
        (PROMPT + SECOND, PROMPT + SECOND, Arrival.LATE),
        (timedelta(hours=5), timedelta(hours=6), Arrival.LATE),
        (None, MISSING_AFTER, Arrival.AWAITED),
        (None, MISSING_AFTER + SECOND, Arrival.MISSING),
    ],
)
def test_a_change_is_judged_by_when_its_webhook_came(
    announced: timedelta | None, waited: timedelta, expected: Arrival
) -> None:
    assert arrival(change(announced), now=FOUND + waited) is expected


def test_hours_are_counted_by_when_the_change_was_found() -> None:
    now = FOUND + timedelta(hours=1)
    changes = [
        change(SECOND),
        change(None),
        change(None, found=now - SECOND),
        change(SECOND, found=now - timedelta(hours=9)),
    ]
    hours = by_hour(changes, now=now, hours=3)
    assert [hour.start.hour for hour in hours] == [8, 9, 10]
    assert [(hour.received, hour.missing, hour.awaited) for hour in hours] == [
        (0, 0, 0),
        (1, 1, 0),
        (0, 0, 1),
    ]
    assert totals(changes, now=now) == {
        Arrival.RECEIVED: 2,
        Arrival.LATE: 0,
        Arrival.MISSING: 1,
        Arrival.AWAITED: 1,
    }
