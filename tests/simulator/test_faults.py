import json
from random import Random

import httpx
import pytest

from lsync.simulator.config import SimulatorConfig
from lsync.simulator.faults import Faults, read_fault
from tests.simulator.shop import Shop


async def test_a_fault_can_be_confined_to_calls_of_one_kind_from_the_start() -> None:
    shop = Shop(SimulatorConfig(products=5, faults={"5xx@POST /consignments$": 1.0}))
    assert (await shop.api.post("/consignments", json=shop.order_body())).status_code == 503
    assert (await shop.api.get("/consignments")).status_code == 200
    assert (await shop.api.post("/suppliers", json={"name": "x", "contact": {}})).is_success


async def names(shop: Shop) -> list[str]:
    return [row["name"] for row in await shop.data("GET", "/consignments")]


async def test_a_lost_reply_was_executed(shop: Shop) -> None:
    await shop.fault("lost_reply", count=1, method="POST")
    with pytest.raises(httpx.RemoteProtocolError):
        await shop.api.post("/consignments", json=shop.order_body())
    assert await names(shop) == ["A note"]


async def test_a_reset_in_the_middle_was_executed(shop: Shop) -> None:
    await shop.fault("reset", count=1, at_byte=30)
    with pytest.raises(httpx.ReadError):
        await shop.api.post("/consignments", json=shop.order_body())
    assert await names(shop) == ["A note"]


async def test_late_execution_happens_when_the_clock_gets_there(shop: Shop) -> None:
    await shop.fault("late_execution", count=1, seconds=120)
    with pytest.raises(httpx.RemoteProtocolError):
        await shop.api.post("/consignments", json=shop.order_body())
    await shop.control.post("/clock", json={"advance": 119})
    assert await names(shop) == []
    await shop.control.post("/clock", json={"advance": 1})
    assert await names(shop) == ["A note"]
    assert len((await shop.control.get("/ledger")).json()) == 1


async def test_a_lost_request_is_never_executed(shop: Shop) -> None:
    await shop.fault("lost_request", count=1)
    with pytest.raises(httpx.RemoteProtocolError):
        await shop.api.post("/consignments", json=shop.order_body())
    await shop.control.post("/clock", json={"advance": 86_400})
    assert await names(shop) == []


@pytest.mark.parametrize(
    ("fault", "executed"), [("lost_request", 0), ("late_execution", 0), ("lost_reply", 1)]
)
async def test_a_connection_can_hang_instead_of_being_cut(
    shop: Shop, fault: str, executed: int
) -> None:
    await shop.fault(fault, count=1, hang=True)
    with pytest.raises(httpx.ReadTimeout):
        await shop.api.post("/consignments", json=shop.order_body())
    assert len(await names(shop)) == executed


async def test_a_late_call_that_is_refused_by_then_does_nothing(shop: Shop) -> None:
    order_id = await shop.order()
    await shop.fault("late_execution", count=1)
    with pytest.raises(httpx.RemoteProtocolError):
        await shop.bulk(order_id, {1: "1"})
    await shop.api.delete(f"/consignments/{order_id}")
    await shop.control.post("/clock", json={"advance": 60})
    assert (await shop.api.get("/outlets")).status_code == 200


@pytest.mark.parametrize(
    ("fault", "status"), [("5xx", 503), ("html200", 200), ("429_storm", 429), ("token_expiry", 401)]
)
async def test_some_faults_execute_nothing(shop: Shop, fault: str, status: int) -> None:
    await shop.fault(fault, count=1)
    answer = await shop.api.post("/consignments", json=shop.order_body())
    assert answer.status_code == status
    assert await names(shop) == []


@pytest.mark.parametrize("fault", ["5xx", "html200"])
async def test_some_faults_can_hide_an_execution(shop: Shop, fault: str) -> None:
    await shop.fault(fault, count=1, executed=True)
    await shop.api.post("/consignments", json=shop.order_body())
    assert await names(shop) == ["A note"]


async def test_a_storm_tells_when_to_come_back(shop: Shop) -> None:
    await shop.fault("429_storm", count=1, seconds=7)
    answer = await shop.api.get("/outlets")
    assert answer.headers["Retry-After"] == "Mon, 23 Nov 2026 09:00:07 GMT"


async def test_truncated_json_is_a_complete_http_answer(shop: Shop) -> None:
    await shop.fault("truncated_json", count=1)
    answer = await shop.api.get("/outlets")
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


async def test_fields_can_be_removed_or_retyped(shop: Shop) -> None:
    await shop.fault("field_removed", field="name", count=1)
    assert all("name" not in row for row in await shop.data("GET", "/outlets"))
    await shop.fault("field_retyped", field="id", count=1)
    assert all(row["id"] == {} for row in await shop.data("GET", "/outlets"))
    assert all(isinstance(row["id"], str) for row in await shop.data("GET", "/outlets"))


async def test_filters_choose_the_calls_that_are_struck(shop: Shop) -> None:
    await shop.fault("5xx", count=2, method="POST", path="/bulk$")
    order_id = await shop.order()
    path, body = f"/consignments/{order_id}/bulk", [{"product_id": shop.product_id(1), "count": 1}]
    statuses = [(await shop.api.post(path, json=body)).status_code for _ in range(3)]
    assert statuses == [503, 503, 200]


async def test_faults_can_be_listed_and_cleared(shop: Shop) -> None:
    await shop.fault("5xx")
    assert (await shop.control.get("/faults")).json()[0]["name"] == "5xx"
    await shop.control.delete("/faults")
    assert (await shop.api.get("/outlets")).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"name": "gremlins"},
        {},
        {"name": "5xx", "rate": 2},
        {"name": "5xx", "rate": "often"},
        {"name": "5xx", "count": 0},
        {"name": "5xx", "path": "["},
        ["5xx"],
        7,
    ],
)
async def test_a_fault_that_cannot_be_is_refused(shop: Shop, body: object) -> None:
    answer = await shop.control.post("/faults", json=body)
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_the_same_seed_strikes_the_same_calls() -> None:
    def run(seed: int) -> list[bool]:
        faults = Faults(seed=seed, rates={"lost_reply": 0.3, "latency": 0.1})
        return [bool(faults.draw("GET", "/x")) for _ in range(200)]

    assert run(7) == run(7)
    assert run(7) != run(8)


def test_one_faults_draws_do_not_disturb_anothers() -> None:
    alone = Faults(seed=7, rates={"lost_reply": 0.3})
    both = Faults(seed=7, rates={"lost_reply": 0.3})
    both.add(read_fault({"name": "latency", "rate": 0.5}))
    rng = Random(1)
    for _ in range(200):
        path = f"/{rng.random()}"
        assert ("lost_reply" in alone.draw("GET", path)) == ("lost_reply" in both.draw("GET", path))


async def test_rates_can_be_given_at_the_start() -> None:
    shop = Shop(SimulatorConfig(products=1, faults={"5xx": 1.0}))
    assert (await shop.api.get("/outlets")).status_code == 503


async def test_a_skewed_clock_shows_in_the_headers(shop: Shop) -> None:
    await shop.fault("clock_skew", seconds=-90, count=2)
    await shop.fault("429_storm", seconds=30, count=1)
    answer = await shop.api.get("/outlets")
    assert answer.headers["Date"] == "Mon, 23 Nov 2026 08:58:30 GMT"
    assert answer.headers["Retry-After"] == "Mon, 23 Nov 2026 08:59:00 GMT"
