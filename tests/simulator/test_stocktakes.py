from typing import Any

import pytest

from tests.simulator.shop import Shop

KIND: dict[str, Any] = {"type": "STOCKTAKE", "supplier_id": None}
GAINS = ("total_count_gain", "total_cost_gain", "total_count_loss", "total_cost_loss")


def only(shop: Shop, *numbers: int) -> dict[str, Any]:
    """The filters of a count of these products."""
    ids = [shop.product_id(number) for number in numbers]
    return {**KIND, "filters": [{"type": "product", "value": each} for each in ids]}


async def started(shop: Shop, *numbers: int) -> str:
    """A count of these products that has begun."""
    count_id = await shop.order(**only(shop, *numbers))
    await shop.set_status(count_id, "STOCKTAKE_IN_PROGRESS", **only(shop, *numbers))
    return count_id


async def record(shop: Shop, count_id: str, number: int, seen: str) -> None:
    product_id = shop.product_id(number)
    body = {"product_id": product_id, "received": seen}
    await shop.data("PUT", f"/consignments/{count_id}/products/{product_id}", json=body)


async def finish(shop: Shop, count_id: str) -> Any:
    await shop.set_status(count_id, "STOCKTAKE_IN_PROGRESS_PROCESSED", **KIND)
    return await shop.set_status(count_id, "STOCKTAKE_COMPLETE", **KIND)


async def adjust(shop: Shop, number: int, quantity: str) -> None:
    item = {
        "product_id": shop.product_id(number),
        "outlet_id": shop.outlet_id(),
        "quantity": quantity,
        "reason": "STOCK_FOUND",
    }
    answer = await shop.api.post("/stock_adjustments", json={"stock_adjustments": [item]})
    assert answer.is_success, answer.text


async def expected(shop: Shop, count_id: str) -> dict[str, float]:
    return {sku: float(line["count"]) for sku, line in (await shop.lines(count_id)).items()}


async def test_a_stocktake_sets_what_was_counted(shop: Shop) -> None:
    count_id = await started(shop, 1)
    await record(shop, count_id, 1, "77")
    await finish(shop, count_id)
    assert shop.stock(1) == 77
    assert (await shop.refused("GET", f"/consignments/{count_id}/totals"))[0] == 422


async def test_what_is_expected_is_the_stock_whatever_a_caller_says(shop: Shop) -> None:
    count_id = await started(shop, 1)
    assert await expected(shop, count_id) == {"SKU-0001": shop.stock(1)}
    body = {"product_id": shop.product_id(1), "count": "999"}
    await shop.data("PUT", f"/consignments/{count_id}/products/{body['product_id']}", json=body)
    assert await expected(shop, count_id) == {"SKU-0001": shop.stock(1)}


async def test_what_is_expected_is_taken_when_the_count_starts(shop: Shop) -> None:
    before = shop.stock(1)
    count_id = await shop.order({1: "999"}, **only(shop, 1))
    await adjust(shop, 1, "3")
    await shop.set_status(count_id, "STOCKTAKE_IN_PROGRESS", **only(shop, 1))
    await adjust(shop, 1, "4")
    assert await expected(shop, count_id) == {"SKU-0001": before + 3}


async def test_a_product_added_while_counting_expects_the_stock_of_that_moment(shop: Shop) -> None:
    count_id = await started(shop, 1)
    await shop.bulk(count_id, {2: "5"}, field="received")
    await shop.bulk(count_id, {2: "1"}, field="received")
    line = (await shop.lines(count_id))["SKU-0002"]
    assert (float(line["count"]), line["received"]) == (shop.stock(2), "6.00000")


