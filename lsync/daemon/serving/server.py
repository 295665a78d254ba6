"""A uvicorn server that the daemon starts and stops; signals are not its business."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Collection, Generator
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from lsync.daemon.serving.proxies import SenderBehindProxy

GRACE_SECONDS = 1
"""What is still being answered after this is cut off; live streams end by themselves before."""
HEADER_BYTES = 16 * 1024


class EmbeddedServer(uvicorn.Server):
    """Serves one application on one bound socket until told to stop."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        protocol: Callable[..., asyncio.Protocol],
        proxies: Collection[str] = (),
    ) -> None:
        """``protocol`` makes the connection handlers, with uvicorn's keyword arguments.

        ``proxies`` are addresses and networks whose ``X-Forwarded-For`` names the real sender.
        """
        handler: Any = protocol
        served: Any = SenderBehindProxy(app, proxies=proxies) if proxies else app
        super().__init__(
            uvicorn.Config(
                served,
                http=handler,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
                h11_max_incomplete_event_size=HEADER_BYTES,
            )
        )
        self._stopping = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals to the daemon: uvicorn would raise them a second time after serving."""
        yield

    async def main_loop(self) -> None:
        """Refresh the date header each second and leave as soon as told to."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._stopping.wait()

    async def run_until_stopped(self, listener: socket.socket) -> None:
        """Serve connections on ``listener``, which is closed at the end."""
        await self.serve(sockets=[listener])

    def stop(self) -> None:
        """Stop accepting, finish what is being answered, then return from serving."""
        self.should_exit = True
        self._stopping.set()
