"""Open client connections of the simulator's server, so that one can be cut on purpose."""

import asyncio
import socket
import struct
from typing import Any, cast

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from lsync.simulator.serving.gathering import GatheringTransport

Peer = tuple[str, int]
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Connections:
    """Transports by peer address."""

    def __init__(self) -> None:
        self._open: dict[Peer, asyncio.Transport] = {}

    def opened(self, transport: asyncio.Transport) -> None:
        """Remember a new connection."""
        self._open[_peer_of(transport)] = transport

    def closed(self, transport: asyncio.Transport) -> None:
        """Forget a connection."""
        self._open.pop(_peer_of(transport), None)

    def transport_of(self, scope: Scope) -> asyncio.Transport | None:
        """The connection that a request came by; None when there is no socket."""
        client = scope.get("client")
        return self._open.get((client[0], client[1])) if client else None

    def protocol(self) -> type[asyncio.Protocol]:
        """A uvicorn HTTP protocol that reports its connections here."""
        connections = self

        class ReportingProtocol(H11Protocol):
            """HTTP/1.1 as uvicorn speaks it."""

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn
                connections.opened(transport)
                super().connection_made(GatheringTransport(transport))

            def connection_lost(self, exc: Exception | None) -> None:
                connections.closed(self.transport)
                super().connection_lost(exc)

        return ReportingProtocol


def _peer_of(transport: asyncio.Transport) -> Peer:
    peer = cast("tuple[Any, ...]", transport.get_extra_info("peername"))
    return str(peer[0]), int(peer[1])


def cut(transport: asyncio.Transport, *, last_bytes: bytes) -> None:
    """Cut a connection after `last_bytes`: closed silently without bytes, reset with some."""
    if last_bytes:
        transport.write(last_bytes)
        _reset_when_closed(transport)
    transport.abort()


def _reset_when_closed(transport: asyncio.Transport) -> None:
    raw: socket.socket = transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