async def test_a_finished_count_shows_its_gains_and_losses(shop: Shop) -> None:
    held, costs = [shop.stock(number) for number in (1, 2, 3)], []
    count_id = await started(shop, 1, 2, 3)
    for number, difference in ((1, 4), (2, -1), (3, 0)):
        await record(shop, count_id, number, str(held[number - 1] + difference))
        costs.append(float((await shop.lines(count_id))[f"SKU-000{number}"]["cost"]))
    running = await shop.data("GET", f"/consignments/{count_id}")
    assert [running[name] for name in GAINS] == [None] * 4, "not known before the end"
    done = await finish(shop, count_id)
    assert costs[0] > 0
    assert [done[name] for name in GAINS] == pytest.approx([4, 4 * costs[0], 1, costs[1]])
    assert await shop.data("GET", f"/consignments/{count_id}") == done


async def test_a_line_that_nobody_counted_is_missing_altogether(shop: Shop) -> None:
    held = shop.stock(1)
    done = await finish(shop, await started(shop, 1))
    assert (done["total_count_gain"], done["total_count_loss"]) == (0, held)
    assert shop.stock(1) == 0


async def test_a_cancelled_count_leaves_stock_and_totals_alone(shop: Shop) -> None:
    held, count_id = shop.stock(1), await started(shop, 1)
    await record(shop, count_id, 1, "77")
    given_up = await shop.set_status(count_id, "CANCELLED", **KIND)
    assert [given_up[name] for name in GAINS] == [None] * 4
    assert shop.stock(1) == held


async def test_a_count_without_filters_lists_what_can_be_counted(shop: Shop) -> None:
    count_id = await shop.order(**KIND)
    assert await shop.lines(count_id) == {}
    await shop.set_status(count_id, "STOCKTAKE_IN_PROGRESS", **KIND)
    rows = await shop.data("GET", f"/consignments/{count_id}/products", params={"page_size": 1000})
    skus = {row["product_sku"] for row in rows}
    assert len(skus) > 200
    assert skus.isdisjoint({"SKU-0050", "SKU-0077", "SKU-0099"}), "inactive, composite, deleted"


async def test_starting_with_a_put_that_leaves_the_filters_out_counts_everything(
    shop: Shop,
) -> None:
    count_id = await shop.order(**only(shop, 1))
    await shop.set_status(count_id, "STOCKTAKE_IN_PROGRESS", **KIND)
    assert len(await shop.lines(count_id)) == 100, "a page, and more behind it"


async def test_a_switch_counts_only_what_was_added(shop: Shop) -> None:
    await shop.control.post("/switches", json={"count_lists_products": False})
    count_id = await shop.order({1: "1"}, **KIND)
    await shop.set_status(count_id, "STOCKTAKE_IN_PROGRESS", **KIND)
    assert set(await shop.lines(count_id)) == {"SKU-0001"}


@pytest.mark.parametrize("field", ["supplier", "brand"])
async def test_a_filter_takes_what_belongs_to_it(shop: Shop, field: str) -> None:
    product = shop.world.products.get(shop.product_id(1))
    assert product is not None
    wanted = {"filters": [{"type": field, "value": product.value(f"{field}_id")}]}
    made = {**KIND, **wanted, "status": "STOCKTAKE_IN_PROGRESS", "show_inactive": True}
    count = await shop.data("POST", "/consignments", json=shop.order_body(**made))
    path = f"/consignments/{count['id']}/products"
    rows = await shop.data("GET", path, params={"page_size": 1000})
    found = [shop.world.products.get(row["product_id"]) for row in rows]
    assert {it and it.value(f"{field}_id") for it in found} == {product.value(f"{field}_id")}
    assert not all(it and it.value("active") for it in found)


@pytest.mark.parametrize(
    "filters", [{}, [{"type": "mood", "value": "x"}], [{"type": "brand"}], [7], ["x"] * 26]
)
async def test_filters_that_cannot_be_are_refused(shop: Shop, filters: object) -> None:
    body = shop.order_body(**KIND, filters=filters)
    assert (await shop.refused("POST", "/consignments", json=body))[0] == 422


async def test_the_filters_of_a_started_count_are_fixed(shop: Shop) -> None:
    count_id = await started(shop, 1)
    body = shop.order_body(**only(shop, 2))
    assert (await shop.refused("PUT", f"/consignments/{count_id}", json=body))[0] == 422
    assert set(await shop.lines(count_id)) == {"SKU-0001"}
