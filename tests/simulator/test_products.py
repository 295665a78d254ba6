from typing import Any

import pytest

from tests.simulator.shop import Shop


async def create(shop: Shop, **body: Any) -> list[str]:
    made: list[str] = await shop.data("POST", "/products", json={"name": "Bowl", **body})
    return made


async def test_a_new_product_is_searchable_and_orderable(shop: Shop) -> None:
    stock = [{"outlet_id": shop.outlet_id(), "current_amount": 4}]
    (key,) = await create(shop, sku="BOWL", supplier_id=shop.supplier_id(), inventory=stock)
    found = await shop.data("GET", "/search", params={"type": "products", "sku": "bowl"})
    assert [row["id"] for row in found] == [key]
    level = shop.world.stock_of(key, shop.outlet_id())
    assert level is not None
    assert level.level == 4
    order_id = await shop.order()
    await shop.data(
        "POST", f"/consignments/{order_id}/bulk", json=[{"product_id": key, "count": "1"}]
    )


async def test_prices_follow_from_each_other(shop: Shop) -> None:
    (key,) = await create(shop, price_including_tax=11.5)
    product = await shop.data("GET", f"/products/{key}")
    assert product["price_excluding_tax"] == pytest.approx(10)


async def test_a_taken_sku_is_refused(shop: Shop) -> None:
    body = {"name": "Bowl", "sku": "SKU-0001"}
    assert (await shop.refused("POST", "/products", json=body))[0] == 422


async def test_variants_form_a_family_that_is_deleted_together(shop: Shop) -> None:
    parent, other = await create(shop, variants=[{"sku": "B-1"}, {"sku": "B-2"}])
    assert (await shop.data("GET", f"/products/{other}"))["variant_parent_id"] == parent
    assert (await shop.api.delete(f"/products/{parent}/all")).status_code == 200
    for sku in ("B-1", "B-2"):
        assert await shop.data("GET", "/products", params={"sku": sku}) == []


async def test_a_composite_is_marked_as_one(shop: Shop) -> None:
    component = [{"product_id": shop.product_id(1), "quantity": 2}]
    (key,) = await create(shop, composite=component)
    assert (await shop.data("GET", f"/products/{key}"))["is_composite"]


async def test_supplier_costs_are_set_and_taken_away(shop: Shop) -> None:
    path, supplier = f"/products/{shop.product_id(3)}", shop.supplier_id()
    for price, left in ((4.25, [4.25]), (-1, [])):
        change = {"details": {"product_suppliers": [{"supplier_id": supplier, "price": price}]}}
        await shop.data("PUT", path, json=change)
        product = await shop.data("GET", path)
        assert [row["price"] for row in product["product_suppliers"]] == left


async def test_common_changes_reach_the_family_and_details_do_not(shop: Shop) -> None:
    stock = [{"outlet_id": shop.outlet_id(), "current_amount": 99}]
    change = {
        "common": {"name": "New name"},
        "details": {"is_active": False, "inventory": stock},
    }
    await shop.data("PUT", f"/products/{shop.product_id(202)}", json=change)
    changed, sibling = [
        await shop.data("GET", f"/products/{shop.product_id(number)}") for number in (202, 203)
    ]
    assert (changed["name"], sibling["name"]) == ("New name", "New name")
    assert (changed["active"], sibling["active"]) == (False, True)
    assert shop.stock(202) == 99


async def test_a_picture_comes_and_goes(shop: Shop) -> None:
    path = f"/products/{shop.product_id(1)}"
    image = await shop.data("POST", f"{path}/actions/image_upload", content=b"\x89PNG")
    assert [row["id"] for row in (await shop.data("GET", path))["images"]] == [image["id"]]
    assert (await shop.api.delete(f"/product_images/{image['id']}")).status_code == 204
    assert (await shop.data("GET", path))["images"] == []


@pytest.mark.parametrize(
    "field", ["brand_id", "supplier_id", "product_type_id", "product_category_id"]
)
async def test_a_product_refers_to_what_there_is(shop: Shop, field: str) -> None:
    status, message = await shop.refused("POST", "/products", json={"name": "Bowl", field: "nope"})
    assert status == 422
    assert field in message
    (key,) = await shop.data("POST", "/products", json={"name": "Bowl", field: ""})
    assert (await shop.data("GET", f"/products/{key}"))[field] is None
    wrong = {"name": "Cup", "tag_ids": ["nope"]}
    assert (await shop.refused("POST", "/products", json=wrong))[0] == 422
