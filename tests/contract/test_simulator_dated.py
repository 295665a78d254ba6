"""A day in the simulated shop, every exchange held to the 2026-07 document."""

from typing import Any

import httpx
import pytest

from lsync.simulator.app import create_app
from lsync.simulator.catalogue import sku_of
from lsync.simulator.config import SimulatorConfig
from tests.contract.judge import Judge
from tests.lightspeed.contract import Document, dated


class Day:
    """One client of one simulated shop; ids by name."""

    def __init__(self, document: Document | None = None) -> None:
        app = create_app(SimulatorConfig(products=120))
        self.world = app.state.world
        self.judge = Judge(app, document or dated())
        self.api = httpx.AsyncClient(
            transport=self.judge,
            base_url="http://shop/api/2026-07",
            headers={"Authorization": "Bearer simulator-token"},
        )
        self.outlet, self.other_outlet = (row.id for row in self.world.outlets)
        self.supplier = next(iter(self.world.suppliers)).id

    def product(self, number: int) -> str:
        return str(self.world.products_with_sku(sku_of(number))[0].id)

    async def __call__(self, method: str, path: str, **rest: Any) -> Any:
        answer = await self.api.request(method, path, **rest)
        assert answer.is_success, (method, path, answer.text)
        return answer.json() if answer.content else None


@pytest.fixture
def day() -> Day:
    return Day()


async def orders(day: Day) -> None:
    body = {
        "name": "A note",
        "type": "SUPPLIER",
        "outlet_id": day.outlet,
        "supplier_id": day.supplier,
        "reference": "PO-1",
        "due_at": "2026-12-01T12:00:00+13:00",
    }
    created = (await day("POST", "/consignments", json={"data": body}))["data"]
    path = f"/consignments/{created['id']}"
    lines = [{"product_id": day.product(n), "count": "4", "cost": "2.5"} for n in (1, 2, 3)]
    await day("POST", f"{path}/bulk", json=lines)
    line = {"data": {"product_id": day.product(4), "count": "1"}}
    await day("POST", f"{path}/products", json=line)
    await day("PUT", f"{path}/products/{day.product(4)}", json=line)
    await day("DELETE", f"{path}/products/{day.product(4)}")
    await day("GET", f"{path}/products", params={"page_size": 2})
    await day("PUT", path, json={"data": {**body, "status": "SENT"}})
    received = [{"product_id": day.product(1), "received": "4"}]
    await day("POST", f"{path}/bulk", json=received)
    await day("GET", f"{path}/totals")
    await day("PUT", path, json={"data": {**body, "status": "RECEIVED"}})
    await day("GET", path)
    await day("GET", "/consignments", params={"type": "SUPPLIER", "status": "RECEIVED"})
    await read_purchase_orders(day)
    empty = (await day("POST", "/consignments", json={"data": body}))["data"]
    await day("DELETE", f"/consignments/{empty['id']}")


async def read_purchase_orders(day: Day) -> None:
    order = (await day("GET", "/purchase_orders", params={"page_size": 10}))["data"][0]
    path = f"/purchase_orders/{order['id']}"
    await day("GET", path)
    await day("GET", f"{path}/line_items")
    delivery = (await day("GET", f"{path}/deliveries"))["data"][0]
    await day("GET", f"{path}/deliveries/{delivery['id']}/line_items")


async def other_consignments(day: Day) -> None:
    common = {"name": "A note", "outlet_id": day.outlet}
    transfer = {**common, "type": "OUTLET", "source_outlet_id": day.other_outlet}
    count = {**common, "type": "STOCKTAKE"}
    back = {**common, "type": "RETURN", "supplier_id": day.supplier}
    walks = (
        (transfer, ("SENT", "RECEIVED")),
        (back, ("SENT",)),
        (
            count,
            (
                "STOCKTAKE_IN_PROGRESS",
                "STOCKTAKE_IN_PROGRESS_PROCESSED",
                "STOCKTAKE_COMPLETE",
            ),
        ),
    )
    for body, statuses in walks:
        created = (await day("POST", "/consignments", json={"data": body}))["data"]
        path = f"/consignments/{created['id']}"
        line = {"data": {"product_id": day.product(1), "count": "1", "received": "1"}}
        await day("POST", f"{path}/products", json=line)
        for status in statuses:
            await day("PUT", path, json={"data": {**body, "status": status}})


