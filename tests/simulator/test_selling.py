from typing import Any

import pytest

from tests.simulator.shop import Shop


def sale_body(shop: Shop, **changes: Any) -> dict[str, Any]:
    world = shop.world
    line = {
        "product": {"id": shop.product_id(1)},
        "quantity": 2,
        "pricing": {"price": 10, "discount": 1},
        "tax": {"id": next(iter(world.records["tax"])).id, "amount": 1.5},
    }
    kind = next(iter(world.records["payment_type"])).id
    body = {
        "state": "closed",
        "source": {"author_id": next(iter(world.records["user"])).id},
        "line_items": [line],
        "payments": [{"amount": 21, "type": {"config_id": kind}}],
    }
    return {**body, **changes}


def register(shop: Shop) -> str:
    return next(iter(shop.world.records["register"])).id


async def test_closing_a_sale_takes_the_goods_and_voiding_brings_them_back(shop: Shop) -> None:
    before = shop.stock(1)
    sale = await shop.data("POST", "/sales", json=sale_body(shop, state="parked"))
    assert shop.stock(1) == before
    await shop.data("PUT", f"/sales/{sale['id']}", json=sale_body(shop))
    assert shop.stock(1) == before - 2
    await shop.data("PUT", f"/sales/{sale['id']}", json=sale_body(shop, state="voided"))
    assert shop.stock(1) == before
    assert (await shop.refused("PUT", f"/sales/{sale['id']}", json=sale_body(shop)))[0] == 409


async def test_totals_follow_from_the_lines(shop: Shop) -> None:
    sale = await shop.data("POST", "/sales", json=sale_body(shop))
    assert sale["totals"]["price"] == 18
    assert sale["totals"]["tax"] == 3
    assert sale["_metadata"]["version"] == sale["version"]


async def test_a_sale_id_of_the_callers_own_is_taken_once(shop: Shop) -> None:
    body = sale_body(shop, id="0b7d1a1e-5f3c-4c55-9a53-3f1f6d0c2a11")
    assert (await shop.data("POST", "/sales", json=body))["id"] == body["id"]
    assert (await shop.refused("POST", "/sales", json=body))[0] == 409


async def test_a_return_is_a_parked_sale_of_negative_quantities(shop: Shop) -> None:
    sale = await shop.data("POST", "/sales", json=sale_body(shop))
    back = await shop.data("POST", f"/sales/{sale['id']}/actions/return")
    assert (back["state"], back["line_items"][0]["quantity"]) == ("parked", -2)
    assert back["return"]["original_sale_id"] == sale["id"]
    seen = await shop.data("GET", f"/sales/{sale['id']}")
    assert seen["return"]["return_sale_ids"] == [back["id"]]
    assert (await shop.refused("POST", f"/sales/{back['id']}/actions/return"))[0] == 422


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "eaten"},
        {"source": {}},
        {"line_items": [{"quantity": 1}]},
        {"payments": [{"amount": 1}]},
        {"line_items": 7},
    ],
)
async def test_a_sale_that_cannot_be_is_refused(shop: Shop, changes: dict[str, Any]) -> None:
    assert (await shop.refused("POST", "/sales", json=sale_body(shop, **changes)))[0] == 422
    assert await shop.data("GET", "/sales") == []


async def test_the_payments_summary_counts_since_the_register_was_opened(shop: Shop) -> None:
    await shop.data("POST", "/sales", json=sale_body(shop))
    path = f"/registers/{register(shop)}"
    summary = await shop.data("GET", f"{path}/payments_summary")
    assert {row["payment_type_name"]: row["total"] for row in summary["payments"]} == {
        "Cash": "21.00",
        "Credit Card": "0.00",
    }
    assert (await shop.data("PUT", f"{path}/actions/close", json={}))["is_open"] is False
    assert (await shop.refused("PUT", f"{path}/actions/close", json={}))[0] == 422
    await shop.data("PUT", f"{path}/actions/open", json={})
    summary = await shop.data("GET", f"{path}/payments_summary")
    assert {row["total"] for row in summary["payments"]} == {"0.00"}


async def pending(shop: Shop) -> tuple[Any, Any]:
    body = sale_body(shop, state="pending")
    body["line_items"][0]["_metadata"] = {"fulfillment_method": "PICKUP"}
    sale = await shop.data("POST", "/sales", json=body)
    (fulfillment,) = await shop.data("GET", "/fulfillments", params={"sale_id": sale["id"]})
    return sale, fulfillment


async def test_fulfilling_a_line_by_line_closes_the_sale(shop: Shop) -> None:
    before = shop.stock(1)
    sale, fulfillment = await pending(shop)
    path = f"/fulfillments/{fulfillment['id']}"
    line = {"sale_line_item_id": sale["line_items"][0]["id"], "quantity": 2}
    for place, (step, state) in enumerate(
        [("pick", "PICKED"), ("pack", "PACKED"), ("fulfill", "FULFILLED")], start=1
    ):
        body = {"version": place, "line_items": [line]}
        assert (await shop.data("POST", f"{path}/{step}", json=body))["version"] == place + 1
        (seen,) = await shop.data("GET", "/fulfillments")
        assert seen["state"] == state
    assert (await shop.data("GET", f"/sales/{sale['id']}"))["state"] == "closed"
    assert shop.stock(1) == before - 2


async def test_an_old_fulfillment_version_is_a_conflict(shop: Shop) -> None:
    sale, fulfillment = await pending(shop)
    line = {"sale_line_item_id": sale["line_items"][0]["id"], "quantity": 1}
    body = {"version": 9, "line_items": [line]}
    assert (await shop.refused("POST", f"/fulfillments/{fulfillment['id']}/pick", json=body))[
        0
    ] == 409


async def test_fulfilling_a_sale_twice_changes_nothing_more(shop: Shop) -> None:
    sale, fulfillment = await pending(shop)
    body = {"sale_id": sale["id"]}
    first = await shop.data("POST", "/fulfillments/fulfill", json=body)
    assert first == await shop.data("POST", "/fulfillments/fulfill", json=body)
    answer = await shop.api.get(f"/fulfillments/{fulfillment['id']}/history", params={"limit": 1})
    page = answer.json()
    assert [event["event_type"] for event in page["data"]] == ["CREATED"]
    rest = await shop.api.get(
        f"/fulfillments/{fulfillment['id']}/history", params={"cursor": page["next_cursor"]}
    )
    assert [event["event_type"] for event in rest.json()["data"]] == ["FULFILLED"]
    assert rest.json()["next_cursor"] == ""


async def test_sales_are_found_by_status_total_and_time(shop: Shop) -> None:
    sale = await shop.data("POST", "/sales", json=sale_body(shop))
    await shop.data("POST", "/sales", json=sale_body(shop, state="parked", payments=[]))

    async def found(**wanted: str) -> list[str]:
        params = {"type": "sales", **wanted}
        return [row["id"] for row in await shop.data("GET", "/search", params=params)]

    assert await found(status="closed") == [sale["id"]]
    assert len(await found(sale_total="21.0")) == 2
    assert len(await found(date_from="2026-11-23T08:00:00Z", date_to="2026-11-23T10:00:00Z")) == 2
    assert await found(date_to="2026-11-23T08:00:00Z") == []
    params = {"type": "sales", "date_from": "yesterday"}
    assert (await shop.refused("GET", "/search", params=params))[0] == 400
