"""A day at the till of the simulated shop, every exchange held to the 2026-07 document."""

from typing import Any

import pytest

from tests.contract.test_simulator_dated import Day
from tests.lightspeed.contract import selling


@pytest.fixture
def day() -> Day:
    return Day(selling())


def first(day: Day, kind: Any) -> str:
    return str(next(iter(day.world.records[kind])).id)


def sale_body(day: Day, state: str, **more: Any) -> dict[str, Any]:
    line = {
        "product": {"id": day.product(1)},
        "quantity": 2,
        "pricing": {"price": 10, "discount": 1},
        "tax": {"id": first(day, "tax"), "amount": 1.5},
        "_metadata": {"fulfillment_method": "PICKUP"},
    }
    return {
        "state": state,
        "source": {"author_id": first(day, "user"), "register_id": first(day, "register")},
        "line_items": [line],
        **more,
    }


async def sales(day: Day) -> None:
    payment = {"amount": 21, "type": {"config_id": first(day, "payment_type")}}
    await day("GET", "/sales", params={"page_size": 2})
    parked = (await day("POST", "/sales", json=sale_body(day, "parked")))["data"]
    path = f"/sales/{parked['id']}"
    await day("PUT", path, json=sale_body(day, "closed", payments=[payment], note="A gift"))
    await day("GET", path)
    await day("POST", f"{path}/actions/return")
    await day("GET", "/sales")


async def handing_over(day: Day) -> None:
    sale = (await day("POST", "/sales", json=sale_body(day, "pending")))["data"]
    wanted = {"sale_id": [sale["id"]], "fulfillment_state": ["OPEN", "STARTED"], "page_size": 5}
    (row,) = (await day("GET", "/fulfillments", params=wanted))["data"]
    path = f"/fulfillments/{row['id']}"
    line = {"sale_line_item_id": row["line_items"][0]["sale_line_item_id"], "quantity": 1}
    version = row["version"]
    for step in ("pick", "pack", "fulfill"):
        body = {"version": version, "line_items": [line]}
        version = (await day("POST", f"{path}/{step}", json=body))["data"]["version"]
    await day("GET", f"{path}/history", params={"limit": 2})
    await day("POST", "/fulfillments/fulfill", json={"sale_id": sale["id"]})


async def addresses(day: Day) -> None:
    path = f"/customers/{first(day, 'customer')}/addresses"
    body = {
        "type": "BILLING",
        "address_line_1": "1 Example Street",
        "city": "Auckland",
        "postcode": "1010",
        "country_code": "NZ",
    }
    made = (await day("POST", path, json=body))["data"]
    assert made["id_token"]
    await day("GET", path)
    await day("GET", f"{path}/{made['id']}")
    await day("PUT", f"{path}/{made['id']}", json={**body, "suburb": "Downtown"})
    await day("DELETE", f"{path}/{made['id']}")


async def taxes(day: Day) -> None:
    made = (await day("POST", "/taxes", json={"name": "Levy", "rate": 0.03}))["data"]
    await day("GET", f"/taxes/{made['id']}")
    await day("GET", "/taxes", params={"page_size": 100})


async def price_books(day: Day) -> None:
    body = {
        "name": "Trade",
        "customer_group_ids": [first(day, "customer_group")],
        "outlet_ids": [day.outlet],
        "restrict_to_platform": "1",
    }
    made = (await day("POST", "/price_books", json=body))["data"]
    await day("PUT", f"/price_books/{made['id']}", json={**body, "outlet_ids": []})
    await day("GET", f"/price_books/{made['id']}")
    await day("GET", "/price_books", params={"deleted": "true"})


async def layouts(day: Day) -> None:
    found = (await day("GET", "/button_layouts"))["data"]
    await day("GET", f"/button_layouts/{found[0]['id']}")


PARTS = (sales, handing_over, addresses, taxes, price_books, layouts)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
async def test_every_exchange_keeps_the_contract(day: Day, part: Any) -> None:
    await part(day)


async def test_no_operation_of_the_document_is_left_out(day: Day) -> None:
    for part in PARTS:
        await part(day)
    assert {operation.name for operation in selling().operations()} == day.judge.answered
