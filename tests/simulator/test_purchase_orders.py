from tests.simulator.shop import Shop


async def test_an_order_in_two_parts_is_one_purchase_order_with_two_deliveries(
    shop: Shop,
) -> None:
    order_id = await shop.order({1: "5", 2: "2"}, status="SENT")
    await shop.receive(order_id, lines={"SKU-0001": "3"}, create_new_order=True)
    (order,) = await shop.data("GET", "/purchase_orders")
    assert order["id"] != order_id
    assert (order["order_number"], order["quantity_total"]) == ("PO-1", "7.00000")
    path = f"/purchase_orders/{order['id']}"
    assert len(await shop.data("GET", f"{path}/line_items")) == 2
    first, second = await shop.data("GET", f"{path}/deliveries")
    assert (first["status"], second["status"]) == ("RECEIVED", "SENT")
    lines = await shop.data("GET", f"{path}/deliveries/{second['id']}/line_items")
    assert sorted(line["expected_quantity"] for line in lines) == ["2.00000", "2.00000"]
    assert (await shop.refused("GET", f"{path}/deliveries/nothing/line_items"))[0] == 404


async def test_costs_need_a_scope_of_their_own(shop: Shop) -> None:
    await shop.order({1: "5"})
    (order,) = await shop.data("GET", "/purchase_orders")
    assert order["cost_price_total"] is not None
    body = {"token": "simulator-token", "scopes": ["consignments:read"]}
    await shop.control.post("/tokens/restrict", json=body)
    (order,) = await shop.data("GET", "/purchase_orders")
    assert order["cost_price_total"] is None


async def test_a_page_beyond_the_documented_maximum_is_refused(shop: Shop) -> None:
    params = {"page_size": 1001}
    assert (await shop.refused("GET", "/purchase_orders", params=params))[0] == 422
