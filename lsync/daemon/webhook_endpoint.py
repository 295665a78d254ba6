"""The public port's webhook addresses: prove the origin, keep the delivery, answer, work later.

Refusals tell the sender nothing and the log everything. A delivery is answered with 204 only
once it is committed; when it cannot be kept the answer is 503, so that Lightspeed sends again.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl

import structlog
from pydantic_core import to_json
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from lsync.core.domain.sanitise import visible
from lsync.core.store.deliveries import Delivery
from lsync.core.store.errors import StoreError
from lsync.daemon.metrics import Metrics
from lsync.daemon.webhook_reading import (
    FORM_FIELDS,
    Verdict,
    digest,
    is_event_type,
    judge_origin,
    type_in_body,
)

PATH = "/webhooks/lightspeed"
TOKEN = "token"  # noqa: S105 - the name of the query parameter
BODY_BYTES = 1024 * 1024
SOURCE_LENGTH = 64
WAITING = 256
"""More deliveries than this waiting for the database are turned away for a second try."""
SECRET_HEADERS = frozenset({"x-signature", "authorization", "proxy-authorization", "cookie"})
AGAIN = ((b"retry-after", b"30"),)

_ADDRESS = re.compile(re.escape(PATH) + r"(?:/(?P<event_type>[^/]+))?/?")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginRules:
    """What proves that a delivery comes from Lightspeed."""

    secrets: Sequence[str] = field(default=(), repr=False)
    url_token: str | None = field(default=None, repr=False)
    allow_unsigned: bool = False


Keep = Callable[[Delivery], Awaitable[bool]]
"""Commits a delivery and its job; True if it was a duplicate. Raises ``StoreError``."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Sequence[tuple[bytes, bytes]] = ()


