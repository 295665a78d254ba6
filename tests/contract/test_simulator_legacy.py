"""The families that the 2026-07 document leaves out, held to the 2.0 document."""

from typing import Any

import httpx
import pytest

from lsync.simulator.app import create_app
from lsync.simulator.config import SimulatorConfig
from tests.contract.judge import Judge
from tests.contract.test_client_legacy import FOREIGN_FAMILIES
from tests.lightspeed.contract import dated, legacy


class Day:
    """One client of one simulated shop, speaking 2.0."""

    def __init__(self) -> None:
        app = create_app(SimulatorConfig(products=20))
        self.world = app.state.world
        self.judge = Judge(app, legacy())
        self.api = httpx.AsyncClient(
            transport=self.judge,
            base_url="http://shop/api/2.0",
            headers={"Authorization": "Bearer simulator-token"},
        )
        self.dated = httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://shop/api/2026-07",
            headers={"Authorization": "Bearer simulator-token"},
        )

    def first(self, kind: Any) -> str:
        return str(next(iter(self.world.records[kind])).id)

    async def __call__(self, method: str, path: str, **rest: Any) -> Any:
        answer = await self.api.request(method, path, **rest)
        assert answer.is_success, (method, path, answer.text)
        return answer.json() if answer.content else None


async def labels(day: Day) -> None:
    for plural in ("brands", "tags"):
        made = (await day("POST", f"/{plural}", json={"name": "Example"}))["data"]
        await day("GET", f"/{plural}", params={"deleted": "true"})
        await day("GET", f"/{plural}/{made}")
        await day("PUT", f"/{plural}/{made}", json={"name": "Other"})
        await day("DELETE", f"/{plural}/{made}")
    await day("GET", "/product_types")
    await day("GET", f"/product_types/{day.first('product_type')}")
    made = (await day("POST", "/variant_attributes", json={"name": "Colour"}))["data"]
    path = f"/variant_attributes/{made['id']}"
    await day("GET", "/variant_attributes")
    await day("GET", path)
    await day("PUT", path, json={"name": "Color"})
    await day("DELETE", path)


async def categories(day: Day) -> None:
    tree = [
        {"name": "Kitchen things", "payload_id": "k"},
        {"name": "Mugs", "payload_id": "m", "payload_parent_category_id": "k"},
    ]
    saved = (await day("POST", "/product_categories/bulk", json={"categories": tree}))["data"]
    first = await day("GET", "/product_categories", params={"page_size": 1})
    assert first["page_info"]["has_next"]
    after = first["page_info"]["last_seen"]
    await day("GET", "/product_categories", params={"page_size": 100, "after": after})
    body = {"category_ids": [saved[1]["id"]]}
    await day("DELETE", "/product_categories/bulk", json=body)


async def customers(day: Day) -> None:
    body = {"first_name": "Some", "last_name": "Body", "on_account_limit": 50}
    made = (await day("POST", "/customers", json=body))["data"]
    path = f"/customers/{made['id']}"
    await day("GET", "/customers")
    await day("GET", path)
    await day("PUT", path, json={**body, "email": "somebody@example.test"})
    group = (await day("POST", "/customer_groups", json={"name": "Trade"}))["data"]
    members = f"/customer_groups/{group['id']}/customers"
    ids = {"customer_ids": [made["id"]]}
    await day("POST", members, json=ids)
    inside = (await day("GET", members))["data"]
    assert [row["id"] for row in inside] == [made["id"]]
    await day("DELETE", members, json=ids)
    await day("GET", "/customer_groups")
    await day("GET", f"/customer_groups/{group['id']}")
    await day("PUT", f"/customer_groups/{group['id']}", json={"name": "Retail"})
    await day("DELETE", f"/customer_groups/{group['id']}")
    await day("DELETE", path)


