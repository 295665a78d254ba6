"""Times as people write and read them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.cli.moments import age, duration, local, local_exact
from lsync.core.domain.moments import parse_moment

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h", NOW - timedelta(hours=2)),
        ("30 m", NOW - timedelta(minutes=30)),
        ("3d", NOW - timedelta(days=3)),
        ("today", datetime(2026, 11, 22, 23, 0, tzinfo=UTC)),
        ("Yesterday", datetime(2026, 11, 21, 23, 0, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 10, 31, 23, 0, tzinfo=UTC)),
        ("2026-11-01T14:30", datetime(2026, 11, 1, 13, 30, tzinfo=UTC)),
        ("2026-11-01 14:30", datetime(2026, 11, 1, 13, 30, tzinfo=UTC)),
        ("2026-11-01T14:30Z", datetime(2026, 11, 1, 14, 30, tzinfo=UTC)),
        ("2026-07-01T14:30+00:00", datetime(2026, 7, 1, 14, 30, tzinfo=UTC)),
    ],
)
def test_what_since_means(text: str, expected: datetime) -> None:
    assert parse_moment(text, now=NOW, zone=BERLIN) == expected


@pytest.mark.parametrize("text", ["", "soon", "2x", "2026-13-01", "-2h", "h", "1e9d"])
def test_what_since_does_not_take_says_what_it_takes(text: str) -> None:
    with pytest.raises(ValueError, match="yesterday"):
        parse_moment(text, now=NOW)


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_a_plain_refusal(text: str) -> None:
    try:
        moment = parse_moment(text, now=NOW)
    except (ValueError, OverflowError):
        return
    assert moment.tzinfo is not None


def test_times_are_shown_with_their_zone() -> None:
    assert local(NOW, zone=BERLIN) == "2026-11-23 13:00 CET"
    assert local_exact(NOW, zone=UTC) == "2026-11-23 12:00:00 UTC"
    assert local(None) == ""


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, ""),
        (0.84, "0.8 s"),
        (42, "42 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (86_400 * 3 + 3600 * 4, "3 d 4 h"),
    ],
)
def test_durations_in_two_units_at_most(seconds: float | None, shown: str) -> None:
    assert duration(seconds) == shown


def test_ages_look_both_ways() -> None:
    assert age(NOW - timedelta(seconds=90), now=NOW) == "1 min 30 s ago"
    assert age(NOW + timedelta(minutes=1), now=NOW) == "in 1 min"
