"""HTTP connections that must make progress: deadlines for requests, caps on connections.

uvicorn waits for ever for slow headers, slow bodies and connections that never speak (measured
with 0.54), so its protocol is extended here. Nothing here knows a route.
"""

import asyncio
import ipaddress
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

PROXIES = ("127.0.0.1", "::1")
"""A reverse proxy on this machine; its ``X-Forwarded-For`` is believed."""
RECEIVING = frozenset({h11.IDLE, h11.SEND_BODY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a request may take to arrive, and how many connections may be open.

    ``proxies`` (addresses and networks) stand for many senders, so only the total cap holds for
    them.
    """

    request_seconds: float = 10.0
    connections: int = 512
    connections_per_address: int = 64
    proxies: tuple[str, ...] = PROXIES

    def is_proxy(self, address: str) -> bool:
        """Whether a connection from there may stand for many senders."""
        return _is_within(address, self.proxies)


@lru_cache(maxsize=1024)
def _is_within(address: str, networks: tuple[str, ...]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return any((mapped or found) in ipaddress.ip_network(network) for network in networks)


@dataclass(slots=True)
class OpenConnections:
    """Connections of one server, counted by address."""

    limits: Limits
    by_address: Counter[str] = field(default_factory=Counter)
    refused: int = 0

    def admit(self, address: str) -> bool:
        """Count a connection in, unless a cap is reached."""
        limits = self.limits
        full = self.by_address.total() >= limits.connections
        crowded = self.by_address[address] >= limits.connections_per_address
        if full or (crowded and not limits.is_proxy(address)):
            self.refused += 1
            return False
        self.by_address[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Count a connection out."""
        self.by_address[address] -= 1
        if self.by_address[address] <= 0:
            del self.by_address[address]


class DeadlineProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 protocol with a deadline for every request and a cap on connections."""

    def __init__(self, *, open_connections: OpenConnections, **given: Any) -> None:
        """``open_connections`` is shared by all connections of a server."""
        super().__init__(**given)
        self._open = open_connections
        self._address: str | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        """Refuse a connection over the cap without a word; start the clock for the others."""
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if not self._open.admit(address):
            transport.abort()
            return
        self._address = address
        self._start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count the connection out."""
        self._stop_clock()
        if self._address is not None:
            self._open.leave(self._address)
            self._address = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Run the clock from a request's first byte to its last."""
        if self._address is None:
            return
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """A request that was sent ahead of this answer begins now; else uvicorn's clock runs."""
        super().on_response_complete()
        if self.conn.their_state is not h11.IDLE:
            self._watch()

    def _watch(self) -> None:
        if self.conn.their_state not in RECEIVING:
            self._stop_clock()
        elif self._deadline is None and not self.transport.is_closing():
            self._start_clock()

    def _start_clock(self) -> None:
        seconds = self._open.limits.request_seconds
        self._deadline = self.loop.call_later(seconds, self._too_slow)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._deadline = None
        self.transport.abort()
