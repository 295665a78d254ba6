"""Moments and spans of time as people type them: ``2h``, ``yesterday``. Pure; now is an argument.

How times are shown is the screens' and the commands' business.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
EXPECTED = "an age (30m, 2h, 3d), today, yesterday, 2026-11-01 or 2026-11-01T14:30"

_AGE = re.compile(r"(\d{1,6})\s*([smhdw])")


def parse_age(text: str) -> timedelta | None:
    """Return the span that ``30s``, ``15m``, ``2h``, ``3d`` or ``1w`` means, else ``None``."""
    found = _AGE.fullmatch(text.strip().lower())
    return timedelta(**{UNITS[found[2]]: int(found[1])}) if found else None


def parse_moment(text: str, *, now: datetime, zone: tzinfo | None = None) -> datetime:
    """The UTC moment that ``--since`` or ``--until`` means. Days start in ``zone``.

    Raises:
        ValueError: it is none of ``EXPECTED``.
    """
    word = text.strip().lower()
    if word in {"today", "yesterday"}:
        day = now.astimezone(zone).date() - timedelta(days=word == "yesterday")
        return _start_of(day, zone=zone)
    if (age := parse_age(word)) is not None:
        return now - age
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
