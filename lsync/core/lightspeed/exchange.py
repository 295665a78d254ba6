"""What a log may know of one HTTP exchange. Secrets are removed here, before anyone sees it."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

BODY_CAP = 64 * 1024
"""Characters of a body that are kept; catalogue pages run to megabytes."""

REMOVED = "[removed]"
_SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-signature"}
)
_TOKEN_IN_URL = re.compile(r"([?&]token(?:=|%3D))[A-Za-z0-9_-]+")
"""Addresses of webhook subscriptions may carry a secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One attempt of one call. `request_id` is the same for all attempts of a call.

    `status` and the response are None when no answer came; `error` then says why.
    `duration_ms` runs from the first byte of the attempt to the last of the answer.
    """

    request_id: str
    attempt: int
    doing: str
    method: str
    url: str
    started_at: datetime
    duration_ms: int
    status: int | None
    request_headers: Mapping[str, str]
    request_body: str | None
    response_headers: Mapping[str, str] | None
    response_body: str | None
    error: str | None


ExchangeHook = Callable[[Exchange], Awaitable[None]]


def clean_headers(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers by lower-case name with the secret ones blanked."""
    return {
        name.lower(): REMOVED if name.lower() in _SECRET_HEADERS else value
        for name, value in headers
    }


def clean_body(body: bytes | None, *, secrets: Iterable[str] = ()) -> str | None:
    """A body as text: secrets blanked, undecodable bytes marked, capped at `BODY_CAP`."""
    if body is None:
        return None
    # Four bytes per character at most; one more character tells that something was cut.
    text = body[: 4 * (BODY_CAP + 1)].decode("utf-8", "replace")
    for secret in secrets:
        text = text.replace(secret, REMOVED)
    text = _TOKEN_IN_URL.sub(rf"\1{REMOVED}", text)
    return text if len(text) <= BODY_CAP else f"{text[:BODY_CAP]}… ({len(body)} bytes in all)"
