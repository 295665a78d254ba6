"""An answer as it came, and what its headers say about the budget. Nonsense never raises."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

DEFAULT_PAUSE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(seconds=300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. Header names are lower-case; `at` is when, by our clock."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetReading:
    """What an answer says about the budget; None where it says nothing."""

    limit: int | None
    remaining: int | None
    retry_at: datetime | None


def budget_reading(answer: Answer) -> BudgetReading:
    """The rate-limit headers; nonsense is ignored."""
    return BudgetReading(
        limit=_count(answer.headers.get("x-ratelimit-limit"), at_least=1),
        remaining=_count(answer.headers.get("x-ratelimit-remaining"), at_least=0),
        retry_at=retry_at(answer) if answer.status == 429 else None,
    )


def retry_at(answer: Answer) -> datetime:
    """When a 429 allows the next call, by our clock.

    `Retry-After` is an RFC 1123 date (D:rate_limiting) or seconds. A date is measured against the
    server's own `Date`, so that a difference of clocks does not matter. Nonsense counts as 60 s;
    nothing is waited for longer than the 5 minutes of a budget window.
    """
    pause = _pause(answer)
    return answer.at + min(max(pause, timedelta(seconds=1)), LONGEST_PAUSE)


def closed_until(answer: Answer) -> datetime | None:
    """When the token endpoint takes calls again, if this answer used up its limit.

    It is limited apart from the API and names the end of its window in `X-RateLimit-Reset`.
    """
    reset = _reset(answer)
    if reset is None or budget_reading(answer).remaining != 0:
        return None
    pause = min(max(reset - _server_time(answer), timedelta(0)), LONGEST_PAUSE)
    return answer.at + pause


def _pause(answer: Answer) -> timedelta:
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:6]))
    until = _http_date(text) or _reset(answer)
    return DEFAULT_PAUSE if until is None else until - _server_time(answer)


def _reset(answer: Answer) -> datetime | None:
    seconds = _count(answer.headers.get("x-ratelimit-reset"), at_least=1, digits=11)
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)


def _server_time(answer: Answer) -> datetime:
    return _http_date(answer.headers.get("date", "")) or answer.at


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _count(text: str | None, *, at_least: int, digits: int = 9) -> int | None:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > digits:
        return None
    return number if (number := int(text)) >= at_least else None
