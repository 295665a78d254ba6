"""Settings as text for people; secrets never leave."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from lsync.core.settings.cache import shown_cache_url
from lsync.core.settings.keys import KEYS, SECRET_KEYS
from lsync.core.settings.model import Settings
from lsync.core.settings.values import shown_database_url

MASK = "********"
ADDRESSES = {
    "database.url": shown_database_url,
    "source.url": shown_database_url,
    "cache.url": shown_cache_url,
}
"""Settings that may hold a password, and how they are shown without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSetting:
    """One setting as ``config show`` prints it."""

    key: str
    value: str
    source: str
    secret: bool


def show(settings: Settings) -> Iterator[ShownSetting]:
    """Yield every setting with where it came from."""
    for key in KEYS:
        yield ShownSetting(
            key=key,
            value=_text(settings, key),
            source=settings.told_origin(key),
            secret=key in SECRET_KEYS,
        )


def _text(settings: Settings, key: str) -> str:
    value = settings.value(key)
    if value is None:
        return ""
    if key in SECRET_KEYS:
        return MASK
    if key in ADDRESSES:
        return ADDRESSES[key](value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(map(_part, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _part(value: object) -> str:
    return f"{value.total_seconds():g}" if isinstance(value, timedelta) else str(value)
