"""Times as people read them: zones, ages, durations. Pure; now is an argument."""

from datetime import datetime, tzinfo


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