class WebhookEndpoint:
    """Receives deliveries as an ASGI application; ``keep`` makes them durable."""

    def __init__(
        self,
        *,
        rules: Callable[[], OriginRules],
        keep: Keep,
        metrics: Metrics,
        waiting: int = WAITING,
    ) -> None:
        """``rules`` is asked for each delivery: secrets may come from the database, later.

        ``waiting`` bounds how many deliveries may wait for the database at once.
        """
        self._rules = rules
        self._keep = keep
        self._metrics = metrics
        self._limit = waiting
        self._waiting = 0

    def routes(self) -> list[Route]:
        """The two addresses deliveries arrive at."""
        return [
            Route(PATH, self, methods=["POST"]),
            Route(PATH + "/{event_type}", self, methods=["POST"]),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one delivery; a sender that hangs up gets no answer."""
        answer = await self._answer(scope, receive)
        if answer is None:
            return
        headers = answer.headers if answer.status == 204 else (*answer.headers, _EMPTY)
        start = {"type": "http.response.start", "status": answer.status, "headers": headers}
        await send(start)
        await send({"type": "http.response.body"})

    async def _answer(self, scope: Scope, receive: Receive) -> _Answer | None:
        named = scope["path_params"].get("event_type")
        if named is not None and not is_event_type(named):
            return _Answer(404)
        headers = _read_headers(scope)
        if any(kind.lower().startswith("multipart/") for kind in headers.get("content-type", ())):
            return self._refuse(scope, headers, "multipart", status=415)
        try:
            raw = await _read(receive, announced="".join(headers.get("content-length", ())))
        except _GoneError:
            return None
        if raw is None:
            return self._refuse(scope, headers, "too_large", status=413)
        verdict = self._judge(raw, headers, scope["query_string"])
        if not verdict.accepted:
            return self._refuse(scope, headers, verdict, status=401)
        return await self._take_in(scope, raw, headers, named, verdict)

    async def _take_in(
        self, scope: Scope, raw: bytes, headers: "Headers", named: str | None, verdict: Verdict
    ) -> _Answer:
        if self._waiting >= self._limit:
            self._metrics.count_webhook("overload")
            return _Answer(503, AGAIN)
        self._waiting += 1
        try:
            if named is None:
                content_type = ",".join(headers.get("content-type", ()))
                named = await _type_in(raw, content_type, source=_source(scope))
            return await self._accept(_delivery(scope, raw, headers, named, verdict))
        finally:
            self._waiting -= 1

    def _judge(self, raw: bytes, headers: "Headers", query: bytes) -> Verdict:
        rules = self._rules()
        return judge_origin(
            raw,
            signatures=headers.get("x-signature", ()),
            token=_token(query) if query else None,
            secrets=rules.secrets,
            url_token=rules.url_token,
            allow_unsigned=rules.allow_unsigned,
        )

    async def _accept(self, delivery: Delivery) -> _Answer:
        try:
            duplicate = await self._keep(delivery)
        except StoreError as failure:
            self._metrics.count_webhook("not_kept")
            log.warning("webhook not kept", reason=str(failure), source=delivery.source)
            return _Answer(503, AGAIN)
        self._metrics.count_webhook("duplicate" if duplicate else delivery.verdict)
        return _Answer(204)

    def _refuse(self, scope: Scope, headers: "Headers", verdict: str, *, status: int) -> _Answer:
        self._metrics.count_webhook(verdict)
        log.warning(
            "webhook refused",
            verdict=verdict,
            path=scope["path"],
            source=_source(scope),
            headers=_kept(headers),
        )
        return _Answer(status)


def address_in(path: str) -> dict[str, str] | None:
    """The path's parameters if deliveries arrive there; a slash at the end means nothing."""
    found = _ADDRESS.fullmatch(path)
    if found is None:
        return None
    return found.groupdict() if found["event_type"] else {}


_EMPTY = (b"content-length", b"0")
Headers = Mapping[str, Sequence[str]]


class _GoneError(Exception):
    """The sender hung up before its request was complete."""


def _read_headers(scope: Scope) -> Headers:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    return found


async def _read(receive: Receive, *, announced: str) -> bytes | None:
    """The body, or ``None`` as soon as it is longer than allowed, whatever was announced."""
    if announced.isdecimal() and int(announced[:20]) > BODY_BYTES:
        return None
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _GoneError
        body = body + message.get("body", b"") if body else message.get("body", b"")
        if len(body) > BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _token(query: bytes) -> str | None:
    """The token in the address; several or an unreadable query are a wrong one."""
    try:
        given = parse_qsl(query.decode("latin-1"), max_num_fields=FORM_FIELDS)
    except ValueError:
        return ""
    tokens = [value for name, value in given if name == TOKEN]
    return (tokens[0] if len(tokens) == 1 else "") if tokens else None


async def _type_in(raw: bytes, content_type: str, *, source: str) -> str:
    # A form of a megabyte takes a third of a second to take apart: never on the event loop.
    found = await asyncio.to_thread(type_in_body, raw, content_type)
    if not is_event_type(found):
        log.warning("webhook of no known type", type=found, source=source)
    return found


def _delivery(
    scope: Scope, raw: bytes, headers: Headers, event_type: str, verdict: Verdict
) -> Delivery:
    return Delivery(
        event_type=event_type,
        digest=digest(event_type, raw),
        body=raw.decode("utf-8", "backslashreplace"),
        headers=to_json(_kept(headers)).decode(),
        source=_source(scope),
        verdict=verdict,
    )


def _source(scope: Scope) -> str:
    """The sender's address; behind a trusted proxy it is what a header says."""
    client = scope.get("client")
    return _shown(client[0]) if client else ""


@lru_cache(maxsize=256)
def _shown(address: str) -> str:
    return visible(address)[:SOURCE_LENGTH]


def _kept(headers: Headers) -> dict[str, str]:
    """Every header that proves nothing, as one text each."""
    return {name: ", ".join(some) for name, some in headers.items() if name not in SECRET_HEADERS}
