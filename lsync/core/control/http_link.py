"""Requests and live events over whatever httpx reaches: a socket kept open, or this process."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import TYPE_CHECKING

import httpx
import httpx_sse

from lsync.core.control import messages as m
from lsync.core.control.errors import (
    DaemonUnreachable,
    broke_off,
    not_connected,
    not_in_time,
    not_taken,
    refusal,
)
from lsync.core.control.link import CONNECT_SECONDS, READ_SECONDS, Link

if TYPE_CHECKING:
    from lsync.core.control.messages import Event
    from lsync.core.control.upload import Upload

SILENCE_SECONDS = 45.0
"""A live stream is pinged every 15 s; after three missed pings the daemon hangs."""


class HttpLink(Link):
    """Keeps its connections; the only one with live events."""

    def __init__(self, transport: httpx.AsyncBaseTransport, *, address: str) -> None:
        """``address`` is what error messages call the other side."""
        self.address = address
        self._http = httpx.AsyncClient(
            transport=transport,
            base_url="http://lsync",
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str],
        content: bytes,
        read_seconds: float,
    ) -> tuple[int, bytes]:
        """Send one request. Raises like ``Link.send``."""
        request = self._http.build_request(method, path, params=query, content=content)
        return await self._exchange(request, read_seconds=read_seconds)

    async def send_file(
        self, path: str, *, query: Mapping[str, str], file: Upload, read_seconds: float
    ) -> tuple[int, bytes]:
        """Send a file piece by piece. Raises like ``Link.send_file``."""

        async def pieces() -> AsyncGenerator[bytes, None]:
            for piece in file.pieces():
                yield piece

        headers = {"Content-Length": str(file.size)}
        request = self._http.build_request(
            "POST", path, params=query, content=pieces(), headers=headers
        )
        return await self._exchange(request, read_seconds=read_seconds)

    async def _exchange(self, request: httpx.Request, *, read_seconds: float) -> tuple[int, bytes]:
        timeout = httpx.Timeout(read_seconds, connect=CONNECT_SECONDS)
        request.extensions["timeout"] = timeout.as_dict()
        try:
            response = await self._http.send(request)
        except httpx.TransportError as failure:
            raise unreachable(failure, address=self.address) from failure
        return response.status_code, response.content

    async def stream(
        self, path: str, *, last_event_id: str | None = None
    ) -> AsyncGenerator[Event, None]:
        """Yield server-sent events until the daemon ends the stream. Raises like ``get``."""
        headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
        timeout = httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS)
        try:
            async with httpx_sse.aconnect_sse(
                self._http, "GET", path, headers=headers, timeout=timeout
            ) as source:
                if not source.response.is_success:
                    content = await source.response.aread()
                    raise refusal(source.response.status_code, content)
                async for received in source.aiter_sse():
                    event = _event(received)
                    if event is not None:
                        yield event
        except httpx.TransportError as failure:
            raise unreachable(failure, address=self.address) from failure


def unreachable(failure: httpx.TransportError, *, address: str) -> DaemonUnreachable:
    """Say in plain words why a request over the socket at ``address`` had no answer."""
    if isinstance(failure, httpx.ReadTimeout):
        return not_in_time(address)
    if isinstance(failure, httpx.TimeoutException):
        return not_taken(address)
    if isinstance(failure, httpx.ConnectError):
        return not_connected(failure, address=address)
    return broke_off(address)


def _event(received: httpx_sse.ServerSentEvent) -> Event | None:
    """The event, or ``None`` for a kind that only a newer daemon knows."""
    try:
        return m.Event.model_validate(
            {"id": received.id, "kind": received.event, "data": received.json()}
        )
    except ValueError:
        return None
