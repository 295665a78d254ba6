import asyncio
import gzip
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from lsync.core.lightspeed import (
    ConsignmentDraft,
    Exchange,
    Invalid,
    NotExecuted,
    OutcomeUnknown,
    Timeouts,
    Unavailable,
    XSeries,
)
from lsync.core.lightspeed import transport as shell
from lsync.core.lightspeed.exchange import BODY_CAP

from .conftest import MakeClient, Peer, answer
from .test_models import CONSIGNMENT

DRAFT = ConsignmentDraft(name="PO-1", outlet_id="o-1")


async def test_every_exchange_is_reported_with_what_was_said(
    api: XSeries, peer: Peer, exchanges: list[Exchange]
) -> None:
    peer.will(answer({}, 500), answer({"data": CONSIGNMENT}))
    await api.consignments.get("c-1")
    first, second = exchanges
    assert (first.attempt, first.status, second.attempt, second.status) == (1, 500, 2, 200)
    assert first.request_id == second.request_id
    assert second.method == "GET"
    assert second.url == "https://example.retail.lightspeed.app/api/2026-07/consignments/c-1"
    assert '"PO-1001"' in (second.response_body or "")
    assert second.request_body is None


async def test_an_exchange_without_an_answer_says_why(
    api: XSeries, peer: Peer, exchanges: list[Exchange]
) -> None:
    peer.will(httpx.ReadTimeout("slow"))
    with pytest.raises(OutcomeUnknown):
        await api.consignments.create(DRAFT)
    assert exchanges[0].status is None
    assert "ReadTimeout" in (exchanges[0].error or "")
    assert '"PO-1"' in (exchanges[0].request_body or "")


@pytest.mark.parametrize("cookie", ["session=1", "\x80", "a=\u20ac; Domain=.lightspeed.app"])
async def test_no_cookie_is_kept(api: XSeries, peer: Peer, cookie: str) -> None:
    raw = [(b"set-cookie", cookie.encode("utf-8")), (b"content-type", b"application/json")]
    peer.will(httpx.Response(200, headers=raw, json={"data": CONSIGNMENT}))
    peer.will(answer({"data": CONSIGNMENT}))
    await api.consignments.get("c-1")
    await api.consignments.get("c-1")
    assert "cookie" not in peer.requests[-1].headers


async def test_a_refusal_whose_text_cannot_be_decoded_is_a_refusal(
    api: XSeries, peer: Peer
) -> None:
    torn = httpx.ByteStream(b"no gzip")
    peer.will(httpx.Response(422, headers={"content-encoding": "gzip"}, stream=torn))
    with pytest.raises(Invalid):
        await api.consignments.create(DRAFT)


async def test_no_secret_reaches_the_log(
    api: XSeries, peer: Peer, exchanges: list[Exchange]
) -> None:
    echo = {"data": {**CONSIGNMENT, "echo": "Bearer canary-token"}}
    peer.will(answer(echo, 200, set_cookie="session=canary-token"))
    await api.consignments.get("c-1")
    assert "canary-token" not in repr(exchanges)
    assert exchanges[0].request_headers["authorization"] == "[removed]"


async def test_bodies_in_the_log_are_capped(
    api: XSeries, peer: Peer, exchanges: list[Exchange]
) -> None:
    peer.will(answer({"data": {**CONSIGNMENT, "note": "x" * 3 * BODY_CAP}}))
    await api.consignments.get("c-1")
    logged = exchanges[0].response_body or ""
    assert len(logged) < BODY_CAP + 100
    assert "bytes in all" in logged


async def test_a_failing_log_does_not_break_a_call(
    make_client: MakeClient, peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_: Exchange) -> None:
        raise RuntimeError("disk full")

    peer.will(answer({"data": CONSIGNMENT}, 201))
    async with make_client(on_exchange=fail) as api:
        assert (await api.consignments.create(DRAFT)).id == "c-1"
    assert "could not be logged" in caplog.text


async def test_calls_say_who_they_are_and_what_they_want(api: XSeries, peer: Peer) -> None:
    peer.will(answer({"data": CONSIGNMENT}, 201))
    await api.consignments.create(DRAFT)
    headers = peer.requests[0].headers
    assert headers["user-agent"].startswith("lsync/")
    assert headers["accept"] == headers["content-type"] == "application/json"
    assert headers["authorization"] == "Bearer canary-token"


async def test_redirects_are_not_followed(api: XSeries, peer: Peer) -> None:
    peer.will(answer({}, 307, location="https://evil.example/"))
    with pytest.raises(OutcomeUnknown, match="redirect"):
        await api.consignments.create(DRAFT)
    assert len(peer.requests) == 1


async def test_an_endless_answer_is_cut_off(
    api: XSeries, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell, "LARGEST_ANSWER", 1000)
    bomb = gzip.compress(b" " * 10_000)
    for _ in range(4):
        peer.will(httpx.Response(200, content=bomb, headers={"content-encoding": "gzip"}))
    with pytest.raises(Unavailable, match="larger than"):
        await api.consignments.get("c-1")


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Serve = Callable[[Handler], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """A raw server that does to a connection whatever the test wants."""
    servers: list[asyncio.Server] = []

    async def start(handler: Handler) -> str:
        server = await asyncio.start_server(handler, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/2026-07"

    yield start
    for server in servers:
        server.close()


async def test_a_refused_connection_is_not_executed(make_client: MakeClient) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/api/2026-07"
        async with make_client(base_url=url, transport=None) as api:
            with pytest.raises(NotExecuted):
                await api.consignments.create(DRAFT)


async def test_a_reply_that_never_comes_leaves_the_write_unknown(
    make_client: MakeClient, serve: Serve
) -> None:
    seen: list[bytes] = []

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"}"))
        writer.close()

    url = await serve(swallow)
    async with make_client(base_url=url, transport=None) as api:
        with pytest.raises(OutcomeUnknown):
            await api.consignments.create(DRAFT)
    assert len(seen) == 1


async def test_a_reply_cut_in_the_middle_leaves_the_write_unknown(
    make_client: MakeClient, serve: Serve
) -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"}")
        writer.write(b"HTTP/1.1 201 Created\r\ncontent-length: 500\r\n\r\n" + b'{"data": {"id"')
        await writer.drain()
        writer.close()

    async with make_client(base_url=await serve(cut), transport=None) as api:
        with pytest.raises(OutcomeUnknown):
            await api.consignments.create(DRAFT)


async def test_one_attempt_never_outlasts_its_total(make_client: MakeClient, serve: Serve) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"}")
        writer.write(b"HTTP/1.1 201 Created\r\ncontent-length: 500\r\n\r\n")
        await writer.drain()
        await reader.read()
        writer.close()

    url = await serve(drip)
    async with make_client(base_url=url, transport=None, timeouts=Timeouts(total=0.05)) as api:
        with pytest.raises(OutcomeUnknown, match="TimeoutError"):
            await api.consignments.create(DRAFT)


def test_encryption_is_trusted_to_the_usual_authorities_and_elsewhere_to_nobody() -> None:
    assert shell.trusted("https://example.retail.lightspeed.app/api/2026-07") is True
    nobody = shell.trusted("http://127.0.0.1:8760/api/2026-07")
    assert isinstance(nobody, ssl.SSLContext)
    assert (nobody.verify_mode, nobody.get_ca_certs()) == (ssl.CERT_REQUIRED, [])
