"""Connections that do not get on with it, against a real server on a real socket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from lsync.daemon.serving.deadlines import DeadlineProtocol, Limits, OpenConnections
from lsync.daemon.serving.public_port import bind_public
from lsync.daemon.serving.server import EmbeddedServer

REQUEST = b"POST / HTTP/1.1\r\nHost: example\r\nContent-Length: 4\r\n\r\n"


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(await request.body())


@contextlib.asynccontextmanager
async def serving(limits: Limits) -> AsyncIterator[int]:
    listener = bind_public("127.0.0.1", 0)
    port: int = listener.getsockname()[1]
    server = EmbeddedServer(
        Starlette(routes=[Route("/", echo, methods=["POST"])]),
        protocol=partial(DeadlineProtocol, open_connections=OpenConnections(limits)),
    )
    running = asyncio.create_task(server.run_until_stopped(listener))
    yield port
    server.stop()
    await running


async def exchange(port: int, *parts: bytes) -> bytes:
    """Send the parts and return everything until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = b""
    with contextlib.suppress(ConnectionError):
        for part in parts:
            writer.write(part)
            await writer.drain()
        received = await reader.read()
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return received


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param((), id="silent"),
        pytest.param((b"POST / HTTP/1.1\r\nHost:",), id="slow headers"),
        pytest.param((REQUEST, b"ab"), id="slow body"),
    ],
)
async def test_a_request_that_never_arrives_is_cut_off(parts: tuple[bytes, ...]) -> None:
    async with serving(Limits(request_seconds=0.2)) as port, asyncio.timeout(10):
        assert await exchange(port, *parts) == b""


async def test_an_honest_request_is_answered() -> None:
    async with serving(Limits(request_seconds=5)) as port, asyncio.timeout(10):
        answer = await exchange(
            port, REQUEST.replace(b"Host", b"Connection: close\r\nHost"), b"abcd"
        )
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b"abcd")


async def test_the_second_request_of_a_connection_has_a_deadline_too() -> None:
    async with serving(Limits(request_seconds=0.2)) as port, asyncio.timeout(10):
        answer = await exchange(port, REQUEST + b"abcd", REQUEST + b"a")
        assert answer.count(b"HTTP/1.1 200") == 1


async def test_a_proxy_may_hold_many_connections_up_to_the_total() -> None:
    open_connections = OpenConnections(Limits(connections=8, connections_per_address=2))
    assert [open_connections.admit("127.0.0.1") for _ in range(9)] == [True] * 8 + [False]
    assert not open_connections.admit("203.0.113.7")
    open_connections.leave("127.0.0.1")
    assert open_connections.admit("203.0.113.7")


def test_a_network_of_proxies_may_hold_many_too() -> None:
    limits = Limits(connections_per_address=1, proxies=("10.0.0.0/8",))
    open_connections = OpenConnections(limits)
    assert [open_connections.admit("10.1.2.3") for _ in range(3)] == [True] * 3
    assert [open_connections.admit("::ffff:10.1.2.4") for _ in range(2)] == [True] * 2
    assert [open_connections.admit("127.0.0.1") for _ in range(2)] == [True, False]
    assert [open_connections.admit("") for _ in range(2)] == [True, False]


async def test_connections_over_the_cap_are_closed_and_room_comes_back() -> None:
    limits = Limits(request_seconds=5, connections=8, connections_per_address=2, proxies=())
    async with serving(limits) as port, asyncio.timeout(10):
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        assert await exchange(port, REQUEST, b"abcd") == b""
        for _, writer in held:
            writer.close()
            await writer.wait_closed()
        closing = REQUEST.replace(b"Host", b"Connection: close\r\nHost")
        answer = b""
        while not answer:
            answer = await exchange(port, closing, b"abcd")
        assert answer.startswith(b"HTTP/1.1 200")
