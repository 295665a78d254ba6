"""The public port on a real socket, over real databases: what comes in, and what stays out."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lsync.core import queue
from lsync.core.domain.records import WebhookRecord, WebhookStatus
from lsync.core.lightspeed.signature import sign
from lsync.core.store import webhooks
from lsync.daemon.application import Application
from lsync.daemon.serving.deadlines import Limits
from lsync.daemon.webhook_endpoint import BODY_BYTES
from tests.daemon.application import opened
from tests.daemon.public import port

SECRET = "test-secret"
FORM = "application/x-www-form-urlencoded"
PATH = "/webhooks/lightspeed/consignment.receive"


@pytest.fixture
async def application(database_url: str, tmp_path: Path) -> AsyncIterator[Application]:
    async with opened(database_url, tmp_path) as application:
        yield application


@pytest.fixture
async def http(application: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with port(application) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        yield client


def body(**fields: object) -> bytes:
    return urlencode({"payload": json.dumps(fields)}).encode()


async def deliver(
    http: httpx.AsyncClient,
    content: bytes,
    *,
    path: str = PATH,
    kind: str = FORM,
    secret: str = SECRET,
) -> int:
    headers = {"X-Signature": sign(content, secret), "Content-Type": kind}
    return (await http.post(path, content=content, headers=headers)).status_code


async def kept(application: Application) -> list[WebhookRecord]:
    async with application.database.read() as tx:
        found = [await webhooks.find(tx, it.id or 0) for it in await webhooks.listing(tx)]
    return [record for record in found if record is not None]


async def jobs(application: Application) -> int:
    async with application.database.read() as tx:
        return len(await queue.listing(tx))


async def test_a_signed_delivery_is_kept_whole_with_its_job_before_it_is_answered(
    application: Application, http: httpx.AsyncClient
) -> None:
    content = body(id="1", consignment_id="c-1")
    assert await deliver(http, content) == 204
    (record,) = await kept(application)
    assert (record.event_type, record.verdict, record.source) == (
        "consignment.receive",
        "verified",
        "127.0.0.1",
    )
    assert record.body == content.decode()
    assert record.status is WebhookStatus.RECEIVED
    assert "x-signature" not in record.headers
    assert await jobs(application) == 1


async def test_a_delivery_that_comes_again_is_counted_not_kept(
    application: Application, http: httpx.AsyncClient
) -> None:
    assert [await deliver(http, body(id="1")) for _ in range(3)] == [204, 204, 204]
    (record,) = await kept(application)
    assert record.duplicates == 2
    assert await jobs(application) == 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"type": "consignment.created", "id": "c-1", "status": "OPEN"}', "application/json"),
        (body(type="consignment.created", id="c-1"), FORM),
    ],
)
async def test_the_type_may_stand_in_the_body(
    application: Application, http: httpx.AsyncClient, content: bytes, kind: str
) -> None:
    assert await deliver(http, content, path="/webhooks/lightspeed", kind=kind) == 204
    assert [record.event_type for record in await kept(application)] == ["consignment.created"]


async def test_refusals_tell_nothing_and_keep_nothing(
    application: Application, http: httpx.AsyncClient
) -> None:
    content = body(id="1")
    good = sign(content, SECRET)
    refused = [
        await http.post(PATH, content=content),
        await http.post(PATH, content=content, headers={"X-Signature": sign(content, "wrong")}),
        await http.post(PATH, content=content + b"&a=1", headers={"X-Signature": good}),
        await http.post(
            PATH, content=content, headers=[("X-Signature", good), ("X-Signature", good)]
        ),
        await http.post(PATH + "?token=guess", content=content),
    ]
    assert {(answer.status_code, answer.content) for answer in refused} == {(401, b"")}
    assert await kept(application) == []
    assert await jobs(application) == 0


async def test_unsigned_deliveries_come_in_only_where_allowed(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        opened(database_url, tmp_path, webhooks__allow_unsigned=True) as application,
        port(application) as url,
        httpx.AsyncClient(base_url=url) as http,
    ):
        assert (await http.post(PATH, content=body(id="1"))).status_code == 204
        assert [record.verdict for record in await kept(application)] == ["unsigned"]


async def test_a_token_in_the_address_lets_unsigned_deliveries_in(
    database_url: str, tmp_path: Path
) -> None:
    token = "a-token-that-nobody-can-guess-00"
    async with (
        opened(database_url, tmp_path, webhooks__url_token=token) as application,
        port(application) as url,
        httpx.AsyncClient(base_url=url) as http,
    ):
        for query, status in (
            (f"token={token}", 204),
            (f"token={token}&token={token}", 401),
            (f"token={token}x", 401),
            ("token=", 401),
            ("&".join(["a=b"] * 20 + [f"token={token}"]), 401),
        ):
            answer = await http.post(f"{PATH}?{query}", content=body(id="1"))
            assert answer.status_code == status, query
        (record,) = await kept(application)
        assert record.verdict == "token"
        assert token not in repr(record)


async def test_a_sender_that_is_no_proxy_cannot_claim_another_address(
    application: Application,
) -> None:
    limits = Limits(proxies=("192.0.2.1",))
    async with port(application, limits) as url, httpx.AsyncClient(base_url=url) as http:
        content = body(id="1")
        headers = {"X-Signature": sign(content, SECRET), "X-Forwarded-For": "203.0.113.7"}
        assert (await http.post(PATH, content=content, headers=headers)).status_code == 204
    assert [record.source for record in await kept(application)] == ["127.0.0.1"]


async def test_both_secrets_hold_during_a_rotation(database_url: str, tmp_path: Path) -> None:
    async with (
        opened(database_url, tmp_path, webhooks__secret_previous="old") as application,
        port(application) as url,
        httpx.AsyncClient(base_url=url) as http,
    ):
        assert await deliver(http, body(id="1"), secret="old") == 204
        assert await deliver(http, body(id="2")) == 204


async def test_a_body_over_the_cap_is_refused_as_soon_as_it_shows(
    application: Application, http: httpx.AsyncClient
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(2 * BODY_BYTES // 65536):
            yield b"x" * 65536

    assert await deliver(http, b"x" * (BODY_BYTES + 1)) == 413
    with contextlib.suppress(httpx.TransportError):
        assert (await http.post(PATH, content=endless())).status_code == 413
    assert await deliver(http, b"x" * BODY_BYTES) == 204
    assert len(await kept(application)) == 1


async def test_behind_a_proxy_the_real_sender_is_kept_and_cut_to_its_column(
    application: Application, http: httpx.AsyncClient
) -> None:
    content = body(id="1")
    headers = {"X-Signature": sign(content, SECRET), "X-Forwarded-For": "203.0.113.7"}
    assert (await http.post(PATH, content=content, headers=headers)).status_code == 204
    assert [record.source for record in await kept(application)] == ["203.0.113.7"]


@pytest.mark.parametrize(
    "claimed",
    [
        b"x" * 300,
        b"\x1b[2J203.0.113.7",
        b"203.0.113.7; DROP TABLE",
        b"203.0.113.999",
        b"fe80::1%<script>",
        b"[203.0.113.7",
        b"\xff\xfe",
        b"203.0.113.7, x",
    ],
)
async def test_a_proxy_that_names_no_address_is_itself_the_sender(
    application: Application, http: httpx.AsyncClient, claimed: bytes
) -> None:
    content = body(id="1")
    headers = [(b"X-Signature", sign(content, SECRET).encode()), (b"X-Forwarded-For", claimed)]
    assert (await http.post(PATH, content=content, headers=headers)).status_code == 204
    assert [record.source for record in await kept(application)] == ["127.0.0.1"]


@pytest.mark.parametrize("path", ["/", "/webhooks", "/webhooks/lightspeed/..%2f..", "/v1/hello"])
async def test_other_addresses_do_not_exist(http: httpx.AsyncClient, path: str) -> None:
    for answer in (await http.get(path), await http.post(path)):
        assert (answer.status_code, answer.content) == (404, b"")


async def test_webhook_addresses_take_posts_only(http: httpx.AsyncClient) -> None:
    assert (await http.get(PATH)).status_code == 405


async def test_without_a_database_deliveries_are_sent_again(tmp_path: Path) -> None:
    from lsync.core.settings import load_settings

    chosen = {"lightspeed.webhook_secret": SECRET}
    unopened = Application(
        settings=load_settings(environment={}, directory=tmp_path, flags=chosen), boot="b"
    )
    async with port(unopened) as url, httpx.AsyncClient(base_url=url) as http:
        assert await deliver(http, body(id="1")) == 503
        assert (await http.get("/healthz")).status_code == 200
        assert (await http.get("/readyz")).status_code == 503
        shown = await http.get("/metrics")
        assert "lsync_database_up 0.0" in shown.text
        assert 'lsync_webhooks_total{verdict="not_kept"} 1.0' in shown.text


async def test_metrics_show_jobs_orders_budget_and_webhooks(http: httpx.AsyncClient) -> None:
    await deliver(http, body(id="1"))
    shown = (await http.get("/metrics")).text
    for line in (
        'lsync_jobs{priority="high",state="pending"} 1.0',
        "lsync_budget_remaining 350.0",
        "lsync_database_up 1.0",
        'lsync_webhooks_total{verdict="verified"} 1.0',
    ):
        assert line in shown


async def test_many_at_once_are_all_kept_once(
    application: Application, http: httpx.AsyncClient
) -> None:
    bodies = [body(id=str(number)) for number in range(40)] * 2
    answers = await asyncio.gather(*(deliver(http, each) for each in bodies))
    assert set(answers) == {204}
    records = await kept(application)
    assert len(records) + sum(record.duplicates for record in records) == 80
    assert len({record.digest for record in records}) == 40


async def test_drips_and_silent_connections_do_not_keep_honest_senders_out(
    application: Application,
) -> None:
    limits = Limits(request_seconds=0.5, connections=300, connections_per_address=250)
    async with port(application, limits) as url, httpx.AsyncClient(base_url=url) as http:
        number = int(url.rpartition(":")[2])
        drips = [await asyncio.open_connection("127.0.0.1", number) for _ in range(200)]
        for position, (_, writer) in enumerate(drips):
            writer.write(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n"[: position % 40])
        assert await deliver(http, body(id="1")) == 204
        async with asyncio.timeout(20):
            for reader, writer in drips:
                with contextlib.suppress(ConnectionError):
                    await reader.read()
                writer.close()
        assert await deliver(http, body(id="2")) == 204


POST = b"POST " + PATH.encode() + b" HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"\x00\x01\x02\r\n\r\n", id="no HTTP"),
        pytest.param(POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", id="two lengths"),
        pytest.param(POST + b"Content-Length: -1\r\n\r\n", id="negative length"),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n", id="bad chunk"),
        pytest.param(b"GET / HTTP/1.1\r\nA: " + b"b" * 40_000 + b"\r\n\r\n", id="long header"),
    ],
)
async def test_malformed_requests_are_answered_with_a_refusal_or_not_at_all(
    application: Application, raw: bytes
) -> None:
    async with port(application, Limits(request_seconds=1)) as url, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(raw)
        answer = b""
        with contextlib.suppress(ConnectionError):
            answer = await reader.read()
        writer.close()
        assert answer == b"" or answer.split(b" ")[1].startswith(b"4")
        async with httpx.AsyncClient() as http:
            assert (await http.get(f"{url}/healthz")).status_code == 200


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    content=st.binary(max_size=300),
    kind=st.sampled_from([FORM, "application/json", "multipart/form-data; boundary=x", ""]),
    path=st.sampled_from([PATH, "/webhooks/lightspeed"]),
)
def test_no_signed_body_makes_the_endpoint_fail(content: bytes, kind: str, path: str) -> None:
    from starlette.applications import Starlette

    from lsync.core.store.deliveries import Delivery
    from lsync.daemon.metrics import Metrics
    from lsync.daemon.webhook_endpoint import OriginRules, WebhookEndpoint

    async def keep(delivery: Delivery) -> bool:
        delivery.body.encode()
        return False

    endpoint = WebhookEndpoint(
        rules=lambda: OriginRules(secrets=(SECRET,)), keep=keep, metrics=Metrics()
    )
    app = Starlette(routes=list(endpoint.routes()))

    async def send() -> int:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://lsync") as http:
            return await deliver(http, content, path=path, kind=kind)

    assert asyncio.run(send()) == (415 if kind.startswith("multipart") else 204)
