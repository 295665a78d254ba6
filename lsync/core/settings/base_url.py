"""The rule for the address of the X-Series API. Nothing is contacted."""

import re
from urllib.parse import urlsplit

DEFAULT = "https://{domain_prefix}.retail.lightspeed.app/api/{api_version}"
PLACEHOLDERS = ("{domain_prefix}", "{api_version}")


def check(base_url: str) -> str:
    """Return ``base_url`` if it can be used once its placeholders are filled in.

    Raises:
        ValueError: it cannot. A vendhq.com host stopped taking API calls on 2025-03-31
            (changelog 2024-04-deprecation-of-vendhq-domain).
    """
    filled = fill(base_url, domain_prefix="example", api_version="2026-07")
    host = urlsplit(filled).hostname or ""
    if host == "vendhq.com" or host.endswith(".vendhq.com"):
        shop = host.removesuffix("vendhq.com").rstrip(".") or "{domain_prefix}"
        raise ValueError(
            f"vendhq.com no longer takes API calls; use https://{shop}.retail.lightspeed.app "
            "instead, or leave the setting out and set lightspeed.domain_prefix"
        )
    return base_url


def fill(base_url: str, *, domain_prefix: str, api_version: str) -> str:
    """Return the address with placeholders filled in; without a path it gets ``/api/VERSION``.

    Raises:
        ValueError: the result is not a plain http or https address.
    """
    url = base_url.strip().replace("{domain_prefix}", domain_prefix)
    url = url.replace("{api_version}", api_version).rstrip("/")
    if re.search(r"[{}\s\x00-\x1f]", url):
        raise ValueError(f"it may hold the placeholders {' and '.join(PLACEHOLDERS)} only")
    if not _plain(url):
        raise ValueError("it must be an http or https address without user, query or fragment")
    parts = urlsplit(url)
    if parts.scheme == "http" and str(parts.hostname).endswith("lightspeed.app"):
        raise ValueError("Lightspeed is reached over https only")
    return url if parts.path else f"{url}/api/{api_version}"


def _plain(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    extra = parts.username or parts.password or parts.query or parts.fragment
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not extra
