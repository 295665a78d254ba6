"""Single requests over a Unix socket without an event loop; for commands that only ask.

Loading asyncio takes a tenth of a short command's time. ``at_once`` runs what is written for this
link in the client's words; what waits for anything but the daemon takes ``socket_link``.
"""

from __future__ import annotations

import socket
import time
from collections.abc import AsyncGenerator, Coroutine, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lsync.core.control.errors import broke_off, not_connected, not_in_time, not_taken
from lsync.core.control.link import CONNECT_SECONDS, Link
from lsync.core.control.wire import HEAD_END, LONGEST_HEAD, read_head, request_bytes

if TYPE_CHECKING:
    from lsync.core.control.messages import Event

Result = TypeVar("Result")

CHUNK = 65_536


def at_once(work: Coroutine[Any, Any, Result]) -> Result:
    """Return what ``work`` returns; it may await nothing but a client over a direct link.

    Raises:
        RuntimeError: it awaits something that only an event loop brings about.
    """
    try:
        work.send(None)
    except StopIteration as ended:
        result: Result = ended.value
        return result
    work.close()
    raise RuntimeError(f"{work} waits for something that takes an event loop")


class DirectLink(Link):
    """A connection for each request, on which this thread waits."""

    def __init__(self, path: Path) -> None:
        """``path`` is the daemon's socket."""
        self.address = str(path)

    async def aclose(self) -> None:
        """Nothing is kept open."""

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
        request = request_bytes(method, path, query=query, content=content)
        with self._connect() as connection:
            try:
                return _exchange(connection, request, ends=time.monotonic() + read_seconds)
            except TimeoutError as failure:
                raise not_in_time(self.address) from failure
            except (OSError, EOFError, ValueError) as failure:
                raise broke_off(self.address) from failure

    def stream(self, path: str, *, last_event_id: str | None = None) -> AsyncGenerator[Event, None]:
        """Live events take another link; see ``finding.over_socket``."""
        raise TypeError(
            f"a direct link carries single requests; events of {path} after {last_event_id} take "
            "http_link"
        )

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(CONNECT_SECONDS)
            connection.connect(self.address)
        except OSError as failure:
            connection.close()
            # A queue of connections that is full is reported at once, not after the time.
            if isinstance(failure, TimeoutError | BlockingIOError):
                raise not_taken(self.address) from failure
            raise not_connected(failure, address=self.address) from failure
        return connection


def _exchange(connection: socket.socket, request: bytes, *, ends: float) -> tuple[int, bytes]:
    """Write the request and read its answer until the moment ``ends`` of the monotonic clock.

    Raises:
        EOFError: the answer is shorter than it says.
        ValueError: it is not what the daemon answers.
    """
    with suppress(ConnectionError):  # the daemon may refuse a body before it has read all of it
        _give_time(connection, ends=ends)
        connection.sendall(request)
    received = bytearray()
    while HEAD_END not in received:
        if len(received) > LONGEST_HEAD:
            raise ValueError("the head of the answer has no end")
        received += _receive(connection, ends=ends)
    head, _, begun = bytes(received).partition(HEAD_END)
    status, length = read_head(head)
    body = bytearray(begun)
    while len(body) < length:
        body += _receive(connection, ends=ends)
    return status, bytes(body[:length])


def _receive(connection: socket.socket, *, ends: float) -> bytes:
    _give_time(connection, ends=ends)
    received = connection.recv(CHUNK)
    if not received:
        raise EOFError("the answer is shorter than it says")
    return received


def _give_time(connection: socket.socket, *, ends: float) -> None:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)
