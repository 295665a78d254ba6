from typing import Any

import pytest

from lsync.simulator.config import SimulatorConfig, Switches
from tests.simulator.shop import Shop, StillClock


async def test_a_new_order_is_open_and_readable(shop: Shop) -> None:
    order_id = await shop.order()
    order = await shop.data("GET", f"/consignments/{order_id}")
    assert (order["status"], order["reference"], order["type"]) == ("OPEN", "PO-1", "SUPPLIER")


@pytest.mark.parametrize("envelope", [True, False])
async def test_both_request_envelopes_are_understood(shop: Shop, envelope: bool) -> None:
    body = shop.order_body()
    answer = await shop.api.post("/consignments", json={"data": body} if envelope else body)
    assert answer.status_code == 201


@pytest.mark.parametrize("missing", ["name", "outlet_id", "type"])
async def test_required_fields_are_required(shop: Shop, missing: str) -> None:
    body = shop.order_body()
    del body[missing]
    status, message = await shop.refused("POST", "/consignments", json=body)
    assert status == 422
    assert missing in message
    assert len(shop.world.ledger) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "GIFT"},
        {"status": "DISPATCHED"},
        {"status": "RECEIVED"},
        {"status": "LOST"},
        {"outlet_id": "nowhere"},
        {"supplier_id": "nobody"},
        {"reference": 7},
    ],
)
async def test_an_order_that_cannot_be_is_refused(shop: Shop, changes: dict[str, Any]) -> None:
    status, _ = await shop.refused("POST", "/consignments", json=shop.order_body(**changes))
    assert status == 422


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"NaN", b'{"a":' * 3000])
async def test_a_body_that_is_no_object_is_refused(shop: Shop, body: bytes) -> None:
    answer = await shop.api.post("/consignments", content=body)
    assert answer.status_code == 400


async def test_sending_changes_the_status_and_no_stock(shop: Shop) -> None:
    before = shop.stock(1)
    order_id = await shop.order({1: "5"})
    order = await shop.set_status(order_id, "SENT")
    assert order["status"] == "SENT"
    assert shop.stock(1) == before


async def test_an_order_without_products_cannot_be_sent(shop: Shop) -> None:
    order_id = await shop.order()
    status, message = await shop.refused(
        "PUT", f"/consignments/{order_id}", json=shop.order_body(status="SENT")
    )
    assert (status, "no products" in message) == (422, True)


async def test_the_type_is_fixed(shop: Shop) -> None:
    order_id = await shop.order()
    body = shop.order_body(type="RETURN")
    assert (await shop.refused("PUT", f"/consignments/{order_id}", json=body))[0] == 422


@pytest.mark.parametrize("end", ["RECEIVED", "CANCELLED"])
async def test_a_finished_order_is_frozen(shop: Shop, end: str) -> None:
    order_id = await shop.order({1: "5"})
    await shop.set_status(order_id, "SENT")
    if end == "RECEIVED":
        await shop.receive(order_id)
    else:
        await shop.set_status(order_id, end)
    path = f"/consignments/{order_id}"
    line = {"product_id": shop.product_id(1), "count": "1"}
    attempts = [
        ("PUT", path, shop.order_body(name="Another note")),
        ("POST", f"{path}/bulk", [line]),
        ("POST", f"{path}/products", line),
        ("PUT", f"{path}/products/{shop.product_id(1)}", line),
    ]
    for method, where, body in attempts:
        assert (await shop.refused(method, where, json=body))[0] == 422
    assert (await shop.refused("DELETE", f"{path}/products/{shop.product_id(1)}"))[0] == 422


async def test_an_update_empties_what_it_leaves_out(shop: Shop) -> None:
    order_id = await shop.order()
    body = {key: shop.order_body()[key] for key in ("name", "type", "outlet_id")}
    assert (await shop.data("PUT", f"/consignments/{order_id}", json=body))["reference"] is None


async def test_a_switch_keeps_what_an_update_leaves_out(clock: StillClock) -> None:
    shop = Shop(SimulatorConfig(clock=clock, switches=Switches(put_clears_omitted=False)))
    order_id = await shop.order()
    body = {key: shop.order_body()[key] for key in ("name", "type", "outlet_id")}
    assert (await shop.data("PUT", f"/consignments/{order_id}", json=body))["reference"] == "PO-1"


async def test_a_deleted_order_is_gone(shop: Shop) -> None:
    order_id = await shop.order()
    assert (await shop.api.delete(f"/consignments/{order_id}")).status_code == 204
    assert (await shop.refused("GET", f"/consignments/{order_id}"))[0] == 404
    assert await shop.data("GET", "/consignments") == []


async def test_a_received_order_cannot_be_deleted(shop: Shop) -> None:
    order_id = await shop.order({1: "1"}, status="SENT")
    await shop.receive(order_id)
    assert (await shop.refused("DELETE", f"/consignments/{order_id}"))[0] == 422


async def test_filters_narrow_the_list(shop: Shop) -> None:
    sent = await shop.order({1: "1"})
    await shop.set_status(sent, "SENT")
    await shop.order(outlet_id=shop.outlet_id("Harbour"))
    rows = await shop.data("GET", "/consignments", params={"type": "SUPPLIER", "status": "SENT"})
    assert [row["id"] for row in rows] == [sent]
    params = {"outlet_id": shop.outlet_id("Harbour")}
    assert len(await shop.data("GET", "/consignments", params=params)) == 1


async def test_totals_are_four_strings(shop: Shop) -> None:
    order_id = await shop.order({1: "10"})
    line = {"product_id": shop.product_id(1), "cost": "10", "count": "15"}
    await shop.data("PUT", f"/consignments/{order_id}/products/{line['product_id']}", json=line)
    assert await shop.data("GET", f"/consignments/{order_id}/totals") == [
        {
            "total_sent_count": "15.00000",
            "total_sent_cost": "150.0000000000",
            "total_received_count": "0.00000",
            "total_received_cost": "0.0000000000",
        }
    ]


async def test_version_2_0_offers_the_same_consignments(shop: Shop) -> None:
    order_id = await shop.order()
    answer = await shop.api.get(f"http://shop/api/2.0/consignments/{order_id}")
    assert answer.json()["data"]["id"] == order_id


async def test_unknown_paths_methods_and_versions_are_refused(shop: Shop) -> None:
    assert (await shop.api.get("/nothing")).status_code == 404
    assert (await shop.api.patch("/consignments")).status_code == 405
    assert (await shop.api.get("http://shop/api/2031-01/consignments")).status_code == 404


async def test_a_version_past_its_end_is_served_by_the_oldest_one(shop: Shop) -> None:
    assert (await shop.api.get("http://shop/api/2024-04/consignments")).status_code == 200
    assert (await shop.api.get("http://shop/api/2024-04/purchase_orders")).status_code == 404
