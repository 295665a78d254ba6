"""Times, spans of time and numbers in words."""

from datetime import UTC, timedelta, timezone
from decimal import Decimal

import pytest

from lsync.tui.view.words import Moment, count, length, quantity
from tests.tui.samples import NOW, ago

HERE = Moment(now=NOW, zone=UTC)


def test_a_time_of_today_shows_seconds_an_older_one_its_date() -> None:
    assert HERE.clock(ago(minutes=3)) == "14:00:05"
    assert HERE.clock(ago(days=2)) == "11-21 14:03"
    assert HERE.clock(None) == "–"


def test_times_show_in_the_zone_of_the_person() -> None:
    there = Moment(now=NOW, zone=timezone(timedelta(hours=11)))
    assert there.clock(NOW) == "01:03:05"
    assert there.stamp(NOW) == "2026-11-24 01:03:05"


def test_an_age_never_runs_backwards() -> None:
    assert HERE.since(NOW + timedelta(seconds=9)) == "0 s"
    assert HERE.since(ago(seconds=12)) == "12 s"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.042, "42 ms"),
        (7.9, "7 s"),
        (60, "1 min"),
        (75, "1 min 15 s"),
        (3600, "1 h"),
        (3 * 3600 + 120, "3 h 2 min"),
        (3 * 86400 + 7200, "3 d 2 h"),
        (None, "–"),
    ],
)
def test_lengths(seconds: float | None, words: str) -> None:
    assert length(seconds) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [("144.00000", "144"), ("0.50", "0.5"), ("1E+3", "1000"), ("100", "100"), ("-3.10", "-3.1")],
)
def test_quantities_lose_needless_zeros_only(value: str, words: str) -> None:
    assert quantity(Decimal(value)) == words


def test_counts() -> None:
    assert [count(number, "job") for number in (0, 1, 2)] == ["0 jobs", "1 job", "2 jobs"]
