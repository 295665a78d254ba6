"""The sender's address behind a trusted reverse proxy: what its header names, if that is one."""

import ipaddress
from collections.abc import Collection
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

PEER = "lsync.peer"
"""Where a request's scope keeps the connection's own address."""


class SenderBehindProxy:
    """Sets the scope's ``client`` from ``X-Forwarded-For`` of trusted proxies.

    uvicorn takes whatever text stands in the header; what is no IP address is not believed here,
    and the connection's own address stays.
    """

    def __init__(self, app: ASGIApp, *, proxies: Collection[str]) -> None:
        """``proxies`` are addresses and networks whose header is believed."""
        self._app = app
        judge: Any = self._judge
        self._reader = ProxyHeadersMiddleware(judge, trusted_hosts=list(proxies))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with the sender's address."""
        scope[PEER] = scope.get("client")
        given: Any = (scope, receive, send)
        await self._reader(*given)

    async def _judge(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if client is not None and client != scope[PEER]:
            address = address_of(client[0])
            scope["client"] = scope[PEER] if address is None else (address, client[1])
        await self._app(scope, receive, send)


def address_of(text: str) -> str | None:
    """An IP address in its usual spelling; None for any other text, zones included."""
    try:
        return None if "%" in text else str(ipaddress.ip_address(text))
    except ValueError:
        return None
