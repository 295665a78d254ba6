import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from lsync.simulator.config import SimulatorConfig
from lsync.simulator.webhooks.delivery import Courier, deliver_due
from lsync.simulator.webhooks.outbox import RETRIES, retry_delay
from tests.simulator.shop import Shop, StillClock

SECRET = "client-secret"
URL = "http://receiver.test/hooks/consignment.receive"


@pytest.fixture
def shop(clock: StillClock) -> Shop:
    return Shop(SimulatorConfig(clock=clock, products=100, webhook_url=URL, client_secret=SECRET))


class Receiver:
    """The other end: keeps what arrived and answers as told."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.requests: list[httpx.Request] = []
        self.answer: Callable[[], httpx.Response] = lambda: httpx.Response(204)

    def _take(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.answer()

    async def collect(self) -> list[dict[str, Any]]:
        """Deliver what is due; payloads in order of arrival."""
        first = len(self.requests)
        async with httpx.AsyncClient(transport=httpx.MockTransport(self._take)) as client:
            await deliver_due(self._shop.world, client)
        return [payload_of(request) for request in self.requests[first:]]


def payload_of(request: httpx.Request) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(parse_qs(request.content.decode())["payload"][0])
    return payload


@pytest.fixture
def receiver(shop: Shop) -> Receiver:
    return Receiver(shop)


async def received_order(shop: Shop, lines: dict[int, str]) -> str:
    order_id = await shop.order(lines, status="SENT")
    await shop.receive(order_id)
    return order_id


async def test_a_received_order_sends_one_event_per_line(shop: Shop, receiver: Receiver) -> None:
    order_id = await received_order(shop, {1: "8", 2: "1"})
    first, second = await receiver.collect()
    assert {key: first[key] for key in ("consignment_id", "product_id", "count", "received")} == {
        "consignment_id": order_id,
        "product_id": shop.product_id(1),
        "count": "8.00000",
        "received": "8.00000",
    }
    assert isinstance(first["cost"], float)
    assert set(first) == {
        "id",
        "consignment_id",
        "product_id",
        "count",
        "received",
        "cost",
        "sequence_number",
    }
    assert second["sequence_number"] == 1
    urls = {str(request.url) for request in receiver.requests}
    assert urls == {"http://receiver.test/hooks/consignment.receive"}


async def test_the_signature_covers_the_raw_form_body(shop: Shop, receiver: Receiver) -> None:
    await received_order(shop, {1: "8"})
    await receiver.collect()
    request = receiver.requests[0]
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    expected = hmac.new(SECRET.encode(), request.content, hashlib.sha256).hexdigest()
    assert request.headers["X-Signature"] == f"signature={expected},algorithm=HMAC-SHA256"


async def test_without_a_client_secret_nothing_is_signed(clock: StillClock) -> None:
    shop = Shop(SimulatorConfig(clock=clock, products=10, webhook_url=URL))
    receiver = Receiver(shop)
    await received_order(shop, {1: "8"})
    await receiver.collect()
    assert "X-Signature" not in receiver.requests[0].headers


async def test_creating_sending_and_cancelling_an_order_sends_nothing(
    shop: Shop, receiver: Receiver
) -> None:
    order_id = await shop.order({1: "8"})
    await shop.set_status(order_id, "SENT")
    await shop.set_status(order_id, "CANCELLED")
    assert await receiver.collect() == []


@pytest.mark.parametrize("status", [500, 503])
async def test_server_errors_are_retried_over_two_days(
    shop: Shop, receiver: Receiver, status: int
) -> None:
    receiver.answer = lambda: httpx.Response(status)
    await received_order(shop, {1: "8"})
    for _ in range(RETRIES + 5):
        await receiver.collect()
        await shop.control.post("/clock", json={"advance": 48 * 3600})
    assert len(receiver.requests) == RETRIES + 1
    delivery = (await shop.control.get("/deliveries")).json()[0]
    assert delivery["outcome"] == "given_up"


@pytest.mark.parametrize("status", [301, 400, 404, 422])
async def test_refusals_are_final(shop: Shop, receiver: Receiver, status: int) -> None:
    receiver.answer = lambda: httpx.Response(status)
    await received_order(shop, {1: "8"})
    await receiver.collect()
    await shop.control.post("/clock", json={"advance": 48 * 3600})
    assert await receiver.collect() == []


async def test_silence_is_retried(shop: Shop, receiver: Receiver) -> None:
    def hang_up() -> httpx.Response:
        raise httpx.ReadTimeout("no answer in time")

    receiver.answer = hang_up
    await received_order(shop, {1: "8"})
    await receiver.collect()
    receiver.answer = lambda: httpx.Response(200)
    assert await receiver.collect() == []
    await shop.control.post("/clock", json={"advance": 60})
    assert len(await receiver.collect()) == 1


def test_retries_spread_over_about_48_hours() -> None:
    delays = [delay for attempts in range(1, 100) if (delay := retry_delay(attempts))]
    assert len(delays) == RETRIES
    assert 47 <= sum(delay.total_seconds() for delay in delays) / 3600 <= 49


async def test_events_can_be_dropped_and_doubled(shop: Shop, receiver: Receiver) -> None:
    await shop.fault("webhook_drop", count=1)
    await received_order(shop, {1: "1", 2: "1"})
    await shop.fault("webhook_duplicate", count=1)
    await received_order(shop, {1: "1", 2: "1"})
    sequences = [payload["sequence_number"] for payload in await receiver.collect()]
    assert sequences == [1, 0, 0, 1]


async def test_events_can_be_delayed(shop: Shop, receiver: Receiver) -> None:
    await shop.fault("webhook_delay", count=1, seconds=90)
    await received_order(shop, {1: "1", 2: "1"})
    assert [payload["sequence_number"] for payload in await receiver.collect()] == [1]
    await shop.control.post("/clock", json={"advance": 90})
    assert [payload["sequence_number"] for payload in await receiver.collect()] == [0]


@pytest.mark.parametrize("behind", [1, 3])
async def test_a_reordered_event_comes_behind_those_that_follow(
    shop: Shop, receiver: Receiver, behind: int
) -> None:
    await shop.fault("webhook_reorder", count=1, behind=behind)
    await received_order(shop, dict.fromkeys(range(1, 5), "1"))
    payloads = await receiver.collect()
    sequences = [payload["sequence_number"] for payload in payloads]
    assert sequences.index(0) >= behind
    assert sorted(sequences) == [0, 1, 2, 3]


async def test_a_reordered_event_that_nothing_follows_comes_late(
    shop: Shop, receiver: Receiver
) -> None:
    await shop.fault("webhook_reorder", count=1)
    await received_order(shop, {1: "1"})
    assert await receiver.collect() == []
    await shop.control.post("/clock", json={"advance": 30})
    assert len(await receiver.collect()) == 1


async def test_a_receiver_that_hangs_does_not_hold_up_the_others(shop: Shop) -> None:
    answered = asyncio.Event()

    async def take(request: httpx.Request) -> httpx.Response:
        if payload_of(request)["sequence_number"] == 0:
            await answered.wait()
        else:
            answered.set()
        return httpx.Response(204)

    await received_order(shop, {1: "1", 2: "1"})
    async with httpx.AsyncClient(transport=httpx.MockTransport(take)) as client:
        assert await deliver_due(shop.world, client) == 2


async def test_the_courier_delivers_until_it_is_stopped(clock: StillClock) -> None:
    arrived: asyncio.Queue[bytes] = asyncio.Queue()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await arrived.put(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    shop = Shop(SimulatorConfig(clock=clock, products=30, webhook_url=url))
    courier = asyncio.create_task(Courier(shop.world).run())
    async with server:
        await received_order(shop, dict.fromkeys(range(1, 21), "1"))
        for _ in range(20):
            assert (await arrived.get()).startswith(b"POST / ")
        courier.cancel()
        with pytest.raises(asyncio.CancelledError):
            await courier


async def test_subscriptions_are_created_listed_changed_and_deleted(shop: Shop) -> None:
    body = {"type": "sale.update", "url": "https://receiver.test/", "active": True}
    created = await shop.data("POST", "/webhooks", json=body)
    assert created in await shop.data("GET", "/webhooks")
    path = f"/webhooks/{created['id']}"
    changed = await shop.data("PUT", path, json={**body, "active": False})
    assert changed == await shop.data("GET", path)
    assert (await shop.api.delete(path)).status_code == 200
    assert (await shop.refused("GET", path))[0] == 404


async def test_the_same_type_and_url_twice_is_a_conflict(shop: Shop) -> None:
    body = {"type": "sale.update", "url": "https://receiver.test/", "active": True}
    await shop.data("POST", "/webhooks", json=body)
    assert (await shop.refused("POST", "/webhooks", json=body))[0] == 409


@pytest.mark.parametrize(
    "body",
    [
        {"type": "consignment.created", "url": "https://receiver.test/", "active": True},
        {"type": "sale.update", "active": True},
        {"type": "sale.update", "url": "https://receiver.test/"},
        {"type": "sale.update", "url": "x", "active": True},
    ],
)
async def test_a_subscription_that_cannot_be_is_refused(shop: Shop, body: object) -> None:
    assert (await shop.refused("POST", "/webhooks", json=body))[0] == 422


async def test_an_inactive_subscription_gets_nothing(shop: Shop, receiver: Receiver) -> None:
    for hook in await shop.data("GET", "/webhooks"):
        body = {**hook, "active": False}
        await shop.data("PUT", f"/webhooks/{hook['id']}", json=body)
    await received_order(shop, {1: "1"})
    assert await receiver.collect() == []


async def test_all_seven_types_go_to_an_address_of_their_own(clock: StillClock) -> None:
    url = "http://receiver.test/hooks/{event_type}"
    shop = Shop(SimulatorConfig(clock=clock, products=10, webhook_url=url))
    receiver = Receiver(shop)
    await received_order(shop, {1: "8"})
    transfer = {"source_outlet_id": shop.outlet_id("Harbour"), "type": "OUTLET"}
    order_id = await shop.order({1: "1"}, **transfer)
    await shop.set_status(order_id, "SENT", **transfer)
    await shop.data("POST", "/products", json={"name": "Bowl"})
    await shop.data("POST", "/customers", json={"first_name": "Some"})
    author = next(iter(shop.world.records["user"])).id
    body = {"state": "parked", "source": {"author_id": author}}
    await shop.data("POST", "/sales", json=body)
    register = next(iter(shop.world.records["register"])).id
    await shop.data("PUT", f"/registers/{register}/actions/close", json={})
    await receiver.collect()
    assert {request.url.path.rpartition("/")[2] for request in receiver.requests} == {
        *("sale.update", "product.update", "customer.update", "inventory.update"),
        *("register_closure.create", "consignment.send", "consignment.receive"),
    }


async def test_too_many_failures_erase_the_backlog_and_mute_a_day(
    shop: Shop, receiver: Receiver
) -> None:
    receiver.answer = lambda: httpx.Response(500)
    for _ in range(22):
        await received_order(shop, dict.fromkeys(range(1, 52), "1"))
    await receiver.collect()
    attempts = len(receiver.requests)
    assert attempts < 22 * 51
    outcomes = {row["outcome"] for row in (await shop.control.get("/deliveries")).json()}
    assert outcomes == {"erased"}
    receiver.answer = lambda: httpx.Response(204)
    await received_order(shop, {1: "1"})
    assert await receiver.collect() == []
    await shop.control.post("/clock", json={"advance": 24 * 3600})
    await received_order(shop, {1: "1"})
    assert len(await receiver.collect()) == 1


async def test_events_to_a_receiver_that_answers_are_never_muted(
    shop: Shop, receiver: Receiver
) -> None:
    for _ in range(22):
        await received_order(shop, dict.fromkeys(range(1, 51), "1"))
    assert len(await receiver.collect()) == 22 * 50


async def test_the_legacy_version_takes_a_form_and_answers_bare(shop: Shop) -> None:
    body = {"type": "sale.update", "url": "https://receiver.test/", "active": True}
    base = "http://shop/api/webhooks"
    made = (await shop.api.post(base, data={"data": json.dumps(body)})).json()
    assert made["url"] == body["url"]
    assert made in (await shop.api.get(base)).json()
    assert (await shop.api.get(f"{base}/{made['id']}")).json() == made
    assert (await shop.api.post(base, data={"other": "{}"})).status_code == 400
    assert (await shop.api.get("http://shop/api/2.0/webhooks")).status_code == 404
