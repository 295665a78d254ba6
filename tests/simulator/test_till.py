import pytest

from tests.simulator.shop import Shop


async def deed(shop: Shop, order_id: str, name: str, **body: object) -> int:
    answer = await shop.control.post(f"/consignments/{order_id}/{name}", json=body)
    return answer.status_code


async def test_lines_can_be_edited_at_the_till(shop: Shop) -> None:
    order_id = await shop.order({1: "5", 2: "2"})
    lines = {"SKU-0001": {"count": "7", "cost": "1.25"}, shop.product_id(2): {"count": None}}
    assert await deed(shop, order_id, "edit", lines=lines) == 200
    rows = await shop.lines(order_id)
    assert list(rows) == ["SKU-0001"]
    assert (rows["SKU-0001"]["count"], rows["SKU-0001"]["cost"]) == ("7.00000", "1.25000")


@pytest.mark.parametrize("bumps", [True, False])
async def test_an_edit_bumps_the_version_unless_switched_off(shop: Shop, bumps: bool) -> None:
    order_id = await shop.order({1: "5"})
    before = await shop.data("GET", f"/consignments/{order_id}")
    await shop.control.post("/switches", json={"bump_on_line_change": bumps})
    await deed(shop, order_id, "edit", lines={"SKU-0001": {"cost": "9"}})
    after = await shop.data("GET", f"/consignments/{order_id}")
    assert (after["version"] > before["version"]) is bumps


@pytest.mark.parametrize(
    "lines", [{}, {"SKU-0009": {"count": "1"}}, {"SKU-0001": {"colour": "1"}}, {"SKU-0001": 7}]
)
async def test_an_edit_that_cannot_be_changes_nothing(shop: Shop, lines: object) -> None:
    order_id = await shop.order({1: "5"})
    assert await deed(shop, order_id, "edit", lines=lines) == 422
    assert (await shop.lines(order_id))["SKU-0001"]["count"] == "5.00000"


async def test_the_shop_cancels_an_order_even_without_products(shop: Shop) -> None:
    order_id = await shop.order()
    assert await deed(shop, order_id, "cancel") == 200
    assert (await shop.data("GET", f"/consignments/{order_id}"))["status"] == "CANCELLED"
    assert await deed(shop, order_id, "cancel") == 422


async def test_a_received_order_flips_back_to_sent(shop: Shop) -> None:
    order_id = await shop.order({1: "5"}, status="SENT")
    assert await deed(shop, order_id, "reopen") == 422
    await shop.receive(order_id)
    stock = shop.stock(1)
    assert await deed(shop, order_id, "reopen") == 200
    order = await shop.data("GET", f"/consignments/{order_id}")
    assert (order["status"], order["received_at"]) == ("SENT", None)
    assert shop.stock(1) == stock


async def test_every_deed_is_in_the_ledger(shop: Shop) -> None:
    order_id = await shop.order({1: "5"})
    await deed(shop, order_id, "edit", lines={"SKU-0001": {"cost": "9"}})
    await deed(shop, order_id, "cancel")
    entries = (await shop.control.get("/ledger")).json()[-2:]
    assert [entry["operation"] for entry in entries] == ["edit", "cancel"]
    assert {entry["source"] for entry in entries} == {"clerk"}
