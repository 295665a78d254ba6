"""Single requests over a Unix socket, each on a connection of its own; for short commands.

Loading httpx takes longer than most commands.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from lsync.core.control.errors import broke_off, not_connected, not_in_time, not_taken
from lsync.core.control.link import CONNECT_SECONDS, Link
from lsync.core.control.wire import HEAD_END, read_head, request_bytes, request_head

if TYPE_CHECKING:
    from lsync.core.control.messages import Event
    from lsync.core.control.upload import Upload

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class SocketLink(Link):
    """A connection for each request."""

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
        return await self._send([request], read_seconds=read_seconds)

    async def send_file(
        self, path: str, *, query: Mapping[str, str], file: Upload, read_seconds: float
    ) -> tuple[int, bytes]:
        """Send a file piece by piece. Raises like ``Link.send_file``."""
        head = request_head("POST", path, query=query, length=file.size)
        return await self._send(chain((head,), file.pieces()), read_seconds=read_seconds)

    async def _send(self, pieces: Iterable[bytes], *, read_seconds: float) -> tuple[int, bytes]:
        reader, writer = await self._connect()
        try:
            async with asyncio.timeout(read_seconds):
                return await _exchange(reader, writer, pieces)
        except TimeoutError as failure:
            raise not_in_time(self.address) from failure
        except (OSError, EOFError, ValueError) as failure:
            raise broke_off(self.address) from failure
        finally:
            writer.close()

    def stream(self, path: str, *, last_event_id: str | None = None) -> AsyncGenerator[Event, None]:
        """Live events take the other link; see ``finding.over_socket``."""
        raise TypeError(
            f"a socket link carries single requests; events of {path} after {last_event_id} take "
            "http_link"
        )

    async def _connect(self) -> Connection:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return await asyncio.open_unix_connection(self.address)
        except TimeoutError as failure:
            raise not_taken(self.address) from failure
        except OSError as failure:
            raise not_connected(failure, address=self.address) from failure


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: Iterable[bytes]
) -> tuple[int, bytes]:
    """Write the request piece by piece and read its answer.

    Raises:
        EOFError: the answer is shorter than it says.
        ValueError: it is not what the daemon answers.
    """
    with suppress(ConnectionError):  # the daemon may refuse a body before it has read all of it
        for piece in request:
            writer.write(piece)
            await writer.drain()
    status, length = read_head((await reader.readuntil(HEAD_END)).removesuffix(HEAD_END))
    return status, await reader.readexactly(length)
