"""Where the API lives: domain prefixes and base URLs. Pure; nothing is resolved or contacted."""

import re
from urllib.parse import SplitResult, urlsplit

DEFAULT_BASE_URL = "https://{domain_prefix}.retail.lightspeed.app/api/{api_version}"
DEFAULT_API_VERSION = "2026-07"

_PREFIX = re.compile(r"[a-z0-9-]{1,63}")
_LEGACY = re.compile(r"[0-9]\.[0-9]+(-beta)?", re.ASCII)
_DATED = re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)
_VERSION = re.compile(r"[0-9][0-9A-Za-z.-]{0,19}")


class HostError(ValueError):
    """A domain prefix, version or base URL that must not be used; the text says what to write."""


def check_domain_prefix(prefix: str) -> str:
    """The prefix unchanged, if it is one: a-z, 0-9 and hyphens, 1 to 63 of them."""
    if not _PREFIX.fullmatch(prefix):
        raise HostError(
            "the domain prefix is the first part of the shop's address "
            "(example in https://example.retail.lightspeed.app): only a-z, 0-9 and -"
        )
    return prefix


def build_base_url(
    base_url: str = DEFAULT_BASE_URL,
    *,
    domain_prefix: str | None = None,
    api_version: str = DEFAULT_API_VERSION,
) -> str:
    """The complete base URL, without a trailing slash.

    Placeholders are filled in; a URL without a path gets `/api/{api_version}`. HostError for
    anything that is not a plain http(s) URL, and for vendhq.com, which stopped taking API calls
    on 2025-03-31 (changelog 2024-04-deprecation-of-vendhq-domain).
    """
    if not _VERSION.fullmatch(api_version):
        raise HostError("the API version looks like 2026-07")
    url = _fill(base_url.strip(), domain_prefix=domain_prefix, api_version=api_version)
    parts = _split(url)
    if parts.hostname == "vendhq.com" or (parts.hostname or "").endswith(".vendhq.com"):
        raise HostError(
            "vendhq.com no longer accepts API calls: "
            f"use https://{{domain_prefix}}.retail.lightspeed.app/api/{api_version}"
        )
    if parts.scheme == "http" and (parts.hostname or "").endswith("lightspeed.app"):
        raise HostError("Lightspeed is only reached over https")
    return url.rstrip("/") if parts.path.strip("/") else f"{url.rstrip('/')}/api/{api_version}"


def version_of(base_url: str) -> str:
    """The API version a base URL ends in, e.g. `2026-07`."""
    return urlsplit(base_url).path.rstrip("/").rpartition("/")[2]


def sibling_url(base_url: str, *, api_version: str) -> str:
    """The base URL of another API version on the same host (the token endpoint is in `1.0`).

    The empty version is 0.9, which has no segment of its own.
    """
    root = base_url.rstrip("/").rpartition("/")[0]
    return f"{root}/{api_version}" if api_version else root


def is_dated(api_version: str) -> bool:
    """Whether a version is one of the quarterly ones, such as 2026-07, and not a legacy one.

    What looks like neither is the end of a path of somebody's own, taken for the newest.
    """
    return _LEGACY.fullmatch(api_version) is None


def offers(api_version: str, *, since: str | None) -> bool:
    """Whether a version has an operation that came with `since`; legacy ones have none of those."""
    if since is None or _LEGACY.fullmatch(api_version):
        return since is None
    return api_version >= since or not _DATED.fullmatch(api_version)


def _fill(url: str, *, domain_prefix: str | None, api_version: str) -> str:
    if "{domain_prefix}" in url:
        if domain_prefix is None:
            raise HostError("the base URL needs a domain prefix")
        url = url.replace("{domain_prefix}", check_domain_prefix(domain_prefix))
    url = url.replace("{api_version}", api_version)
    if "{" in url or "}" in url:
        raise HostError(
            "the base URL knows the placeholders {domain_prefix} and {api_version} only"
        )
    return url


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise HostError(f"the base URL cannot be read: {error}") from error
    odd = parts.username is not None or parts.query or parts.fragment or any(c <= " " for c in url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or odd:
        raise HostError(
            "the base URL looks like https://example.retail.lightspeed.app/api/2026-07 "
            "(no user, no query)"
        )
    return parts
