"""What events say: the Vend-era shapes."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from lsync.simulator.config import SimulatorConfig
from tests.simulator.shop import Shop, StillClock
from tests.simulator.test_selling import sale_body


@pytest.fixture
def shop(clock: StillClock) -> Shop:
    url = "http://receiver.test/hooks/{event_type}"
    return Shop(SimulatorConfig(clock=clock, products=30, webhook_url=url))


def told(shop: Shop, event_type: str) -> dict[str, Any]:
    """The payload of the last event of a type."""
    last = [row for row in shop.world.outbox.shown() if row["type"] == event_type][-1]
    payload: dict[str, Any] = json.loads(parse_qs(last["body"])["payload"][0])
    return payload


async def test_a_product_comes_with_its_stock_and_prices(shop: Shop) -> None:
    supplier = shop.supplier_id()
    stock = [{"outlet_id": shop.outlet_id(), "current_amount": 4, "reorder_point": 2}]
    body = {"name": "Bowl", "sku": "BOWL", "supply_price": 4, "supplier_id": supplier}
    (key,) = await shop.data("POST", "/products", json={**body, "inventory": stock})
    await shop.data("PUT", f"/products/{key}", json={"common": {"name": "Deep bowl"}})
    payload = told(shop, "product.update")
    assert (payload["id"], payload["base_name"], payload["sku"]) == (key, "Deep bowl", "BOWL")
    assert payload["supply_price"] == "4.00"
    assert payload["supplier"]["name"] == "Alpine Trading"
    (level,) = payload["inventory"]
    assert (level["count"], level["reorder_point"], level["outlet_id"]) == (
        4,
        "2",
        shop.outlet_id(),
    )
    assert payload["price_book_entries"][0]["type"] == "BASE"
    assert payload["attributed_cost"] is None


async def test_a_level_comes_with_its_product_and_outlet(shop: Shop) -> None:
    await shop.receive(await shop.order({1: "8"}, status="SENT"))
    payload = told(shop, "inventory.update")
    assert payload["product_id"] == payload["product"]["id"] == shop.product_id(1)
    assert payload["outlet"]["name"] == "Main Street"
    assert float(payload["count"]) == shop.stock(1)
    assert "inventory" not in payload["product"]


async def test_a_sale_comes_with_products_payments_and_totals(shop: Shop) -> None:
    sale = await shop.data("POST", "/sales", json=sale_body(shop))
    payload = told(shop, "sale.update")
    assert (payload["id"], payload["status"], payload["state"]) == (sale["id"], "CLOSED", "closed")
    (line,) = payload["register_sale_products"]
    assert (line["sku"], line["quantity"], line["price_total"]) == ("SKU-0001", 2, 18)
    (payment,) = payload["register_sale_payments"]
    assert payment["amount"] == 21
    assert payload["totals"] == {
        "total_price": 18,
        "total_tax": 3,
        "total_payment": 21,
        "total_to_pay": 0,
    }
    assert payload["customer"]["id"] == payload["customer_id"]


async def test_a_customer_comes_with_a_contact(shop: Shop) -> None:
    body = {"first_name": "Some", "last_name": "Body", "email": "some@example.test"}
    await shop.data("POST", "/customers", json=body)
    payload = told(shop, "customer.update")
    assert payload["contact"]["email"] == "some@example.test"
    assert payload["balance"] == "0.00"


async def test_a_closure_names_its_register(shop: Shop) -> None:
    register = next(iter(shop.world.records["register"])).id
    await shop.data("PUT", f"/registers/{register}/actions/close", json={})
    payload = told(shop, "register_closure.create")
    assert payload["register_id"] == register
    assert payload["register_close_time"] > payload["register_open_time"]


async def test_no_event_tells_its_type_or_time(shop: Shop) -> None:
    await shop.receive(await shop.order({1: "8"}, status="SENT"))
    for row in shop.world.outbox.shown():
        assert not {"type", "event", "event_id", "timestamp"} & told(shop, row["type"]).keys()
