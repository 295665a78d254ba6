"""Which way a request takes through the public port's application."""

import random
from collections.abc import AsyncIterator

import httpx
import pytest
from structlog.testing import capture_logs

from lsync.core.lightspeed.signature import sign
from lsync.core.store.deliveries import Delivery
from lsync.daemon.metrics import Metrics
from lsync.daemon.public_app import create_public_app
from lsync.daemon.webhook_endpoint import PATH, OriginRules, WebhookEndpoint, address_in
from tests.daemon.test_webhook_reading import BODY, SECRET, forge


class Keeper:
    """Keeps deliveries in memory, or breaks."""

    def __init__(self) -> None:
        self.kept: list[Delivery] = []
        self.failure: Exception | None = None

    async def keep(self, delivery: Delivery) -> bool:
        if self.failure is not None:
            raise self.failure
        self.kept.append(delivery)
        return False


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


@pytest.fixture
async def http(keeper: Keeper) -> AsyncIterator[httpx.AsyncClient]:
    async def nothing() -> None:
        return None

    metrics = Metrics()
    webhooks = WebhookEndpoint(
        rules=lambda: OriginRules(secrets=(SECRET,), allow_unsigned=True),
        keep=keeper.keep,
        metrics=metrics,
    )
    app = create_public_app(webhooks=webhooks, metrics=metrics, ready=nothing, measure=nothing)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://example.test") as client:
        yield client


async def test_the_type_in_the_path_is_read_as_it_was_sent(
    http: httpx.AsyncClient, keeper: Keeper
) -> None:
    assert (await http.post(f"{PATH}/sale%2Eupdate", content=b"{}")).status_code == 204
    assert (await http.post(PATH, json={"type": "product.update"})).status_code == 204
    assert [it.event_type for it in keeper.kept] == ["sale.update", "product.update"]


async def test_a_slash_at_the_end_means_nothing_and_no_host_is_named(
    http: httpx.AsyncClient, keeper: Keeper
) -> None:
    told = {"host": "stranger.example"}
    for path in (f"{PATH}/", f"{PATH}/sale.update/"):
        sent = await http.post(path, json={"type": "product.update"}, headers=told)
        assert sent.status_code == 204
    assert [it.event_type for it in keeper.kept] == ["product.update", "sale.update"]
    gone = await http.get("/healthz/", headers=told)
    assert (gone.status_code, gone.headers.get("location")) == (404, None)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
async def test_only_post_delivers(http: httpx.AsyncClient, keeper: Keeper, method: str) -> None:
    answer = await http.request(method, f"{PATH}/sale.update")
    assert (answer.status_code, answer.content) == (405, b"")
    assert not keeper.kept


@pytest.mark.parametrize(
    "path", ["/sale.update/x", "s", "/../healthz/x", "/%0A", "/sale.update%0A"]
)
async def test_nothing_is_delivered_beside_the_two_addresses(
    http: httpx.AsyncClient, keeper: Keeper, path: str
) -> None:
    answer = await http.post(PATH + path, content=b"{}")
    assert (answer.status_code, answer.content) == (404, b"")
    assert not keeper.kept


async def test_a_failure_of_ours_tells_the_sender_nothing(
    http: httpx.AsyncClient, keeper: Keeper
) -> None:
    keeper.failure = LookupError("the reason")
    with capture_logs() as logged:
        answer = await http.post(f"{PATH}/sale.update", content=b"{}")
    assert (answer.status_code, answer.content) == (500, b"")
    assert [it["exc_info"] for it in logged] == [keeper.failure]


def test_an_address_has_a_type_or_none() -> None:
    assert address_in(PATH) == {}
    assert address_in(f"{PATH}/a.b") == {"event_type": "a.b"}
    assert address_in(f"{PATH}/") == {}
    assert address_in(f"{PATH}/a.b/c") is None
    assert address_in(f"/x{PATH}") is None


@pytest.mark.parametrize("many", [300, pytest.param(100_000, marks=pytest.mark.long)])
async def test_no_forgery_gets_as_far_as_the_database(
    http: httpx.AsyncClient, keeper: Keeper, many: int
) -> None:
    """A sample of what the judge alone is tried with, on the whole way from the request."""
    chance = random.Random(11)
    for _ in range(many):
        content, signature = forge(chance)
        headers = {b"x-signature": signature.encode()}
        answer = await http.post(f"{PATH}/sale.update", content=content, headers=headers)
        assert (answer.status_code, answer.content) == (401, b"")
    assert not keeper.kept
    headers = {b"x-signature": sign(BODY, SECRET).encode()}
    assert (
        await http.post(f"{PATH}/sale.update", content=BODY, headers=headers)
    ).status_code == 204