async def webhooks(day: Day) -> None:
    body = {"active": True, "type": "consignment.receive", "url": "https://hook.example/"}
    hook = (await day("POST", "/webhooks", json=body))["data"]
    await day("GET", "/webhooks")
    await day("GET", f"/webhooks/{hook['id']}")
    await day("PUT", f"/webhooks/{hook['id']}", json={**body, "active": False})
    await day("DELETE", f"/webhooks/{hook['id']}")


async def stock(day: Day) -> None:
    reason = {"name": "Window display", "enabled": True, "type": "NEGATIVE"}
    path = "/custom_inventory_adjustment_reasons"
    made = (await day("POST", path, json=reason))["data"]
    await day("GET", path)
    await day("PUT", f"{path}/{made['id']}", json={"enabled": False})
    item = {"product_id": day.product(1), "outlet_id": day.outlet, "quantity": "-2"}
    custom = {"reason": "CUSTOM", "custom_inventory_adjustment_reason_id": made["id"]}
    items = [{**item, "reason": "DAMAGE"}, {**item, **custom}]
    await day("POST", "/stock_adjustments", json={"stock_adjustments": items})
    await day("GET", "/stock_adjustments", params={"page_size": 1})
    point = {"product_id": day.product(1), "outlet_id": day.outlet, "reorder_point": 3}
    points = [{**point, "method": "FIXED", "reorder_amount": 10}]
    await day("POST", "/inventory/reorder_points", json=points)
    points = [{**point, "method": "MIN_MAX", "reorder_target": 12}]
    await day("POST", "/inventory/reorder_points", json=points)
    await day("POST", "/inventory", json={"product_id": day.product(1), "sort_direction": "asc"})
    await day("GET", f"/inventory/{day.product(1)}", params={"order_direction": "desc"})
    levels = {"location_ids": [day.outlet], "product_ids": [day.product(1)], "size": 5}
    await day("POST", "/inventory_levels", json=levels)
    await day("GET", f"/inventory_levels/{day.product(1)}")


async def shop(day: Day) -> None:
    body = {"name": "New Supplies", "contact": {"email": "new@example.test"}}
    supplier = (await day("POST", "/suppliers", json=body))["data"]
    await day("GET", "/suppliers", params={"deleted": "true"})
    await day("GET", f"/suppliers/{supplier}")
    await day("PUT", f"/suppliers/{supplier}", json=body)
    await day("DELETE", f"/suppliers/{supplier}")
    await day("GET", "/outlets")
    await day("GET", f"/outlets/{day.outlet}")


async def products(day: Day) -> None:
    attribute = day.world.ids.named("variant_attribute", "Size")
    stock = [{"outlet_id": day.outlet, "current_amount": 3}]
    variants = [
        {"sku": sku, "variant_definitions": [{"attribute_id": attribute, "value": sku}]}
        for sku in ("MUG-S", "MUG-L")
    ]
    body = {"name": "Mug", "price_excluding_tax": 4.5, "variants": variants}
    parent, _ = (await day("POST", "/products", json=body))["data"]
    one = {"name": "Bowl", "sku": "BOWL", "supplier_id": day.supplier, "inventory": stock}
    bowl = (await day("POST", "/products", json={**one, "supply_price": 2}))["data"][0]
    change = {
        "common": {"name": "Deep bowl"},
        "details": {"product_suppliers": [{"supplier_id": day.supplier, "price": 3}]},
    }
    await day("PUT", f"/products/{bowl}", json=change)
    await day("GET", f"/products/{bowl}")
    await day("GET", f"/products/{bowl}/price_book_products")
    await day("GET", "/products", params={"page_size": 500, "deleted": "true"})
    await day("GET", "/products", params={"sku": "BOWL"})
    await day("GET", "/search", params={"type": "products", "sku": "bowl"})
    await day("DELETE", f"/products/{bowl}")
    await day("DELETE", f"/products/{parent}/all")


PARTS = (orders, other_consignments, webhooks, stock, shop, products)

LEFT_OUT = {"UploadImage": "the document has bytes that are an object; nothing can satisfy it"}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
async def test_every_exchange_keeps_the_contract(day: Day, part: Any) -> None:
    await part(day)


async def test_no_operation_of_the_document_is_left_out() -> None:
    day = Day()
    for part in PARTS:
        await part(day)
    named = {operation.name for operation in dated().operations()}
    assert named - day.judge.answered == LEFT_OUT.keys()
