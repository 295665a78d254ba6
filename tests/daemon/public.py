"""The public port on a real socket of this process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial

from lsync.daemon.application import Application
from lsync.daemon.public_side import create_public_side
from lsync.daemon.serving.deadlines import DeadlineProtocol, Limits, OpenConnections
from lsync.daemon.serving.public_port import bind_public
from lsync.daemon.serving.server import EmbeddedServer


@contextlib.asynccontextmanager
async def port(application: Application, limits: Limits | None = None) -> AsyncIterator[str]:
    """Serve until the block ends; gives the address."""
    chosen = limits or Limits()
    listener = bind_public("127.0.0.1", 0)
    host, number = listener.getsockname()[:2]
    server = EmbeddedServer(
        create_public_side(application),
        protocol=partial(DeadlineProtocol, open_connections=OpenConnections(chosen)),
        proxies=chosen.proxies,
    )
    running = asyncio.create_task(server.run_until_stopped(listener))
    application.public_address = (host, number)
    try:
        yield f"http://{host}:{number}"
    finally:
        server.stop()
        await running
