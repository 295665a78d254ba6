from decimal import Decimal

import pytest

from lsync.core.lightspeed import StaticToken, SupplierDraft, XSeries

from .conftest import MakeClient, Peer, answer, listing
from .test_models import PRODUCT as READ_PRODUCT

PRODUCT = {**READ_PRODUCT, "supply_price": 4.25, "product_suppliers": []}
OUTLET = {"id": "o-1", "name": "Main Street", "time_zone": "Europe/Berlin", "version": 3}
SUPPLIER = {"id": "s-1", "name": "Example Supplies", "version": 4}
WEBHOOK = {"id": "w-1", "type": "consignment.receive", "url": "https://h.example/x", "active": True}


async def test_ping_is_one_call_that_shows_outlets_and_budget(api: XSeries, peer: Peer) -> None:
    limits = {"x_ratelimit_limit": "650", "x_ratelimit_remaining": "649"}
    peer.will(answer({"data": [OUTLET], "version": {"min": 3, "max": 3}}, 200, **limits))
    ping = await api.ping()
    assert [outlet.name for outlet in ping.outlets] == ["Main Street"]
    assert (ping.limit, ping.remaining) == (650, 649)
    assert len(peer.requests) == 1


async def test_lists_collect_every_page(api: XSeries, peer: Peer) -> None:
    peer.will(listing(OUTLET, last=3), listing({**OUTLET, "id": "o-2"}, last=5), listing())
    assert [outlet.id for outlet in await api.outlets.list()] == ["o-1", "o-2"]


async def test_registers_are_listed(api: XSeries, peer: Peer) -> None:
    peer.will(listing({"id": "r-1", "name": "Till 1", "outlet_id": "o-1"}))
    assert [register.id for register in await api.registers.list()] == ["r-1"]
    assert peer.asked == ["GET /registers"]


async def test_a_product_is_looked_up_by_its_sku(api: XSeries, peer: Peer) -> None:
    peer.will(listing(PRODUCT, last=9), listing())
    (found,) = await api.products.by_sku("SKU 1&2")
    assert found.supply_price == Decimal("4.25")
    assert await api.products.by_sku("none") == ()
    assert peer.asked == ["GET /products?sku=SKU+1%262", "GET /products?sku=none"]


async def test_the_catalogue_is_walked_page_by_page(api: XSeries, peer: Peer) -> None:
    peer.will(listing(PRODUCT, last=9), listing({**PRODUCT, "id": "p-2"}, last=12), listing())
    found = [product.id async for product in api.products.iterate(page_size=1)]
    assert found == ["p-1", "p-2"]
    assert peer.asked[1] == "GET /products?page_size=1&after=9"


async def test_deleted_products_are_in_the_feed_when_asked_for(api: XSeries, peer: Peer) -> None:
    peer.will(listing())
    assert [page async for page in api.products.pages(after=9, deleted=True)] == []
    assert peer.asked == ["GET /products?deleted=true&after=9"]


async def test_a_created_supplier_is_its_id(api: XSeries, peer: Peer) -> None:
    peer.will(answer({"data": "s-1"}), answer({"data": SUPPLIER}))
    created = await api.suppliers.create(SupplierDraft(name="Example Supplies"))
    assert (await api.suppliers.get(created)).name == "Example Supplies"
    assert peer.sent(0) == {"name": "Example Supplies", "contact": {}}


async def test_webhooks_are_created_listed_and_deleted(api: XSeries, peer: Peer) -> None:
    peer.will(answer({"data": WEBHOOK}, 201), answer({"data": [WEBHOOK]}), answer({}))
    created = await api.webhooks.create(type="consignment.receive", url="https://h.example/x")
    assert await api.webhooks.list() == (created,)
    await api.webhooks.delete(created.id)
    assert peer.sent(0) == {
        "active": True,
        "type": "consignment.receive",
        "url": "https://h.example/x",
    }
    assert peer.asked[-1] == "DELETE /webhooks/w-1"


async def test_a_scoped_view_shares_connections_but_not_its_scope(
    make_client: MakeClient, peer: Peer
) -> None:
    peer.will(listing(), listing())
    async with make_client() as api:
        view = api.scoped(urgent=True)
        assert view.consignments is not api.consignments
        await view.suppliers.list()
        await api.suppliers.list()
    assert len(peer.requests) == 2


@pytest.mark.parametrize("token", ["", "with space", "bad\r\nheader: x", "é"])
def test_what_is_no_token_is_refused_at_once(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        StaticToken(token)


def test_a_token_is_not_shown() -> None:
    assert "canary" not in repr(StaticToken("canary"))
