import json

from tests.simulator.shop import Shop


async def test_the_ledger_holds_every_accepted_write_in_order(shop: Shop) -> None:
    order_id = await shop.order({1: "5"})
    await shop.set_status(order_id, "SENT")
    await shop.receive(order_id, lines={"SKU-0001": "3"})
    entries = (await shop.control.get("/ledger")).json()
    assert [entry["seq"] for entry in entries] == [1, 2, 3, 4]
    assert [entry["operation"] for entry in entries] == [
        "CreateConsignment",
        "CreateOrUpdateConsignmentProducts",
        "UpdateConsignmentByID",
        "receive",
    ]
    assert [entry["source"] for entry in entries] == ["api", "api", "api", "clerk"]
    assert {entry["consignment_id"] for entry in entries} == {order_id}
    assert entries[0]["effect"]["created"]["reference"] == "PO-1"
    assert entries[1]["effect"]["lines"][0]["count"] == [None, "5.00000"]
    assert entries[2]["effect"] == {"changed": {"status": ["OPEN", "SENT"]}}
    assert entries[3]["effect"]["received"] == {"SKU-0001": "3.00000"}


async def test_reads_and_refused_writes_stay_out_of_the_ledger(shop: Shop) -> None:
    await shop.data("GET", "/consignments")
    await shop.api.post("/inventory", json={"product_id": shop.product_id(1)})
    await shop.refused("POST", "/consignments", json={})
    assert (await shop.control.get("/ledger")).json() == []


async def test_calls_are_counted_by_operation_and_status(shop: Shop) -> None:
    await shop.order({1: "5"})
    await shop.api.get("/nothing")
    calls = (await shop.control.get("/calls", params={"recent": "1"})).json()
    assert calls["total"] == 3
    assert calls["by_operation"] == {
        "CreateConsignment": 1,
        "CreateOrUpdateConsignmentProducts": 1,
        "unknown": 1,
    }
    assert calls["by_status"] == {"201": 1, "200": 1, "404": 1}
    assert sum(calls["by_window"].values()) == 3
    assert [call["path"] for call in calls["recent"]] == ["/api/2026-07/nothing"]


async def test_the_ledger_can_be_read_from_a_number_on(shop: Shop) -> None:
    await shop.order({1: "5"})
    entries = (await shop.control.get("/ledger", params={"after": "1"})).json()
    assert [entry["seq"] for entry in entries] == [2]


async def test_the_ledger_can_be_exported_as_lines(shop: Shop) -> None:
    await shop.order({1: "5"})
    answer = await shop.control.get("/ledger", params={"format": "jsonl"})
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert lines == (await shop.control.get("/ledger")).json()
