"""What to send: building calls. Pure; sending is in `transport`, reading answers in `answers`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Literal
from urllib.parse import quote, urlencode

from lsync.core.lightspeed.wire import Json, moment_text, write_json

Envelope = Literal["bare", "data"]
QueryValue = str | int | bool | Decimal | datetime | Sequence[str] | None

JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One operation, ready to be sent any number of times.

    `doing` completes "could not …" in errors. `writes` tells whether the call has an effect at
    Lightspeed; it decides what a lost answer means. `path` starts with a slash and is relative to
    the base URL; `query` is already encoded.

    `since` is the first dated API version that offers it (None: every version does). `version` is
    the one it has to be sent to where that differs from the configured one; empty is the version
    without a number. Content that is `confidential` stays out of the log.
    """

    doing: str
    method: str
    path: str
    writes: bool
    query: str = ""
    body: bytes | None = None
    content_type: str = JSON_TYPE
    since: str | None = None
    version: str | None = None
    confidential: bool = False

    @property
    def target(self) -> str:
        """Path and query, as sent after the base URL."""
        return f"{self.path}?{self.query}" if self.query else self.path


def read(
    doing: str,
    *path: str,
    query: Mapping[str, QueryValue] | None = None,
    since: str | None = None,
) -> Call:
    """A GET."""
    return Call(
        doing=doing,
        method="GET",
        path=join(*path),
        writes=False,
        query=encode_query(query or {}),
        since=since,
    )


def ask(doing: str, *path: str, body: Json, since: str | None = None) -> Call:
    """A POST that only reads: its question is in the body."""
    return Call(
        doing=doing,
        method="POST",
        path=join(*path),
        writes=False,
        body=write_json(body),
        since=since,
    )


def write(
    doing: str,
    method: Literal["POST", "PUT", "PATCH", "DELETE"],
    *path: str,
    body: Json = None,
    since: str | None = None,
    version: str | None = None,
) -> Call:
    """A call with an effect. Without a body none is sent."""
    return Call(
        doing=doing,
        method=method,
        path=join(*path),
        writes=True,
        body=None if body is None else write_json(body),
        since=since,
        version=version,
    )


def form(doing: str, method: Literal["POST", "PUT"], *path: str, fields: Mapping[str, str]) -> Call:
    """A call with an effect that carries a form instead of JSON."""
    return Call(
        doing=doing,
        method=method,
        path=join(*path),
        writes=True,
        body=urlencode(fields).encode("ascii"),
        content_type=FORM_TYPE,
    )


def upload(doing: str, *path: str, field: str, content: bytes) -> Call:
    """A call with an effect that carries a file as a multipart form (D:request_format)."""
    # Derived from the content, so that the content cannot hold it, and the call stays a value.
    boundary = sha256(content).hexdigest()
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{field}"\r\n'
    kind = "Content-Type: application/octet-stream\r\n\r\n"
    return Call(
        doing=doing,
        method="POST",
        path=join(*path),
        writes=True,
        body=b"".join([head.encode(), kind.encode(), content, f"\r\n--{boundary}--\r\n".encode()]),
        content_type=f"multipart/form-data; boundary={boundary}",
    )


def join(*segments: str) -> str:
    """Segments as a path; each is escaped, so that an id can never name another resource."""
    for segment in segments:
        if segment in {"", ".", ".."}:
            raise ValueError(f"{segment!r} is no id")
    return "".join(f"/{quote(segment, safe='')}" for segment in segments)


def wrap(body: Json, *, envelope: Envelope) -> Json:
    """The body in the configured envelope; the contract and the tutorials disagree on it."""
    return {"data": body} if envelope == "data" else body


def encode_query(parameters: Mapping[str, QueryValue]) -> str:
    """URL-encoded parameters; None leaves one out, a sequence repeats it."""
    pairs = [
        (name, _query_text(item))
        for name, value in parameters.items()
        if value is not None
        for item in (
            value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        )
    ]
    return urlencode(pairs)


def _query_text(value: str | int | bool | Decimal | datetime) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return moment_text(value)
    return str(value)
