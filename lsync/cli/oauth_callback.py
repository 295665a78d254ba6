"""Waiting for what the browser brings back: on a loopback port, or pasted into the terminal."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lsync.cli.failures import LATER, Failure

if TYPE_CHECKING:
    from lsync.core.lightspeed.oauth import Callback

HOST, PATH = "127.0.0.1", "/callback"
REQUEST_SECONDS = 10.0
LONGEST_LINE = 16 * 1024
PATIENCE_SECONDS = 600.0
"""A code lasts ten minutes."""


class Arrival:
    """The one authorization that is waited for; what does not fit is told and forgotten."""

    def __init__(self, *, state: str, tell: Callable[[str], None]) -> None:
        """``state`` is what was given to the authorization page."""
        self._state = state
        self._tell = tell
        self._found: asyncio.Future[Callback] = asyncio.get_running_loop().create_future()

    def offer(self, text: str) -> str | None:
        """Take an address or a code; return why it is none, or None when it was taken."""
        from lsync.core.lightspeed.oauth import CallbackError, read_callback

        try:
            callback = read_callback(text, state=self._state)
        except CallbackError as error:
            self._tell(f"Not taken: {error}.")
            return str(error)
        if not self._found.done():
            self._found.set_result(callback)
        return None

    async def wait(self) -> "Callback":
        """Return the authorization.

        Raises:
            Failure: none came in ten minutes, or nobody can bring one.
        """
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._found
        except TimeoutError:
            raise Failure(
                "Nobody granted access in ten minutes; nothing was changed.",
                next_step="Run `lsync vend login` again.",
                code=LATER,
            ) from None

    def give_up(self) -> None:
        """Nothing can be pasted any more, and there is no other way."""
        if not self._found.done():
            self._found.set_exception(
                Failure(
                    "Nothing was pasted, so nothing was changed.",
                    next_step="Run it in a terminal, or leave --redirect-url out.",
                )
            )


@asynccontextmanager
async def listening(arrival: Arrival, *, port: int) -> AsyncIterator[str]:
    """Take the callback on a loopback port; the value is its address.

    Raises:
        Failure: the port is taken.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                target = _target(await reader.readline())
                writer.write(_page(target, arrival))
                await writer.drain()
        except (TimeoutError, OSError, ValueError):
            pass  # Only this connection is lost; the right one may still come.
        finally:
            writer.close()

    try:
        server = await asyncio.start_server(answer, HOST, port, limit=LONGEST_LINE)
    except OSError as error:
        raise Failure(
            f"The browser's answer cannot be taken on port {port}.",
            why=f"{error.strerror}.",
            next_step="Give another --port that the application allows, or --redirect-url.",
        ) from error
    async with server:
        yield f"http://{HOST}:{server.sockets[0].getsockname()[1]}{PATH}"


def read_pasted(arrival: Arrival, *, only_way: bool) -> None:
    """Offer what is pasted, line by line, from a thread that ends with the process."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        try:
            for line in sys.stdin:
                if line.strip():
                    loop.call_soon_threadsafe(arrival.offer, line)
            if only_way:
                loop.call_soon_threadsafe(arrival.give_up)
        except (RuntimeError, ValueError, OSError):
            return  # The command has ended meanwhile, and with it the loop or the input.

    threading.Thread(target=read, daemon=True).start()


def _target(line: bytes) -> str:
    method, target, _ = line.decode("ascii").split(" ", 2)
    if method != "GET":
        raise ValueError("only a browser's GET is expected")
    return target


def _page(target: str, arrival: Arrival) -> bytes:
    if urlsplit(target).path != PATH:
        return _answer("404 Not Found", "There is nothing here.")
    if arrival.offer(target) is not None:
        return _answer("400 Bad Request", "This does not answer lsync's request.")
    return _answer("200 OK", "lsync has it. You can close this page.")


def _answer(status: str, text: str) -> bytes:
    body = f"{text}\n".encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nReferrer-Policy: no-referrer\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
