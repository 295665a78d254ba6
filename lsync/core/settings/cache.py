"""Where look-ups of the catalogue are remembered between jobs."""

from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, Field, SecretStr

from lsync.core.settings.section import Section, Whole
from lsync.core.settings.values import matching

SCHEMES = ("redis", "rediss", "unix")
_PREFIX = matching(
    r"[A-Za-z0-9_.:-]{1,64}", "it must be 1 to 64 letters, digits, colons, dots and hyphens"
)


def _check_url(url: SecretStr) -> SecretStr:
    """Refuse what is no address of a Redis server; the message never repeats it."""
    try:
        parts = urlsplit(url.get_secret_value())
        usable = parts.port != 0 and bool(parts.hostname or parts.path.strip("/"))
    except ValueError:
        usable = False
    if not usable or parts.scheme not in SCHEMES:
        raise ValueError("it must be redis://HOST[:PORT][/NUMBER], rediss://… or unix:///PATH")
    return url


def shown_cache_url(url: SecretStr) -> str:
    """Return the address without user and password."""
    parts = urlsplit(url.get_secret_value())
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


class CacheSettings(Section):
    """The memory for look-ups of products, suppliers and outlets. Never used for writes."""

    url: Annotated[SecretStr, AfterValidator(_check_url)] | None = Field(
        default=None,
        description="A Redis server that several daemons share; without it, each remembers alone.",
        examples=["redis://127.0.0.1:6379/0"],
    )
    prefix: Annotated[str, AfterValidator(_PREFIX)] = Field(
        default="lsync:", description="Text before each key in Redis.", examples=["lsync:"]
    )
    ttl_seconds: Whole = Field(
        default=900,
        ge=1,
        le=86400,
        description="After how long a look-up is forgotten; a changed catalogue forgets at once.",
        examples=["900"],
    )
