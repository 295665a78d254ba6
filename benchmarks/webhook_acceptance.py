"""Signed webhooks acknowledged after a durable commit, against a bare handler that stores nothing.

Both run in processes of their own behind the daemon's own protocol; 16 connections send as fast
as they are answered. SQLite with ``synchronous=FULL``.
"""

import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from benchmarks.figures import Figure, median_ratio
from lsync.core.lightspeed.signature import sign
from lsync.core.settings import Settings, load_settings
from lsync.core.store.migrate import upgrade
from lsync.daemon.application import Application
from lsync.daemon.collector import collect_rarely
from lsync.daemon.public_side import create_public_side
from lsync.daemon.serving.deadlines import DeadlineProtocol, Limits, OpenConnections
from lsync.daemon.serving.public_port import bind_public
from lsync.daemon.serving.server import EmbeddedServer

ROUNDS = 5
SECONDS = 3.0
CONNECTIONS = 16
SECRET = "bench-secret"
PATH = "/webhooks/lightspeed/sale.update"


async def bare(request: Request) -> Response:
    """Read the body and store nothing."""
    await request.body()
    return Response(status_code=204)


async def serve(directory: Path | None, ready: Connection) -> None:
    """Serve one of both until killed; ``directory`` holds the database of the real one."""
    app: ASGIApp = Starlette(routes=[Route(PATH, bare, methods=["POST"])])
    if directory is not None:
        settings = settings_of(directory)
        application = Application(settings=settings, boot="bench")
        await application.open(reload=lambda _: settings)
        app = create_public_side(application)
    listener = bind_public("127.0.0.1", 0)
    protocol = partial(DeadlineProtocol, open_connections=OpenConnections(Limits()))
    ready.send(listener.getsockname()[1])
    await EmbeddedServer(app, protocol=protocol).run_until_stopped(listener)


def run_server(directory: Path | None, ready: Connection) -> None:
    """The child process; both have the daemon's garbage collection."""
    collect_rarely()
    asyncio.run(serve(directory, ready))


def settings_of(directory: Path) -> Settings:
    """Settings over a database in ``directory``."""
    flags = {
        "database.url": f"sqlite:///{directory / 'lsync.db'}",
        "lightspeed.webhook_secret": SECRET,
    }
    return load_settings(environment={}, directory=directory, flags=flags)


def request_bytes(number: int) -> bytes:
    """One signed delivery; each has a body of its own, or it would be a duplicate."""
    body = f"payload=%7B%22id%22%3A%22{number}%22%7D".encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"X-Signature: {sign(body, SECRET)}\r\n\r\n"
    )
    return head.encode() + body


async def load(port: int, *, start: int) -> tuple[int, list[float]]:
    """Send for ``SECONDS``; return how many were acknowledged and how long each took."""
    deadline = time.perf_counter() + SECONDS
    numbers = iter(range(start, start + 1_000_000))
    waits: list[float] = []

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < deadline:
            sent = time.perf_counter()
            writer.write(request_bytes(next(numbers)))
            answer = await reader.readuntil(b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 204"), answer
            waits.append(time.perf_counter() - sent)
        writer.close()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return len(waits), waits


def run() -> Iterator[Figure]:
    """Measure both alternately."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        upgrade(f"sqlite:///{directory / 'lsync.db'}")
        children, ports = [], []
        for place in (None, directory):
            receiving, sending = context.Pipe()
            child = context.Process(target=run_server, args=(place, sending), daemon=True)
            child.start()
            children.append(child)
            ports.append(receiving.recv())
        rates: tuple[list[float], list[float]] = ([], [])
        waits: list[float] = []
        for position in range(ROUNDS):
            for kind, port in enumerate(ports):
                done, took = asyncio.run(load(port, start=position * 1_000_000))
                rates[kind].append(done / SECONDS)
                if kind == 1:
                    waits += took
        for child in children:
            child.kill()
            child.join()
    yield Figure(
        name="durable acknowledgements, ratio to bare",
        value=median_ratio(rates[1], rates[0]),
        goal=0.35,
        better="higher",
        note=f"{median(rates[1]):.0f}/s against {median(rates[0]):.0f}/s",
    )
    yield Figure(
        name="acknowledgement p99",
        value=sorted(waits)[int(len(waits) * 0.99)] * 1000,
        unit="ms",
        goal=50,
        note=f"{CONNECTIONS} connections",
    )
