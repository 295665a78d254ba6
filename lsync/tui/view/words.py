"""Words for times, spans of time and numbers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

NOTHING = "–"
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When the screen is looked at, and in which time zone; ``None`` is the system's."""

    now: datetime
    zone: tzinfo | None = None

    @property
    def today(self) -> date:
        """The calendar day."""
        return self.now.astimezone(self.zone).date()

    def minute(self, time: datetime) -> str:
        """Return the time of day to the minute; with the date when not today."""
        local = time.astimezone(self.zone)
        return local.strftime("%H:%M" if local.date() == self.today else "%m-%d %H:%M")

    def clock(self, time: datetime | None) -> str:
        """Return the time of day; with the date instead of the seconds when not today."""
        if time is None:
            return NOTHING
        local = time.astimezone(self.zone)
        return local.strftime("%H:%M:%S" if local.date() == self.today else "%m-%d %H:%M")

    def stamp(self, time: datetime | None) -> str:
        """Return date and time to the second."""
        return NOTHING if time is None else time.astimezone(self.zone).strftime("%F %T")

    def since(self, time: datetime | None) -> str:
        """Return how long ago ``time`` was."""
        if time is None:
            return NOTHING
        return length(self.now - time) if self.now - time >= SECOND else "0 s"


def length(span: timedelta | float | None) -> str:
    """Return a span of time in its two largest units; a number is seconds."""
    if span is None:
        return NOTHING
    seconds = span.total_seconds() if isinstance(span, timedelta) else span
    if seconds < 1:
        return f"{max(0.0, seconds) * 1000:.0f} ms"
    if seconds < 60:
        return f"{int(seconds)} s"
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{hours // 24} d {hours % 24} h"


def milliseconds(value: float | None) -> str:
    """Return a duration given in milliseconds."""
    return length(None if value is None else value / 1000)


def quantity(value: Decimal | None) -> str:
    """Return a quantity without needless zeros."""
    if value is None:
        return NOTHING
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def count(number: int, word: str) -> str:
    """Return ``1 job``, ``2 jobs``."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
