"""Rules of single values. Each raises ``ValueError`` with the rule as a sentence."""

import ipaddress
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from lsync.core.store.errors import BadDatabaseUrlError
from lsync.core.store.urls import parse_url

LONGEST_DELAY = timedelta(days=7)
LONGEST_SOCKET_PATH = 107
"""Bytes; what the kernel takes (unix(7), sun_path)."""


def refuse_bool(value: Any) -> Any:
    """Refuse true and false where a number is meant."""
    if isinstance(value, bool):
        raise ValueError("it must be a number")  # noqa: TRY004 - pydantic collects ValueError
    return value


def matching(pattern: str, rule: str) -> Callable[[str], str]:
    """Return a check that a text matches ``pattern`` whole; ``rule`` says it in words."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(rule)
        return text

    return check


def read_delays(value: Any) -> Any:
    """Read ``"60,300,900"``, a number, or a list of seconds."""
    if isinstance(value, str):
        parts: list[Any] = [part.strip() for part in value.split(",")]
    else:
        parts = list(value) if isinstance(value, list | tuple) else [value]
    delays = tuple(_delay(part) for part in parts)
    if not 1 <= len(delays) <= 50:
        raise ValueError("it must hold 1 to 50 numbers of seconds")
    return delays


def _delay(part: Any) -> timedelta:
    if isinstance(part, timedelta):
        return part
    try:
        delay = timedelta(seconds=float(refuse_bool(part)))
    except (TypeError, ValueError, OverflowError):
        raise ValueError("it must be seconds above zero, separated by commas") from None
    if not timedelta(0) < delay <= LONGEST_DELAY:
        raise ValueError("each delay must be above zero and at most seven days")
    return delay


def check_secret(secret: SecretStr) -> SecretStr:
    """Refuse what cannot be sent in a header, such as a pasted line break."""
    text = secret.get_secret_value()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("it must be printable ASCII without spaces")
    return secret


def check_url_token(token: SecretStr) -> SecretStr:
    """Refuse what could be guessed, or would need escaping in an address."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{32,128}", token.get_secret_value()):
        raise ValueError("it must be 32 to 128 letters, digits, hyphens and underscores")
    return token


def read_networks(value: Any) -> Any:
    """Read addresses and networks, separated by commas."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise ValueError("it must hold addresses or networks")  # noqa: TRY004 - pydantic collects ValueError
    return tuple(_network(str(part).strip()) for part in parts if str(part).strip())


def _network(text: str) -> str:
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        raise ValueError(
            "it must hold addresses or networks, such as 127.0.0.1,10.0.0.0/8"
        ) from None
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def check_database_url(url: SecretStr) -> SecretStr:
    """Refuse an address the store cannot open."""
    try:
        parse_url(url.get_secret_value())
    except BadDatabaseUrlError as error:
        raise ValueError(error.why) from None
    return url


def shown_database_url(url: SecretStr) -> str:
    """Return the address without its password."""
    return parse_url(url.get_secret_value()).shown


def check_public_url(url: str) -> str:
    """Refuse an address to which Lightspeed cannot deliver; plain http only for this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("it must be an https address") from None
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or parts.scheme not in ("https", "http") or parts.query:
        raise ValueError("it must be an https address without a query")
    if "@" in parts.netloc:
        raise ValueError(
            "it must be an https address without user and password; webhooks.url_token proves the "
            "sender instead"
        )
    if parts.scheme == "http" and not local:
        raise ValueError("it must be https")
    return url.rstrip("/")


def check_socket(path: Path) -> Path:
    """Refuse a path that is too long for a socket."""
    if len(str(path).encode()) > LONGEST_SOCKET_PATH:
        raise ValueError(f"it must be at most {LONGEST_SOCKET_PATH} bytes long")
    return expanded(path)


def expanded(path: Path) -> Path:
    """Return ``path`` with the home folder for ``~``."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError("its ~ must name a user of this system") from None


def check_time_zone(name: str) -> str:
    """Refuse a name that is no time zone of this system."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("it must be the name of a time zone") from None
    return name
