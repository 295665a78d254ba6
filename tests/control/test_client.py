"""The client against real sockets: answers, refusals, silence, and live events."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from lsync.core.control.client import ControlClient, ControlError, DaemonUnreachable
from lsync.core.control.finding import find_daemon, for_a_command, over_socket
from lsync.core.control.messages import BulkRequest, Hello
from lsync.core.control.socket_link import SocketLink
from tests.control.serving import serving

HELLO = Hello(version="1.0", boot="b")
Connect = Callable[[Path], ControlClient]


@pytest.fixture(params=[over_socket, for_a_command])
def connect(request: pytest.FixtureRequest) -> Connect:
    """Both ways over a socket."""
    way: Connect = request.param
    return way


async def hello(request: Request) -> Response:
    return JSONResponse(HELLO.model_dump(mode="json"))


def app(*routes: Route) -> Starlette:
    return Starlette(routes=[Route("/v1/hello", hello), *routes])


def answering(answer: Response) -> ControlClient:
    async def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            answer.status_code, content=bytes(answer.body), headers=answer.headers
        )

    return ControlClient(httpx.MockTransport(handle), address="test")


async def test_an_answer_becomes_a_message_and_newer_fields_are_ignored() -> None:
    body = HELLO.model_dump(mode="json") | {"invented_later": 1}
    async with answering(JSONResponse(body)) as client:
        assert await client.hello() == HELLO


async def test_a_refusal_keeps_what_why_next_and_status() -> None:
    refusal = {"error": "No.", "why": "Because.", "next_step": "Ask.", "exit_code": 2}
    async with answering(JSONResponse(refusal, 422)) as client:
        with pytest.raises(ControlError, match="No") as refused:
            await client.approve(["PO-1"])
    assert refused.value.status == 422
    assert refused.value.message.model_dump() == refusal


@pytest.mark.parametrize("answer", [PlainTextResponse("<html>", 502), JSONResponse([], 500)])
async def test_a_refusal_without_an_explanation_still_says_something(answer: Response) -> None:
    async with answering(answer) as client:
        with pytest.raises(ControlError) as refused:
            await client.status()
    assert refused.value.status == answer.status_code
    assert refused.value.message.next_step


@pytest.mark.parametrize("answer", [PlainTextResponse("no json"), JSONResponse({"id": "x"})])
async def test_an_unreadable_answer_is_an_error_not_a_crash(answer: Response) -> None:
    async with answering(answer) as client:
        with pytest.raises(ControlError, match="cannot be read"):
            await client.job(1)


async def test_parameters_left_out_are_not_sent_and_numbers_are_escaped() -> None:
    asked: list[str] = []

    async def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path.decode())
        return httpx.Response(404, json={"error": "none"})

    async with ControlClient(httpx.MockTransport(handle), address="test") as client:
        for ask in (
            client.order("PO/1 ?ü"),
            client.job(7, wait_seconds=2.5),
            client.log(order="A&B"),
        ):
            with pytest.raises(ControlError):
                await ask
    assert asked == [
        "/v1/purchase-orders/PO%2F1%20%3F%C3%BC",
        "/v1/jobs/7?wait=2.5",
        "/v1/log?order=A%26B",
    ]


async def test_an_imported_file_arrives_byte_by_byte() -> None:
    sent: list[tuple[dict[str, str], str, bytes]] = []

    async def handle(request: httpx.Request) -> httpx.Response:
        query, length = dict(request.url.params), request.headers.get("Content-Length", "")
        sent.append((query, length, await request.aread()))
        return httpx.Response(200, json={"filename": "f"})

    async with ControlClient(httpx.MockTransport(handle), address="test") as client:
        await client.import_orders("f.csv", b"\xff\x00,", decimal="comma", dry_run=True)
        with pytest.raises(ControlError):
            await client.plan_bulk(BulkRequest(action="retry", ids=(1,)))
    query = {"filename": "f.csv", "decimal": "comma", "dry_run": "true"}
    assert sent[0] == (query, "3", b"\xff\x00,")


async def test_no_socket_says_how_to_start_a_daemon(tmp_path: Path, connect: Connect) -> None:
    async with connect(tmp_path / "none.sock") as client:
        with pytest.raises(DaemonUnreachable) as failure:
            await client.hello()
    assert failure.value.message.exit_code == 69
    assert "lsync daemon" in failure.value.message.next_step


async def test_a_dead_socket_and_a_file_are_told_apart_from_a_live_one(
    tmp_path: Path, connect: Connect
) -> None:
    dead, plain = tmp_path / "dead.sock", tmp_path / "plain"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(dead))
    plain.write_text("")
    for path in (dead, plain):
        async with connect(path) as client:
            with pytest.raises(DaemonUnreachable):
                await client.hello()


def test_a_path_too_long_for_a_socket_is_named(tmp_path: Path, connect: Connect) -> None:
    with pytest.raises(DaemonUnreachable, match="too long"):
        connect(tmp_path / ("x" * 120))


async def test_a_daemon_that_hangs_up_half_way_is_unreachable(
    tmp_path: Path, connect: Connect
) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{")
        writer.close()

    path = tmp_path / "control.sock"
    server = await asyncio.start_unix_server(hang_up, str(path))
    async with server, connect(path) as client:
        with pytest.raises(DaemonUnreachable, match="broke off"):
            await client.hello()


async def test_what_is_sent_and_answered_is_the_same_either_way(
    tmp_path: Path, connect: Connect
) -> None:
    async def echo(request: Request) -> Response:
        text = request.query_params.get("text", "") + (await request.body()).decode()
        entry = {"id": 1, "created_at": "2026-11-23T00:00:00Z", "operation": "", "step": ""}
        found = {**entry, "status": "ok", "message": text + "x" * 200_000}
        return JSONResponse(found if request.method == "POST" else [found])

    path = tmp_path / "control.sock"
    routes = (
        Route("/v1/log", echo),
        Route("/v1/purchase-orders/{number:path}/note", echo, methods=["POST"]),
    )
    async with serving(app(*routes), path), connect(path) as client:
        (entry,) = await client.log(text="50% = half & ü\r\n+x")
        assert entry.message.rstrip("x") == "50% = half & ü\r\n+"
        noted = await client.note("PO/1 ?ü", "é" * 2_000)
        assert "é" * 2_000 in noted.message
        with pytest.raises(ControlError) as refused:
            await client.job(1)
    assert refused.value.status == 404


async def test_a_file_goes_over_the_socket_whole(tmp_path: Path, connect: Connect) -> None:
    content = bytes(range(256)) * 12_000
    heard: list[bytes] = []

    async def take(request: Request) -> Response:
        heard.append(await request.body())
        return JSONResponse({"filename": request.query_params["filename"]})

    path = tmp_path / "control.sock"
    route = Route("/v1/purchase-orders/import", take, methods=["POST"])
    async with serving(app(route), path), connect(path) as client:
        report = await client.import_orders("ü & mehr.csv", content)
    assert report.filename == "ü & mehr.csv"
    assert heard == [content]


async def test_a_daemon_that_is_silent_did_not_answer_in_time(tmp_path: Path) -> None:
    heard = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.set()
        await reader.read()
        writer.close()

    path = tmp_path / "control.sock"
    server = await asyncio.start_unix_server(silent, str(path))
    link = SocketLink(path)
    async with server:
        with pytest.raises(DaemonUnreachable, match="did not answer in time"):
            await link.send("GET", "/v1/hello", query={}, content=b"", read_seconds=0.01)
        await heard.wait()


async def test_something_else_on_the_socket_is_no_crash(tmp_path: Path) -> None:
    async def gibberish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"220 mail.example ESMTP\r\n\r\n")
        writer.close()

    path = tmp_path / "control.sock"
    server = await asyncio.start_unix_server(gibberish, str(path))
    async with server, for_a_command(path) as client:
        with pytest.raises(DaemonUnreachable, match="broke off"):
            await client.hello()


async def test_the_first_daemon_that_answers_is_used(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    async with (
        serving(app(), path),
        await find_daemon([tmp_path / "none.sock", path]) as client,
    ):
        assert client.address == str(path)


async def test_without_any_daemon_every_place_is_named(tmp_path: Path) -> None:
    places = [tmp_path / "a.sock", tmp_path / "b.sock"]
    with pytest.raises(DaemonUnreachable) as failure:
        await find_daemon(places)
    assert all(str(place) in failure.value.message.why for place in places)


@pytest.mark.parametrize(("protocol", "advice"), [(0, "Restart"), (99, "Upgrade")])
async def test_another_protocol_is_refused_with_advice(
    tmp_path: Path, protocol: int, advice: str
) -> None:
    async def other(request: Request) -> Response:
        return JSONResponse(HELLO.model_dump(mode="json") | {"protocol": protocol})

    path = tmp_path / "control.sock"
    async with serving(Starlette(routes=[Route("/v1/hello", other)]), path):
        with pytest.raises(ControlError) as failure:
            await find_daemon([path])
    assert advice in failure.value.message.next_step


async def live(request: Request) -> Response:
    async def stream() -> AsyncIterator[str]:
        yield ": ping\n\n"
        last = request.headers.get("last-event-id", "none")
        yield f'id: b:1\nevent: status\ndata: {{"last": "{last}"}}\n\n'
        yield 'id: b:2\nevent: invented_later\ndata: {"x": 1}\n\n'
        yield "id: b:3\nevent: resync\ndata: null\n\n"

    return StreamingResponse(stream(), media_type="text/event-stream")


async def test_events_come_in_order_and_unknown_kinds_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    async with serving(app(Route("/v1/events", live)), path), over_socket(path) as client:
        events = [event async for event in client.events("b:0")]
    assert [(event.id, event.kind, event.data) for event in events] == [
        ("b:1", "status", {"last": "b:0"}),
        ("b:3", "resync", None),
    ]


async def test_a_stream_that_is_refused_says_why(tmp_path: Path) -> None:
    async def full(request: Request) -> Response:
        return JSONResponse({"error": "Too many."}, 503)

    path = tmp_path / "control.sock"
    async with serving(app(Route("/v1/events", full)), path), over_socket(path) as client:
        with pytest.raises(ControlError, match="Too many"):
            async with contextlib.aclosing(client.events()) as stream:
                await anext(stream)
