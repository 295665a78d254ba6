"""One request to the daemon and its answer as a message. Knows no route."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import httpx_sse
from pydantic import BaseModel, TypeAdapter, ValidationError

from lsync.core.control import messages as m
from lsync.core.control.errors import ControlError, refusal, unreachable
from lsync.core.control.messages import ErrorMessage

if TYPE_CHECKING:
    from lsync.core.control.messages import Event

Answer = TypeVar("Answer")

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
SILENCE_SECONDS = 45.0
"""A live stream is pinged every 15 s; after three missed pings the daemon hangs."""


class Link:
    """Sends requests over one transport and turns every failure into a ``ControlError``."""

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

    async def get(
        self,
        path: str,
        expected: TypeAdapter[Answer],
        *,
        query: Mapping[str, object] | None = None,
        read_seconds: float = READ_SECONDS,
    ) -> Answer:
        """Read ``path``; parameters that are ``None`` are left out.

        Raises:
            ControlError: the daemon refused.
            DaemonUnreachable: it did not answer.
        """
        given = {name: str(value) for name, value in (query or {}).items() if value is not None}
        return await self._answer("GET", path, expected, params=given, read_seconds=read_seconds)

    async def post(
        self,
        path: str,
        expected: TypeAdapter[Answer],
        *,
        body: BaseModel | None = None,
        read_seconds: float = READ_SECONDS,
    ) -> Answer:
        """Send ``body`` as JSON. Raises like ``get``."""
        content = b"" if body is None else body.model_dump_json().encode()
        return await self._answer(
            "POST", path, expected, content=content, read_seconds=read_seconds
        )

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
                    await source.response.aread()
                    raise refusal(source.response)
                async for received in source.aiter_sse():
                    event = _event(received)
                    if event is not None:
                        yield event
        except httpx.TransportError as failure:
            raise unreachable(failure, address=self.address) from failure

    async def _answer(
        self,
        method: str,
        path: str,
        expected: TypeAdapter[Answer],
        *,
        read_seconds: float = READ_SECONDS,
        **request: Any,
    ) -> Answer:
        timeout = httpx.Timeout(read_seconds, connect=CONNECT_SECONDS)
        try:
            response = await self._http.request(method, path, timeout=timeout, **request)
        except httpx.TransportError as failure:
            raise unreachable(failure, address=self.address) from failure
        if not response.is_success:
            raise refusal(response)
        try:
            return expected.validate_json(response.content)
        except ValidationError as failure:
            raise _unreadable(path) from failure


def _event(received: httpx_sse.ServerSentEvent) -> Event | None:
    """The event, or ``None`` for a kind that only a newer daemon knows."""
    try:
        return m.Event.model_validate(
            {"id": received.id, "kind": received.event, "data": received.json()}
        )
    except ValueError:
        return None


def _unreadable(path: str) -> ControlError:
    return ControlError(
        ErrorMessage(
            error=f"The daemon's answer to {path} cannot be read.",
            why="Daemon and client are probably of different versions.",
            next_step="Restart the daemon after an upgrade, then try again.",
        )
    )
