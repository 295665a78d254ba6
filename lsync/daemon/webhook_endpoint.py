"""The public port's webhook routes: prove the origin, keep the delivery, answer, work later.

Refusals tell the sender nothing and the log everything. A delivery is answered with 204 only
once it is committed; when it cannot be kept the answer is 503, so that Lightspeed sends again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from lsync.core.domain.sanitise import visible
from lsync.core.store.deliveries import Delivery
from lsync.core.store.errors import StoreError
from lsync.daemon.metrics import Metrics
from lsync.daemon.webhook_reading import (
    UNTYPED,
    Verdict,
    digest,
    is_event_type,
    judge_origin,
    type_in_body,
)

BODY_BYTES = 1024 * 1024
SOURCE_LENGTH = 64
WAITING = 256
"""More deliveries than this waiting for the database are turned away for a second try."""
KEPT_HEADERS = frozenset({"content-type", "content-length", "user-agent", "host", "x-request-id"})
RETRY_AFTER = {"Retry-After": "30"}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginRules:
    """What proves that a delivery comes from Lightspeed."""

    secrets: Sequence[str] = field(default=(), repr=False)
    url_token: str | None = field(default=None, repr=False)
    allow_unsigned: bool = False


Keep = Callable[[Delivery], Awaitable[bool]]
"""Commits a delivery and its job; True if it was a duplicate. Raises ``StoreError``."""


class WebhookEndpoint:
    """Receives deliveries; ``keep`` makes them durable."""

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
            Route("/webhooks/lightspeed", self.receive, methods=["POST"]),
            Route("/webhooks/lightspeed/{event_type}", self.receive, methods=["POST"]),
        ]

    async def receive(self, request: Request) -> Response:
        """Answer one delivery."""
        named = request.path_params.get("event_type")
        if named is not None and not is_event_type(named):
            return Response(status_code=404)
        try:
            raw = await _read(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if raw is None:
            return self._refuse(request, "too_large", status=413)
        rules = self._rules()
        verdict = judge_origin(
            raw,
            signatures=request.headers.getlist("x-signature"),
            token=request.query_params.get("token"),
            secrets=rules.secrets,
            url_token=rules.url_token,
            allow_unsigned=rules.allow_unsigned,
        )
        if not verdict.accepted:
            return self._refuse(request, verdict, status=401)
        return await self._accept(request, raw, named, verdict)

    def _refuse(self, request: Request, verdict: str, *, status: int) -> Response:
        self._metrics.count_webhook(verdict)
        log.warning(
            "webhook refused",
            verdict=verdict,
            path=request.url.path,
            source=_source(request),
            headers=_kept_headers(request),
        )
        return Response(status_code=status)

    async def _accept(
        self, request: Request, raw: bytes, named: str | None, verdict: Verdict
    ) -> Response:
        if self._waiting >= self._limit:
            self._metrics.count_webhook("overload")
            return Response(status_code=503, headers=RETRY_AFTER)
        self._waiting += 1
        try:
            duplicate = await self._keep(await _delivery(request, raw, named, verdict))
        except StoreError as failure:
            self._metrics.count_webhook("not_kept")
            log.warning("webhook not kept", reason=str(failure), source=_source(request))
            return Response(status_code=503, headers=RETRY_AFTER)
        finally:
            self._waiting -= 1
        self._metrics.count_webhook("duplicate" if duplicate else verdict)
        return Response(status_code=204)


async def _read(request: Request) -> bytes | None:
    """The body, or ``None`` as soon as it is longer than allowed, whatever was announced."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > BODY_BYTES:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            return None
    return bytes(body)


async def _delivery(request: Request, raw: bytes, named: str | None, verdict: Verdict) -> Delivery:
    content_type = request.headers.get("content-type", "")
    # A form of a megabyte takes a third of a second to take apart: never on the event loop.
    event_type: str = (
        await asyncio.to_thread(type_in_body, raw, content_type) if named is None else named
    )
    if event_type == UNTYPED:
        log.warning("webhook without a type", source=_source(request))
    return Delivery(
        event_type=event_type,
        digest=digest(event_type, raw),
        body=raw.decode("utf-8", "replace"),
        headers=_kept_headers(request),
        source=_source(request),
        verdict=verdict,
    )


def _source(request: Request) -> str:
    """The sender's address; behind a proxy it is what a header says."""
    return visible(request.client.host)[:SOURCE_LENGTH] if request.client else ""


def _kept_headers(request: Request) -> dict[str, str]:
    return {name: text for name, text in request.headers.items() if name in KEPT_HEADERS}
