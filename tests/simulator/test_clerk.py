import pytest

from tests.simulator.shop import Shop


async def test_receiving_everything_fills_the_shelves(shop: Shop) -> None:
    before = shop.stock(1)
    order_id = await shop.order({1: "5", 2: "2"}, status="SENT")
    await shop.receive(order_id)
    order = await shop.data("GET", f"/consignments/{order_id}")
    assert order["status"] == "RECEIVED"
    assert order["received_at"]
    assert shop.stock(1) == before + 5
    rows = await shop.lines(order_id)
    assert {row["received"] for row in rows.values()} == {"5.00000", "2.00000"}


async def test_receiving_short_closes_the_order_with_what_came(shop: Shop) -> None:
    before = shop.stock(1), shop.stock(2)
    order_id = await shop.order({1: "5", 2: "2"}, status="SENT")
    await shop.receive(order_id, lines={"SKU-0001": "3"})
    assert (shop.stock(1), shop.stock(2)) == (before[0] + 3, before[1])
    assert (await shop.lines(order_id))["SKU-0002"]["received"] == "0.00000"
    assert len(await shop.data("GET", "/consignments")) == 1


async def test_the_rest_can_become_a_second_sent_order(shop: Shop) -> None:
    order_id = await shop.order({1: "5", 2: "2"}, status="SENT")
    answer = await shop.receive(
        order_id, lines={shop.product_id(1): "3", "SKU-0002": "2"}, create_new_order=True
    )
    parent, second = await shop.data("GET", "/consignments")
    assert second["id"] == answer["new_consignment_id"]
    assert (parent["status"], second["status"]) == ("RECEIVED", "SENT")
    assert (second["supplier_id"], second["outlet_id"], second["reference"]) == (
        parent["supplier_id"],
        parent["outlet_id"],
        parent["reference"],
    )
    rows = await shop.lines(second["id"])
    assert {sku: row["count"] for sku, row in rows.items()} == {"SKU-0001": "2.00000"}


async def test_an_order_received_in_full_is_not_split(shop: Shop) -> None:
    order_id = await shop.order({1: "5"}, status="SENT")
    assert "new_consignment_id" not in await shop.receive(order_id, create_new_order=True)


async def test_receiving_can_be_left_unfinished(shop: Shop) -> None:
    before = shop.stock(1)
    order_id = await shop.order({1: "5"}, status="SENT")
    await shop.receive(order_id, lines={"SKU-0001": "2"}, finish=False)
    assert (await shop.data("GET", f"/consignments/{order_id}"))["status"] == "DISPATCHED"
    assert shop.stock(1) == before
    await shop.receive(order_id)
    assert shop.stock(1) == before + 5


@pytest.mark.parametrize(
    "body",
    [
        {"lines": {"SKU-0001": "0"}},
        {"lines": {"SKU-0009": "1"}},
        {"lines": {"SKU-0001": "x"}},
        {"lines": [1]},
    ],
)
async def test_a_receipt_that_cannot_be_changes_nothing(shop: Shop, body: object) -> None:
    order_id = await shop.order({1: "5"}, status="SENT")
    before = await shop.data("GET", f"/consignments/{order_id}")
    answer = await shop.control.post(f"/consignments/{order_id}/receive", json=body)
    assert answer.status_code == 422
    assert await shop.data("GET", f"/consignments/{order_id}") == before


async def test_an_open_order_cannot_be_received(shop: Shop) -> None:
    order_id = await shop.order({1: "5"})
    assert (await shop.control.post(f"/consignments/{order_id}/receive")).status_code == 422
    assert (await shop.control.post("/consignments/nothing/receive")).status_code == 404
