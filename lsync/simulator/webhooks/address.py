"""Whether webhooks can be sent to an address that the simulator is started with."""

from urllib.parse import urlsplit


def check_address(url: str, *, place: str) -> None:
    """Raise ValueError unless `url` is one of HTTP, in which `place` may stand for a value."""
    filled = url.replace(place, "x")
    if not filled.isprintable() or set(filled) & set(' {}"<>\\'):
        raise ValueError(f"it holds what an address cannot; only {place} is filled in")
    parts = urlsplit(filled)
    if parts.scheme not in {"http", "https"}:
        raise ValueError("it does not begin with http:// or https://")
    if not parts.hostname:
        raise ValueError("it names no host")
    if parts.port == 0:
        raise ValueError("port 0 cannot be called")
