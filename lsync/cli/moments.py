"""Times as people write and read them: zones, ages, ``--since 2h``. Pure; now is an argument."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
EXPECTED = "an age (30m, 2h, 3d), today, yesterday, 2026-11-01 or 2026-11-01T14:30"

_AGE = re.compile(r"(\d{1,6})\s*([smhdw])")


def local(moment: datetime | None, *, zone: tzinfo | None = None) -> str:
    """``2026-11-23 07:12 CET``; ``zone`` ``None`` is the system's. Empty without a moment."""
    return "" if moment is None else moment.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def local_exact(moment: datetime | None, *, zone: tzinfo | None = None) -> str:
    """Like ``local`` with seconds."""
    return "" if moment is None else moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z")


def duration(seconds: float | None) -> str:
    """``0.8 s``, ``42 s``, ``3 min 20 s``, ``2 h 5 min``, ``3 d 4 h``; empty without a value."""
    if seconds is None:
        return ""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    for size, unit, smaller, name in (
        (86_400, "d", 3_600, "h"),
        (3_600, "h", 60, "min"),
        (60, "min", 1, "s"),
    ):
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size} {unit}" + (f" {rest} {name}" if rest else "")
    return f"{whole} s"


def age(moment: datetime | None, *, now: datetime) -> str:
    """How long ago: ``3 min 20 s ago``, or ``in 40 s`` for the future."""
    if moment is None:
        return ""
    seconds = (now - moment).total_seconds()
    return f"{duration(seconds)} ago" if seconds >= 0 else f"in {duration(-seconds)}"


def parse_moment(text: str, *, now: datetime, zone: tzinfo | None = None) -> datetime:
    """The UTC moment that ``--since`` or ``--until`` means. Days start in ``zone``.

    Raises:
        ValueError: it is none of ``EXPECTED``.
    """
    word = text.strip().lower()
    if word in {"today", "yesterday"}:
        day = now.astimezone(zone).date() - timedelta(days=word == "yesterday")
        return _start_of(day, zone=zone)
    if found := _AGE.fullmatch(word):
        return now - timedelta(**{UNITS[found[2]]: int(found[1])})
    try:
        moment = datetime.fromisoformat(text.strip().upper())
    except ValueError:
        raise ValueError(f"write {EXPECTED}") from None
    if len(text.strip()) <= len("2026-11-01"):
        return _start_of(moment.date(), zone=zone)
    return _aware(moment, zone=zone).astimezone(UTC)


def _start_of(day: date, *, zone: tzinfo | None) -> datetime:
    return _aware(datetime.combine(day, time.min), zone=zone).astimezone(UTC)


def _aware(moment: datetime, *, zone: tzinfo | None) -> datetime:
    if moment.tzinfo is not None:
        return moment
    return moment.astimezone() if zone is None else moment.replace(tzinfo=zone)
