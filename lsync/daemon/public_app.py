"""The public port: webhooks, health, readiness and metrics. Nothing here commands the daemon."""

from collections.abc import Awaitable, Callable

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from lsync.core.store.errors import StoreError
from lsync.daemon.metrics import Metrics
from lsync.daemon.webhook_endpoint import WebhookEndpoint, address_in

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Check = Callable[[], Awaitable[None]]
"""Raises ``StoreError`` if what it looks at does not work."""

log = structlog.get_logger(__name__)


def create_public_app(
    *, webhooks: WebhookEndpoint, metrics: Metrics, ready: Check, measure: Check
) -> ASGIApp:
    """Return the ASGI application of the public port.

    ``ready`` looks at database and queue, ``measure`` fills in the gauges of ``metrics``.
    """

    async def healthz(request: Request) -> Response:  # noqa: ARG001 - Starlette's signature
        return PlainTextResponse("ok\n")

    async def readyz(request: Request) -> Response:  # noqa: ARG001 - Starlette's signature
        try:
            await ready()
        except StoreError:
            return PlainTextResponse("not ready\n", status_code=503)
        return PlainTextResponse("ready\n")

    async def show_metrics(request: Request) -> Response:  # noqa: ARG001 - Starlette's signature
        try:
            await measure()
        except StoreError:
            metrics.show_database_down()
        return Response(metrics.text(), headers={"content-type": METRICS_TYPE})

    routes = [
        *webhooks.routes(),
        Route("/healthz", healthz, methods=["GET"]),
        Route("/readyz", readyz, methods=["GET"]),
        Route("/metrics", show_metrics, methods=["GET"]),
    ]
    handlers = {HTTPException: _silent, Exception: _log_and_hide}
    others = Starlette(routes=routes, exception_handlers=handlers)
    # A redirection would name the host that the sender says it has asked.
    others.router.redirect_slashes = False
    return _WebhooksFirst(webhooks, others=others)


class _WebhooksFirst:
    """Hands deliveries straight to their endpoint: in a flood each layer between counts."""

    def __init__(self, webhooks: WebhookEndpoint, *, others: ASGIApp) -> None:
        self._webhooks = webhooks
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = address_in(scope["path"]) if scope.get("method") == "POST" else None
        if found is None:
            await self._others(scope, receive, send)
            return
        scope["path_params"] = found
        try:
            await self._webhooks(scope, receive, send)
        except Exception as failure:  # noqa: BLE001 - as Starlette's outermost layer does
            answer = await _log_and_hide(Request(scope), failure)
            await answer(scope, receive, send)


async def _silent(request: Request, failure: Exception) -> Response:  # noqa: ARG001 - Starlette's signature
    """Strangers learn the status and nothing else."""
    status = failure.status_code if isinstance(failure, HTTPException) else 500
    return Response(status_code=status)


async def _log_and_hide(request: Request, failure: Exception) -> Response:
    log.error("request failed", path=request.url.path, exc_info=failure)
    return Response(status_code=500)
