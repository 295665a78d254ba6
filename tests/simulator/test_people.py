import pytest

from tests.simulator.shop import Shop

ADDRESS = {
    "address_line_1": "1 Quay",
    "city": "Auckland",
    "postcode": "1010",
    "country_code": "NZ",
    "type": "BILLING",
}


async def test_customers_are_found_by_their_fields(shop: Shop) -> None:
    body = {"first_name": "Some", "last_name": "Body", "email": "some@example.test"}
    made = await shop.data("POST", "/customers", json=body)
    assert made["name"] == "Some Body"
    found = await shop.data("GET", "/search", params={"type": "customers", "first_name": "some"})
    assert [row["id"] for row in found] == [made["id"]]
    renamed = await shop.data("PUT", f"/customers/{made['id']}", json={"last_name": "Else"})
    assert renamed["name"] == "Some Else"


async def test_a_deleted_customer_is_listed_on_demand_only(shop: Shop) -> None:
    made = await shop.data("POST", "/customers", json={"first_name": "Some", "last_name": "B"})
    before = len(await shop.data("GET", "/customers"))
    assert (await shop.api.delete(f"/customers/{made['id']}")).status_code == 204
    assert len(await shop.data("GET", "/customers")) == before - 1
    assert len(await shop.data("GET", "/customers", params={"deleted": "true"})) == before
    assert (await shop.refused("PUT", f"/customers/{made['id']}", json={}))[0] == 404


async def test_addresses_belong_to_their_customer(shop: Shop) -> None:
    first, second, *_ = [row.id for row in shop.world.records["customer"]]
    path = f"/customers/{first}/addresses"
    made = await shop.data("POST", path, json=ADDRESS)
    assert made["id_token"]
    one = f"{path}/{made['id']}"
    assert (await shop.data("GET", one))["city"] == "Auckland"
    assert (await shop.data("PUT", one, json={**ADDRESS, "city": "Nelson"}))["city"] == "Nelson"
    elsewhere = f"/customers/{second}/addresses/{made['id']}"
    assert (await shop.refused("GET", elsewhere))[0] == 404
    assert (await shop.api.delete(one)).status_code == 204
    assert await shop.data("GET", path) == []


@pytest.mark.parametrize("wrong", [{"type": "HOME"}, {"city": "x" * 29}, {"postcode": None}])
async def test_a_wrong_address_is_a_bad_request(shop: Shop, wrong: dict[str, object]) -> None:
    customer = next(iter(shop.world.records["customer"])).id
    body = {**ADDRESS, **wrong}
    assert (await shop.refused("POST", f"/customers/{customer}/addresses", json=body))[0] == 400


async def test_the_primary_user_cannot_be_deleted(shop: Shop) -> None:
    owner = await shop.data("GET", "/user")
    assert (await shop.refused("DELETE", f"/users/{owner['id']}"))[0] == 403


async def test_a_tax_name_is_taken_once(shop: Shop) -> None:
    body = {"name": "GST", "rate": 0.15}
    assert (await shop.api.post("/taxes", json=body)).status_code == 201
    assert (await shop.refused("POST", "/taxes", json=body))[0] == 409


async def test_price_book_rows_change_at_most_a_hundred_a_call(shop: Shop) -> None:
    book = next(iter(shop.world.records["price_book"])).id
    row = {"product_id": shop.product_id(1), "price": 5}
    body = {"data": [row] * 101}
    assert (await shop.refused("POST", f"/price_books/{book}/products", json=body))[0] == 422
