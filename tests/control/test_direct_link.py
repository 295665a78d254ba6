"""Requests without an event loop, against real sockets: answers, refusals, silence, nonsense."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lsync.core.control.client import ControlClient, ControlError, DaemonUnreachable
from lsync.core.control.direct_link import DirectLink, at_once
from lsync.core.control.finding import directly, find_daemon
from lsync.core.control.messages import Hello
from tests.control.serving import serving

HELLO = Hello(version="1.0", boot="b")
Result = TypeVar("Result")


async def asked(path: Path, work: Callable[[ControlClient], Coroutine[Any, Any, Result]]) -> Result:
    """What a command gets that asks the server of this loop from a thread of its own."""
    return await asyncio.to_thread(lambda: at_once(work(directly(path))))


async def hello(request: Request) -> Response:
    return JSONResponse(HELLO.model_dump(mode="json"))


@contextlib.asynccontextmanager
async def answering(path: Path, answer: bytes) -> AsyncIterator[None]:
    """A server that reads the head of a request, answers with these bytes and hangs up."""

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async with await asyncio.start_unix_server(respond, str(path)):
        yield


async def test_an_answer_in_many_pieces_becomes_a_message(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    boot = "ü" * 300_000
    long = Hello(version="1.0", boot=boot)

    async def much(request: Request) -> Response:
        return JSONResponse(long.model_dump(mode="json"))

    async with serving(Starlette(routes=[Route("/v1/hello", much)]), path):
        assert (await asked(path, lambda client: client.hello())).boot == boot


async def test_words_and_bodies_arrive_whole_and_a_refusal_keeps_its_status(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    heard: list[str] = []

    async def note(request: Request) -> Response:
        heard.append(request.path_params["number"])
        heard.append((await request.json())["text"])
        return JSONResponse({"error": "No.", "next_step": "Ask."}, 409)

    number, text = "PO/1 ?ü", "é" * 2_000
    route = Route("/v1/purchase-orders/{number:path}/note", note, methods=["POST"])
    async with serving(Starlette(routes=[route]), path):
        with pytest.raises(ControlError, match="No") as refused:
            await asked(path, lambda client: client.note(number, text))
    assert (refused.value.status, heard) == (409, [number, text])


async def test_the_first_daemon_that_answers_is_found(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    places = [tmp_path / "none.sock", path]
    async with serving(Starlette(routes=[Route("/v1/hello", hello)]), path):
        found = await asyncio.to_thread(lambda: at_once(find_daemon(places, connect=directly)))
    assert found.address == str(path)


async def test_a_daemon_that_is_silent_did_not_answer_in_time(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"

    def ask() -> None:
        at_once(DirectLink(path).send("GET", "/v1/hello", query={}, content=b"", read_seconds=0.01))

    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen()
        with pytest.raises(DaemonUnreachable, match="did not answer in time"):
            ask()


def test_a_daemon_that_drips_is_not_waited_for_beyond_the_time(tmp_path: Path) -> None:
    """Each piece comes in time; all of them do not."""
    path = tmp_path / "control.sock"
    over = threading.Event()

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            while not over.wait(0.001):
                connection.sendall(b"x")

    link = DirectLink(path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        dripping = threading.Thread(target=drip, args=(listener,))
        dripping.start()
        try:
            with pytest.raises(DaemonUnreachable, match="did not answer in time"):
                at_once(link.send("GET", "/v1/hello", query={}, content=b"", read_seconds=0.05))
        finally:
            over.set()
            dripping.join()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"220 mail.example ESMTP\r\n\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n{}", id="no length"),
        pytest.param(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{}", id="too short"),
        pytest.param(b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}", id="less than none"),
        pytest.param(b"x" * 200_000, id="no end of a head"),
    ],
)
async def test_something_else_on_the_socket_is_no_crash(tmp_path: Path, answer: bytes) -> None:
    path = tmp_path / "control.sock"
    async with answering(path, answer):
        with pytest.raises(DaemonUnreachable, match="broke off"):
            await asked(path, lambda client: client.hello())


async def test_a_socket_that_nobody_listens_on_says_why(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with pytest.raises(DaemonUnreachable) as failure:
        at_once(directly(path).hello())
    assert "Nothing listens there" in failure.value.message.why


async def test_a_full_queue_of_connections_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket(socket.AF_UNIX))
        listener.bind(str(path))
        listener.listen(0)
        for _ in range(2):
            waiting = stack.enter_context(socket.socket(socket.AF_UNIX))
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(str(path))
        with pytest.raises(DaemonUnreachable, match="did not take the request"):
            at_once(directly(path).hello())


def test_work_that_needs_an_event_loop_is_told_so() -> None:
    class Waits:
        def __await__(self) -> Any:
            yield

    async def work() -> None:
        await Waits()

    with pytest.raises(RuntimeError, match="event loop"):
        at_once(work())


def test_live_events_take_another_link(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="http_link"):
        directly(tmp_path / "control.sock").events()
