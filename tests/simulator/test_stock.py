from typing import Any

import pytest

from tests.simulator.shop import Shop


async def level(shop: Shop, number: int, outlet: str = "Main Street") -> Any:
    answer = await shop.api.get(f"/inventory/{shop.product_id(number)}")
    outlet_id = shop.outlet_id(outlet)
    return next(row for row in answer.json() if row["outlet_id"] == outlet_id)


async def test_a_return_takes_stock_away(shop: Shop) -> None:
    before = shop.stock(1)
    order_id = await shop.order({1: "2"}, type="RETURN")
    await shop.set_status(order_id, "SENT", type="RETURN")
    assert shop.stock(1) == before - 2


async def adjust(shop: Shop, **changes: Any) -> Any:
    item = {
        "product_id": shop.product_id(1),
        "outlet_id": shop.outlet_id(),
        "quantity": "-2",
        "reason": "DAMAGE",
    }
    body = {"stock_adjustments": [{**item, **changes}]}
    return await shop.api.post("/stock_adjustments", json=body)


async def test_an_adjustment_moves_the_level(shop: Shop) -> None:
    before = shop.stock(1)
    assert (await adjust(shop)).status_code == 201
    assert (await adjust(shop, quantity="5.5", reason="STOCK_FOUND")).status_code == 201
    assert shop.stock(1) == before + 3.5
    listed = await shop.data("GET", "/stock_adjustments")
    assert [row["quantity"] for row in listed] == ["-2", "5.5"]


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": "0"},
        {"quantity": "many"},
        {"quantity": -2},
        {"quantity": "1e300"},
        {"reason": "BOREDOM"},
        {"reason": "CUSTOM"},
        {"custom_inventory_adjustment_reason_id": "x"},
        {"product_id": "nothing"},
        {"colour": "red"},
    ],
)
async def test_an_adjustment_that_cannot_be_changes_nothing(
    shop: Shop, changes: dict[str, Any]
) -> None:
    before = shop.stock(1)
    assert (await adjust(shop, **changes)).status_code == 422
    assert shop.stock(1) == before


async def test_at_most_a_thousand_adjustments_a_call(shop: Shop) -> None:
    item = {"product_id": shop.product_id(1), "outlet_id": shop.outlet_id(), "quantity": "1"}
    many = [{**item, "reason": "STOCK_FOUND"}] * 1001
    for items in ([], many):
        answer = await shop.api.post("/stock_adjustments", json={"stock_adjustments": items})
        assert answer.status_code == 422


async def test_reorder_points_are_set_whole_or_not_at_all(shop: Shop) -> None:
    point = {
        "product_id": shop.product_id(1),
        "outlet_id": shop.outlet_id(),
        "method": "FIXED",
        "reorder_point": 3,
        "reorder_amount": 12,
    }
    wrong = {**point, "method": "MIN_MAX"}
    answer = await shop.api.post("/inventory/reorder_points", json=[point, wrong])
    assert answer.status_code == 422
    assert (await level(shop, 1))["reorder_point"] is None
    await shop.data("POST", "/inventory/reorder_points", json=[point])
    row = await level(shop, 1)
    assert (row["reorder_method"], row["reorder_point"], row["reorder_amount"]) == ("FIXED", 3, 12)


async def test_stock_reads_are_bare_arrays_and_page_by_their_body(shop: Shop) -> None:
    first = (await shop.api.post("/inventory", json={"size": 3, "sort_direction": "asc"})).json()
    after = {"size": 3, "sort_direction": "asc", "after": first[-1]["version"]}
    second = (await shop.api.post("/inventory", json=after)).json()
    assert len(first) == len(second) == 3
    assert not {row["id"] for row in first} & {row["id"] for row in second}
    assert (await shop.api.post("/inventory", json={"size": 5001})).status_code == 422


async def test_version_2_0_calls_the_level_otherwise(shop: Shop) -> None:
    answer = await shop.api.get("http://shop/api/2.0/inventory", params={"page_size": 1})
    assert "inventory_level" in answer.json()["data"][0]


async def levels(shop: Shop, **wanted: Any) -> list[dict[str, Any]]:
    answer = await shop.api.post("/inventory_levels", json=wanted)
    assert answer.is_success, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_the_stock_report_is_filtered_sorted_and_cut(shop: Shop) -> None:
    supplier = shop.supplier_id("Alpine Trading")
    rows = await levels(
        shop,
        supplier_ids=[supplier],
        location_ids=[shop.outlet_id()],
        sort_type="product_name",
        sort_direction="desc",
    )
    assert {row["supplier_id"] for row in rows} == {supplier}
    assert [row["name"] for row in rows] == sorted((row["name"] for row in rows), reverse=True)
    part = await levels(
        shop, supplier_ids=[supplier], location_ids=[shop.outlet_id()], offset=2, size=3
    )
    assert len(part) == 3


async def test_inactive_products_are_reported_only_if_asked_for(shop: Shop) -> None:
    inactive = shop.product_id(50)
    assert await levels(shop, product_ids=[inactive]) == []
    assert len(await levels(shop, product_ids=[inactive], include_inactive=True)) == 2
    path = f"/inventory_levels/{inactive}"
    assert (await shop.api.get(path)).json() == []
    assert len((await shop.api.get(path, params={"include_inactive": "true"})).json()) == 2


async def test_what_is_below_its_reorder_point_is_to_be_procured(shop: Shop) -> None:
    level = shop.world.stock_of(shop.product_id(1), shop.outlet_id())
    assert level is not None
    point = {"product_id": shop.product_id(1), "outlet_id": shop.outlet_id()}
    above = float(level.level) + 5
    fixed = {**point, "method": "FIXED", "reorder_point": above, "reorder_amount": 12}
    await shop.data("POST", "/inventory/reorder_points", json=[fixed])
    assert [row["quantity_to_procure"] for row in await levels(shop, to_be_procured_only=True)] == [
        12
    ]
    target = {**point, "method": "MIN_MAX", "reorder_point": above, "reorder_target": above + 2}
    await shop.data("POST", "/inventory/reorder_points", json=[target])
    (row,) = await levels(shop, to_be_procured_only=True)
    assert row["quantity_to_procure"] == 7


@pytest.mark.parametrize(
    "body",
    [{"offset": -1}, {"size": 10_001}, {"size": True}, {"sort_type": "mood"}, {"product_ids": 1}],
)
async def test_a_report_that_cannot_be_is_refused(shop: Shop, body: object) -> None:
    assert (await shop.refused("POST", "/inventory_levels", json=body))[0] == 422


async def test_the_records_of_a_family_come_together(shop: Shop) -> None:
    parent = shop.product_id(201)
    alone = (await shop.api.get(f"/inventory/{parent}")).json()
    family = (await shop.api.get(f"/inventory/{parent}", params={"variants": "true"})).json()
    assert (len(alone), len(family)) == (2, 10)
    asked = {"product_id": parent, "variants": True}
    assert len((await shop.api.post("/inventory", json=asked)).json()) == 10
