from typing import Any

import pytest

from tests.simulator.shop import Shop

HERE, THERE = "Harbour", "Main Street"


def kind(shop: Shop) -> dict[str, Any]:
    return {"type": "OUTLET", "supplier_id": None, "source_outlet_id": shop.outlet_id(HERE)}


def stock(shop: Shop, number: int = 1) -> tuple[float, float]:
    """What the source and the target of a transfer hold."""
    return shop.stock(number, HERE), shop.stock(number, THERE)


def moved(before: tuple[float, float], after: tuple[float, float]) -> tuple[float, float]:
    return after[0] - before[0], after[1] - before[1]


async def sent(shop: Shop, count: str = "5") -> str:
    transfer_id = await shop.order({1: count}, **kind(shop))
    await shop.set_status(transfer_id, "SENT", **kind(shop))
    return transfer_id


async def set_count(shop: Shop, transfer_id: str, count: str) -> None:
    body = {"product_id": shop.product_id(1), "count": count}
    await shop.data("PUT", f"/consignments/{transfer_id}/products/{body['product_id']}", json=body)


async def test_a_transfer_leaves_its_source_when_sent_and_arrives_when_received(
    shop: Shop,
) -> None:
    before = stock(shop)
    transfer_id = await sent(shop)
    assert moved(before, stock(shop)) == (-5, 0)
    await shop.set_status(transfer_id, "RECEIVED", **kind(shop))
    assert moved(before, stock(shop)) == (-5, 5)


@pytest.mark.parametrize("dispatched", [False, True])
async def test_a_sent_transfer_that_is_cancelled_comes_back(shop: Shop, dispatched: bool) -> None:
    before = stock(shop)
    transfer_id = await sent(shop)
    if dispatched:
        await shop.set_status(transfer_id, "DISPATCHED", **kind(shop))
    await shop.set_status(transfer_id, "CANCELLED", **kind(shop))
    assert moved(before, stock(shop)) == (0, 0)


async def test_it_comes_back_to_where_it_was_taken_from(shop: Shop) -> None:
    before = stock(shop)
    transfer_id = await sent(shop)
    # A PUT empties what it leaves out, so the transfer has no source any more when it is cancelled.
    body = {**kind(shop), "source_outlet_id": None}
    await shop.set_status(transfer_id, "CANCELLED", **body)
    assert moved(before, stock(shop)) == (0, 0)


async def test_the_shop_cancels_a_sent_transfer_and_it_comes_back(shop: Shop) -> None:
    before = stock(shop)
    transfer_id = await sent(shop)
    answer = await shop.control.post(f"/consignments/{transfer_id}/cancel", json={})
    assert answer.is_success
    assert moved(before, stock(shop)) == (0, 0)


async def test_an_open_transfer_that_is_cancelled_brings_nothing(shop: Shop) -> None:
    before = stock(shop)
    transfer_id = await shop.order({1: "5"}, **kind(shop))
    await shop.set_status(transfer_id, "CANCELLED", **kind(shop))
    assert moved(before, stock(shop)) == (0, 0)


@pytest.mark.parametrize("count", ["2", "9"])
async def test_a_count_changed_after_sending_is_taken_from_the_source(
    shop: Shop, count: str
) -> None:
    before = stock(shop)
    transfer_id = await sent(shop)
    await set_count(shop, transfer_id, count)
    assert moved(before, stock(shop)) == (-int(count), 0)
    await shop.set_status(transfer_id, "CANCELLED", **kind(shop))
    assert moved(before, stock(shop)) == (0, 0)


async def test_a_line_added_or_taken_off_at_the_till_moves_its_goods(shop: Shop) -> None:
    before = stock(shop), stock(shop, 2)
    transfer_id = await sent(shop)
    await shop.bulk(transfer_id, {2: "3"})
    assert moved(before[1], stock(shop, 2)) == (-3, 0)
    lines = {"SKU-0001": {"count": None}, "SKU-0002": {"count": "1"}}
    answer = await shop.control.post(f"/consignments/{transfer_id}/edit", json={"lines": lines})
    assert answer.is_success
    assert moved(before[0], stock(shop)) == (0, 0)
    assert moved(before[1], stock(shop, 2)) == (-1, 0)


async def test_what_came_short_is_underway_with_the_second_transfer(shop: Shop) -> None:
    before = stock(shop)
    transfer_id = await sent(shop)
    done = await shop.receive(transfer_id, lines={"SKU-0001": "3"}, create_new_order=True)
    assert moved(before, stock(shop)) == (-5, 3)
    rest = await shop.data("GET", f"/consignments/{done['new_consignment_id']}")
    assert rest["source_outlet_id"] == shop.outlet_id(HERE)
    await shop.set_status(rest["id"], "CANCELLED", **kind(shop))
    assert moved(before, stock(shop)) == (-3, 3)


async def test_what_has_arrived_never_comes_back(shop: Shop) -> None:
    before = stock(shop)
    transfer_id = await sent(shop)
    await shop.receive(transfer_id)
    await shop.control.post(f"/consignments/{transfer_id}/reopen", json={})
    await set_count(shop, transfer_id, "1")
    await shop.set_status(transfer_id, "CANCELLED", **kind(shop))
    assert moved(before, stock(shop)) == (-5, 5)


async def test_goods_underway_forbid_deleting(shop: Shop) -> None:
    transfer_id = await sent(shop)
    back_id = await shop.order({1: "2"}, type="RETURN")
    await shop.set_status(back_id, "SENT", type="RETURN")
    order_id = await shop.order({1: "2"}, status="SENT")
    for sent_id, refused in ((transfer_id, True), (back_id, True), (order_id, False)):
        answer = await shop.api.delete(f"/consignments/{sent_id}")
        assert answer.is_client_error is refused
