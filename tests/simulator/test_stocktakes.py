from typing import Any

import pytest

from tests.simulator.shop import Shop

KIND: dict[str, Any] = {"type": "STOCKTAKE", "supplier_id": None}
GAINS = ("total_count_gain", "total_cost_gain", "total_count_loss", "total_cost_loss")


async def scheduled(shop: Shop, *numbers: int) -> str:
    """A count of these products that has not begun."""
    return await shop.order(dict.fromkeys(numbers, "1"), **KIND)


async def started(shop: Shop, *numbers: int) -> str:
    count_id = await scheduled(shop, *numbers)
    await shop.set_status(count_id, "STOCKTAKE_IN_PROGRESS", **KIND)
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
    count_id = await scheduled(shop, 1)
    assert await expected(shop, count_id) == {"SKU-0001": shop.stock(1)}
    body = {"product_id": shop.product_id(1), "count": "999"}
    await shop.data("PUT", f"/consignments/{count_id}/products/{body['product_id']}", json=body)
    assert await expected(shop, count_id) == {"SKU-0001": shop.stock(1)}


async def test_what_is_expected_is_taken_when_the_count_starts(shop: Shop) -> None:
    before = shop.stock(1)
    count_id = await scheduled(shop, 1)
    await adjust(shop, 1, "3")
    await shop.set_status(count_id, "STOCKTAKE_IN_PROGRESS", **KIND)
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
