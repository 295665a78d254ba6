"""Serving a simulator on a loopback port until told to stop."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Iterator

import uvicorn

from lsync.simulator.app import create_app
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.serving.connections import Connections
from lsync.simulator.world import World

HOST = "127.0.0.1"


class SimulatorServer(uvicorn.Server):
    """A uvicorn server that leaves signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class BoundSimulator:
    """A simulator that has its port. `serve` answers until `stop` is called.

    Raises OSError when the port is taken.
    """

    def __init__(self, config: SimulatorConfig) -> None:
        connections = Connections()
        app = create_app(config, connections=connections)
        self.world: World = app.state.world
        self._socket = _bind(config.port)
        self._server = SimulatorServer(
            uvicorn.Config(
                app,
                http=connections.protocol(),
                ws="none",
                log_level="warning",
                access_log=False,
                date_header=False,
                server_header=False,
                timeout_graceful_shutdown=2,
            )
        )

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"http://{HOST}:{self._socket.getsockname()[1]}"

    @property
    def started(self) -> bool:
        """Whether it answers."""
        return self._server.started

    async def serve(self) -> None:
        """Answer until stopped; returns after open requests have ended (at most 2 s)."""
        try:
            await self._server.serve(sockets=[self._socket])
        finally:
            self._socket.close()

    def stop(self) -> None:
        """Let `serve` return."""
        self._server.should_exit = True


async def serve(config: SimulatorConfig) -> None:
    """Run a simulator until SIGTERM or SIGINT; the first line of stdout tells where it listens."""
    simulator = BoundSimulator(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, simulator.stop)
    sys.stdout.write(f"listening on {simulator.url}\n")
    sys.stdout.flush()
    try:
        await simulator.serve()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def _bind(port: int) -> socket.socket:
    # The protocol is named because asyncio turns Nagle's delay off only where it sees TCP.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
        bound.listen(256)
    except OSError:
        bound.close()
        raise
    return bound
