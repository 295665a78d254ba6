from typing import Any

import pytest

from tests.simulator.shop import Shop


async def test_bulk_adds_up_counts_and_replaces_costs(shop: Shop) -> None:
    order_id = await shop.order({1: "10"})
    line = {"product_id": shop.product_id(1), "count": "2.5", "cost": "3.1"}
    answer = await shop.data("POST", f"/consignments/{order_id}/bulk", json=[line])
    assert answer == {shop.product_id(1): {"count": "12.50000"}}
    row = (await shop.lines(order_id))["SKU-0001"]
    assert (row["count"], row["cost"], row["received"]) == ("12.50000", "3.10000", "0.00000")


async def test_bulk_adds_up_received_once_dispatched(shop: Shop) -> None:
    order_id = await shop.order({1: "10"})
    await shop.bulk(order_id, {1: "4"}, "received")
    await shop.bulk(order_id, {1: "3"}, "received")
    row = (await shop.lines(order_id))["SKU-0001"]
    assert (row["count"], row["received"]) == ("10.00000", "7.00000")


@pytest.mark.parametrize("status", ["OPEN", "SENT"])
async def test_a_received_amount_in_bulk_dispatches_the_order(shop: Shop, status: str) -> None:
    order_id = await shop.order({1: "10"})
    if status == "SENT":
        await shop.set_status(order_id, "SENT")
    await shop.bulk(order_id, {1: "0"}, "received")
    assert (await shop.data("GET", f"/consignments/{order_id}"))["status"] == "DISPATCHED"


async def test_a_received_amount_on_one_line_dispatches_a_sent_order_only(shop: Shop) -> None:
    order_id = await shop.order({1: "10"})
    path = f"/consignments/{order_id}/products/{shop.product_id(1)}"
    body = {"product_id": shop.product_id(1), "received": "1"}
    await shop.data("PUT", path, json=body)
    assert (await shop.data("GET", f"/consignments/{order_id}"))["status"] == "OPEN"
    await shop.set_status(order_id, "SENT")
    await shop.data("PUT", path, json=body)
    assert (await shop.data("GET", f"/consignments/{order_id}"))["status"] == "DISPATCHED"


async def test_setting_a_line_twice_changes_nothing_more(shop: Shop) -> None:
    order_id = await shop.order({1: "10"})
    path = f"/consignments/{order_id}/products/{shop.product_id(1)}"
    for _ in range(2):
        await shop.data("PUT", path, json={"product_id": shop.product_id(1), "count": "7"})
    assert (await shop.lines(order_id))["SKU-0001"]["count"] == "7.00000"


async def test_counts_stay_as_they_are_once_dispatched(shop: Shop) -> None:
    order_id = await shop.order({1: "10"})
    await shop.bulk(order_id, {1: "4"}, "received")
    await shop.bulk(order_id, {1: "5"})
    assert (await shop.lines(order_id))["SKU-0001"]["count"] == "10.00000"


async def test_a_line_can_be_removed_until_dispatched(shop: Shop) -> None:
    order_id = await shop.order({1: "10", 2: "1"})
    path = f"/consignments/{order_id}/products"
    assert (await shop.api.delete(f"{path}/{shop.product_id(2)}")).status_code == 204
    assert list(await shop.lines(order_id)) == ["SKU-0001"]
    await shop.bulk(order_id, {1: "1"}, "received")
    assert (await shop.refused("DELETE", f"{path}/{shop.product_id(1)}"))[0] == 422


@pytest.mark.parametrize("number", [77, 177])
@pytest.mark.parametrize("call", ["bulk", "products"])
async def test_composites_are_refused(shop: Shop, number: int, call: str) -> None:
    order_id = await shop.order()
    line = {"product_id": shop.product_id(number), "count": "1"}
    body: Any = [line] if call == "bulk" else line
    status, message = await shop.refused("POST", f"/consignments/{order_id}/{call}", json=body)
    assert (status, "composite" in message) == (422, True)


async def test_a_bulk_call_is_carried_out_whole_or_not_at_all(shop: Shop) -> None:
    order_id = await shop.order()
    body = [{"product_id": shop.product_id(number), "count": "1"} for number in (1, 2, 77)]
    await shop.refused("POST", f"/consignments/{order_id}/bulk", json=body)
    assert await shop.lines(order_id) == {}


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"cost": "1"},
        {"count": "many"},
        {"count": "-1"},
        {"count": True},
        {"count": {}},
        {"count": "NaN"},
        {"count": "1e400"},
    ],
)
async def test_a_line_that_cannot_be_is_refused(shop: Shop, line: dict[str, Any]) -> None:
    order_id = await shop.order()
    body = [{"product_id": shop.product_id(1), **line}]
    assert (await shop.refused("POST", f"/consignments/{order_id}/bulk", json=body))[0] == 422
    assert await shop.lines(order_id) == {}


async def test_unknown_and_deleted_products_are_refused(shop: Shop) -> None:
    order_id = await shop.order()
    for product_id in ("nothing", shop.product_id(99)):
        body = [{"product_id": product_id, "count": "1"}]
        assert (await shop.refused("POST", f"/consignments/{order_id}/bulk", json=body))[0] == 422


@pytest.mark.parametrize(
    ("switch", "count"), [("accumulate", "5.00000"), ("replace", "3.00000"), ("reject", "2.00000")]
)
async def test_a_switch_decides_what_a_repeated_line_does(
    shop: Shop, switch: str, count: str
) -> None:
    await shop.control.post("/switches", json={"repeated_line": switch})
    order_id = await shop.order()
    for amount in ("2", "3"):
        body = {"product_id": shop.product_id(1), "count": amount}
        await shop.api.post(f"/consignments/{order_id}/products", json=body)
    assert (await shop.lines(order_id))["SKU-0001"]["count"] == count


@pytest.mark.parametrize("bumps", [True, False])
async def test_a_switch_withholds_the_version_bump_of_a_changed_line(
    shop: Shop, bumps: bool
) -> None:
    await shop.control.post("/switches", json={"bump_on_line_change": bumps})
    order_id = await shop.order()
    before = await shop.data("GET", f"/consignments/{order_id}")
    await shop.bulk(order_id, {1: "1"})
    after = await shop.data("GET", f"/consignments/{order_id}")
    assert (after["version"] > before["version"]) is bumps