async def price_books(day: Day) -> None:
    product = day.first("product")
    await day("GET", "/price_books")
    book = f"/price_books/{day.first('price_book')}"
    await day("GET", book)
    row = {"product_id": product, "price": 4.5, "tax_id": day.first("tax"), "min_units": 2}
    rows = f"{book}/products"
    for method in ("POST", "PUT", "PATCH"):
        await day(method, rows, json={"data": [row]})
    found = (await day("GET", rows, params={"product_ids": product}))["data"]
    assert len(found) == 1
    await day("GET", "/price_book_products")
    await day("GET", f"/products/{product}/price_book_products")
    ids = {"data": {"price_book_product_ids": [found[0]["id"]]}}
    await day("DELETE", rows, json=ids)
    group = day.first("customer_group")
    body = {"name": "Trade", "customer_group_id": group, "outlet_id": day.first("outlet")}
    made = (await day("POST", "/price_books", json=body))["data"]
    one = f"/price_books/{made['id']}"
    changed = (await day("POST", one, json={**body, "name": "Staff", "outlet_id": None}))["data"]
    assert changed["name"] == "Staff"
    await day("POST", f"{one}/products", json={"data": [row]})
    await day("DELETE", one)
    assert (await day("GET", f"{one}/products"))["data"] == []


async def images(day: Day) -> None:
    path = f"/products/{day.first('product')}/actions/image_upload"
    answer = await day.dated.post(path, content=b"\x89PNG")
    image = f"/product_images/{answer.json()['data']['id']}"
    await day("GET", image)
    await day("PUT", image, json={"position": 2})
    await day("DELETE", image)


async def registers(day: Day) -> None:
    register = f"/registers/{day.first('register')}"
    await day("GET", "/registers")
    await day("GET", register)
    await day("GET", f"{register}/payments_summary")
    counted = {"payment_type_id": day.first("payment_type"), "total": "12.50"}
    await day("PUT", f"{register}/actions/close", json={"payments": [counted]})
    opened = {"register_open_time": "2026-11-23T08:00:00Z"}
    await day("PUT", f"{register}/actions/open", json=opened)


async def sales(day: Day) -> None:
    sale = await make_sale(day)
    await day("GET", "/sales")
    await day("GET", f"/sales/{sale}")
    await day("PUT", f"/sales/{sale}/actions/return")
    await day("GET", f"/users/{day.first('user')}/sale_totals")


async def handing_over(day: Day) -> None:
    sale = await make_sale(day, state="pending", fulfillment_method="DISPATCH")
    assert len((await day("GET", f"/sales/{sale}/pick_lists"))["data"]) == 1
    await day("POST", f"/sales/{sale}/fulfill", json={"fulfillment_type": "SHIPPED"})
    assert (await day("GET", f"/sales/{sale}/pick_lists"))["data"] == []
    (done,) = (await day("GET", f"/sales/{sale}/fulfillments"))["data"]
    assert done["status"] == "SHIPPED"


async def make_sale(day: Day, *, state: str = "closed", **metadata: str) -> str:
    line = {
        "_metadata": metadata,
        "product": {"id": day.first("product")},
        "quantity": 2,
        "pricing": {"price": 10},
        "tax": {"id": day.first("tax"), "amount": 1.5},
    }
    payment = {"amount": 23, "type": {"config_id": day.first("payment_type")}}
    body = {
        "state": state,
        "source": {"author_id": day.first("user")},
        "line_items": [line],
        "payments": [payment],
    }
    answer = await day.dated.post("/sales", json=body)
    return str(answer.json()["data"]["id"])


async def people(day: Day) -> None:
    await day("GET", "/user")
    users = (await day("GET", "/users"))["data"]
    await day("POST", "/users/bulk", json={"user_ids": [user["id"] for user in users]})
    path = f"/users/{users[-1]['id']}"
    await day("GET", path)
    await day("DELETE", f"{path}/sessions")
    await day("DELETE", path)


async def stock_and_money(day: Day) -> None:
    await day("GET", "/inventory")
    await day("GET", f"/products/{day.first('product')}/inventory")
    for path in ("/taxes", "/outlet_taxes", "/payment_types"):
        await day("GET", path)


PARTS = (
    *(labels, categories, customers, price_books, images),
    *(registers, sales, handing_over, people, stock_and_money),
)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
async def test_every_exchange_keeps_the_contract(part: Any) -> None:
    await part(Day())


async def test_no_operation_beside_the_newer_document_is_left_out() -> None:
    day = Day()
    for part in PARTS:
        await part(day)
    newer = {(operation.method, operation.template) for operation in dated().operations()}
    wanted = {
        operation.name
        for operation in legacy().operations()
        if (operation.method, operation.template) not in newer
        and not operation.template.startswith(FOREIGN_FAMILIES)
    }
    assert wanted - day.judge.answered == set()
