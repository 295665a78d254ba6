"""Operations of which no document in the repository has a schema, and what differs by version."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from lsync.core.lightspeed import CountFilter, LineDraft, XSeries
from lsync.core.lightspeed.models.fulfillments import (
    LineProgress,
)
from lsync.core.lightspeed.models.inventory import StockAdjustmentDraft
from lsync.core.lightspeed.models.people import AddressDraft
from lsync.core.lightspeed.models.prices import PriceBookDraft, PriceBookRowDraft, TaxDraft
from lsync.core.lightspeed.models.product_drafts import ProductChange
from lsync.core.lightspeed.models.sale_drafts import (
    PaymentTypeReference,
    ProductReference,
    SaleDraft,
    SaleLineDraft,
    SaleLinePricing,
    SaleLineTax,
    SalePaymentDraft,
    SaleSource,
)

from .conftest import MakeClient, Peer, answer, listing
from .test_models import CONSIGNMENT, PRODUCT

SALE = SaleDraft(
    source=SaleSource(author_id="u-1", register_id="r-1"),
    state="closed",
    line_items=(
        SaleLineDraft(
            product=ProductReference(id="p-1"),
            quantity=Decimal(2),
            pricing=SaleLinePricing(price=Decimal("4.25")),
            tax=SaleLineTax(id="t-1", amount=Decimal("0.64")),
        ),
    ),
    payments=(
        SalePaymentDraft(amount=Decimal("9.78"), type=PaymentTypeReference(config_id="cash")),
    ),
)
READ_SALE = {
    "id": "sale-1",
    "state": "closed",
    "line_items": [{"id": "l-1", "product": {"id": "p-1"}, "quantity": 2}],
    "_metadata": {"version": 9},
}
FULFILLMENT = {
    "id": "1947700198720344064",
    "sale_id": "sale-1",
    "outlet_id": "o-1",
    "type": "PICKUP",
    "state": "OPEN",
    "version": 1,
    "line_items": [
        {
            "sale_line_item_id": "l-1",
            "product_id": "p-1",
            "quantity": "5.00",
            "picked_quantity": "0.00",
            "packed_quantity": "0.00",
            "fulfilled_quantity": "0.00",
        }
    ],
}
ADDRESS = {"id": 123456789, "customer_id": "c-1", "type": "BILLING", "city": "Auckland"}
LEGACY = "https://example.retail.lightspeed.app/api/2.0"


@pytest.fixture
async def legacy(make_client: MakeClient) -> AsyncIterator[XSeries]:
    async with make_client(base_url=LEGACY) as client:
        yield client


async def test_sales_are_created_and_updated_with_numbers(api: XSeries, peer: Peer) -> None:
    peer.will(answer({"data": READ_SALE}), answer({"data": READ_SALE}), answer({"data": READ_SALE}))
    created = await api.sales.create(SALE)
    await api.sales.update(created.id, SALE)
    await api.sales.start_return(created.id)
    assert peer.asked == [
        "POST /sales",
        "PUT /sales/sale-1",
        "POST /sales/sale-1/actions/return",
    ]
    sent = peer.sent(0)
    assert sent["line_items"][0]["pricing"] == {"price": 4.25}
    assert sent["payments"] == [{"amount": 9.78, "type": {"config_id": "cash"}}]
    assert created.line_items[0].quantity == Decimal(2)


async def test_sales_page_by_the_version_of_the_answer(api: XSeries, peer: Peer) -> None:
    peer.will(listing(READ_SALE, last=9), listing())
    assert [page.cursor async for page in api.sales.pages()] == [9]


async def test_fulfilments_are_listed_by_page_number(api: XSeries, peer: Peer) -> None:
    peer.will(answer({"data": [FULFILLMENT, FULFILLMENT]}), answer({"data": [FULFILLMENT]}))
    pages = [page async for page in api.fulfillments.pages(outlet_ids=["o-1", "o-2"], page_size=2)]
    assert [len(page.items) for page in pages] == [2, 1]
    assert peer.asked[1] == (
        "GET /fulfillments?outlet_id=o-1&outlet_id=o-2&page_number=2&page_size=2"
    )


async def test_a_page_cut_to_the_documented_maximum_is_not_taken_for_the_last(
    api: XSeries, peer: Peer
) -> None:
    full = [{"id": f"p-{number}", "version": number} for number in range(1000)]
    peer.will(answer({"data": full}), answer({"data": full[:1]}))
    pages = [page async for page in api.search.products({"sku": "mug"}, page_size=5000)]
    assert [len(page.items) for page in pages] == [1000, 1]
    assert "page_size=1000" in peer.asked[0]


async def test_fulfilments_go_on_behind_a_page(api: XSeries, peer: Peer) -> None:
    peer.will(answer({"data": [FULFILLMENT]}))
    assert len([page async for page in api.fulfillments.pages(after=3, page_size=2)]) == 1
    assert peer.asked == ["GET /fulfillments?page_number=4&page_size=2"]


async def test_a_fulfilments_history_follows_its_cursor(api: XSeries, peer: Peer) -> None:
    event = {
        "sale_line_item_id": "l-1",
        "product_id": "p-1",
        "event_type": "PICKED",
        "quantity_delta": "0",
        "picked_quantity_delta": "5",
        "packed_quantity_delta": "0",
        "fulfilled_delta": "0",
    }
    peer.will(
        answer({"data": [event], "next_cursor": "abc"}),
        answer({"data": [event], "next_cursor": ""}),
    )
    pages = [page async for page in api.fulfillments.history("f-1")]
    assert [page.cursor for page in pages] == ["abc", ""]
    assert peer.asked[1] == "GET /fulfillments/f-1/history?limit=1000&cursor=abc"


@pytest.mark.parametrize("action", ["pick", "pack", "fulfill"])
async def test_progress_names_the_version_it_saw(api: XSeries, peer: Peer, action: str) -> None:
    peer.will(answer({"data": {"id": "f-1", "version": 2}}))
    line = LineProgress(sale_line_item_id="l-1", quantity=Decimal("1.5"))
    done = await getattr(api.fulfillments, action)("f-1", version=1, lines=[line])
    assert done.version == 2
    assert peer.asked == [f"POST /fulfillments/f-1/{action}"]
    assert peer.sent() == {
        "version": 1,
        "line_items": [{"sale_line_item_id": "l-1", "quantity": 1.5}],
    }


async def test_a_whole_sale_is_handed_over_in_one_call(api: XSeries, peer: Peer) -> None:
    peer.will(answer({"data": [{"id": "f-1", "version": 2}]}))
    assert [done.id for done in await api.fulfillments.fulfill_sale("sale-1")] == ["f-1"]
    assert peer.sent() == {"sale_id": "sale-1"}


async def test_addresses_have_numbers_for_ids(api: XSeries, peer: Peer) -> None:
    draft = AddressDraft(
        type="BILLING",
        address_line_1="1 Example Street",
        city="Auckland",
        postcode="1010",
        country_code="NZ",
    )
    created = {**ADDRESS, "id_token": "for-the-next-sale"}
    peer.will(
        answer({"data": created}, 201),
        answer({"data": [ADDRESS]}),
        answer({"data": ADDRESS}),
        answer({"data": ADDRESS}),
        answer(None, 204),
    )
    added = await api.customers.add_address("c-1", draft)
    assert (added.id, added.id_token) == (123456789, "for-the-next-sale")
    assert len(await api.customers.addresses("c-1")) == 1
    await api.customers.address("c-1", added.id)
    await api.customers.update_address("c-1", added.id, draft)
    await api.customers.delete_address("c-1", added.id)
    assert peer.asked[2:] == [
        "GET /customers/c-1/addresses/123456789",
        "PUT /customers/c-1/addresses/123456789",
        "DELETE /customers/c-1/addresses/123456789",
    ]


async def test_taxes_and_price_books_are_written_as_2026_07_wants(api: XSeries, peer: Peer) -> None:
    tax = {"id": "t-1", "name": "GST", "rates": [{"id": "r-1", "name": "GST", "rate": 0.15}]}
    book = {"id": "b-1", "name": "Trade"}
    peer.will(answer({"data": tax}, 201), answer({"data": book}), answer({"data": book}))
    created = await api.taxes.create(TaxDraft(name="GST", rate=Decimal("0.15")))
    draft = PriceBookDraft(name="Trade", customer_group_ids=("g-1",), outlet_ids=("o-1",))
    await api.price_books.create(draft)
    await api.price_books.update("b-1", draft)
    assert created.rates[0].rate == Decimal("0.15")
    assert peer.sent(0) == {"name": "GST", "rate": 0.15}
    assert peer.sent(1) == {
        "name": "Trade",
        "customer_group_ids": ["g-1"],
        "outlet_ids": ["o-1"],
    }
    assert peer.asked[2] == "PUT /price_books/b-1"


async def test_button_layouts_are_read(api: XSeries, peer: Peer) -> None:
    peer.will(listing({"id": "b-1", "name": "Coffee", "version": 3}, last=3), listing())
    assert [page.cursor async for page in api.button_layouts.pages()] == [3]


async def test_a_search_pages_by_offset_until_a_short_page(api: XSeries, peer: Peer) -> None:
    peer.will(answer({"data": [PRODUCT_JSON, PRODUCT_JSON]}), answer({"data": [PRODUCT_JSON]}))
    pages = [
        page
        async for page in api.search.products(
            {"supplier_id": ["s-1", "s-2"], "-tag_id": "t-1"}, page_size=2
        )
    ]
    assert [page.cursor for page in pages] == [2, None]
    assert peer.asked[1] == (
        "GET /search?supplier_id=s-1&supplier_id=s-2&-tag_id=t-1&type=products&offset=2&page_size=2"
    )


PRODUCT_JSON = {**PRODUCT, "supply_price": 4.25, "product_suppliers": []}


async def test_many_skus_are_looked_up_fifty_at_a_time(api: XSeries, peer: Peer) -> None:
    peer.will(answer({"data": [PRODUCT_JSON]}), answer({"data": []}))
    found = await api.products.by_skus([f"SKU-{n}" for n in range(51)])
    assert len(found) == 1
    assert [len(parse_qs(asked.partition("?")[2])["sku"]) for asked in peer.asked] == [50, 1]
    assert parse_qs(peer.asked[1].partition("?")[2])["sku"] == ["sku-50"]


async def test_users_rows_and_adjustments_go_out_in_the_largest_batches(
    api: XSeries, peer: Peer
) -> None:
    adjustment = {
        "id": "a-1",
        "product_id": "p",
        "outlet_id": "o",
        "quantity": "1",
        "reason": "STOCK_FOUND",
        "version": 3,
    }
    peer.will(*[answer({"data": []}) for _ in range(2)])
    await api.users.by_ids([f"u-{n}" for n in range(101)])
    peer.will(*[answer({"data": {"message": "ok"}}) for _ in range(2)])
    row = PriceBookRowDraft(product_id="p", price=Decimal(1), tax_id="t")
    assert [count async for count in api.price_books.add_rows("b-1", [row] * 101)] == [100, 1]
    peer.will(*[answer({"data": [adjustment]}, 201) for _ in range(2)])
    draft = StockAdjustmentDraft(
        product_id="p", outlet_id="o", quantity=Decimal(1), reason="STOCK_FOUND"
    )
    done = [made async for made in api.stock_adjustments.create_all([draft] * 1001)]
    assert [len(made) for made in done] == [1, 1]
    assert len(peer.sent(-2)["stock_adjustments"]) == 1000
    with pytest.raises(ValueError, match="1 to 1000"):
        await api.stock_adjustments.create([draft] * 1001)


async def test_any_number_of_lines_is_added_500_at_a_time(api: XSeries, peer: Peer) -> None:
    peer.will(answer({"data": {}}), answer({"data": {}}))
    lines = [LineDraft(product_id=f"p-{n}", count=Decimal(1)) for n in range(501)]
    added = [len(some) async for some in api.consignments.add_lines("c-1", lines)]
    assert added == [500, 1]


async def test_legacy_webhooks_are_forms_in_0_9(legacy: XSeries, peer: Peer) -> None:
    hook = {"id": "w-1", "type": "sale.update", "url": "https://h.example/x", "active": True}
    peer.will(answer(hook), answer([hook]), answer({}))
    await legacy.webhooks.create(type="sale.update", url="https://h.example/x")
    assert len(await legacy.webhooks.list()) == 1
    await legacy.webhooks.delete("w-1")
    assert [str(request.url) for request in peer.requests] == [
        "https://example.retail.lightspeed.app/api/webhooks",
        "https://example.retail.lightspeed.app/api/webhooks",
        "https://example.retail.lightspeed.app/api/webhooks/w-1",
    ]
    form = parse_qs(peer.requests[0].content.decode())
    assert form == {"data": ['{"active":true,"type":"sale.update","url":"https://h.example/x"}']}
    assert peer.requests[0].headers["content-type"] == "application/x-www-form-urlencoded"


async def test_what_2_0_does_otherwise_is_asked_otherwise(legacy: XSeries, peer: Peer) -> None:
    record = {"id": "i-1", "product_id": "p-1", "outlet_id": "o-1", "inventory_level": 4}
    peer.will(
        answer({}),
        answer({"data": READ_SALE}),
        answer({"data": [record], "version": {"min": 1, "max": 1}}),
        answer({"data": [], "version": {"min": None, "max": None}}),
    )
    await legacy.products.update("p-1", ProductChange())
    await legacy.sales.start_return("sale-1")
    (page,) = [page async for page in legacy.inventory.pages()]
    assert page.items[0].current_inventory_level == Decimal(4)
    assert [(request.method, request.url.path) for request in peer.requests[:3]] == [
        ("PUT", "/api/2.1/products/p-1"),
        ("PUT", "/api/2.0/sales/sale-1/actions/return"),
        ("GET", "/api/2.0/inventory"),
    ]


async def test_a_count_is_walked_from_schedule_to_complete(api: XSeries, peer: Peer) -> None:
    filters = [{"type": "product", "value": "p-1"}]
    count = {**CONSIGNMENT, "type": "STOCKTAKE", "status": "STOCKTAKE_SCHEDULED"}
    count = {**count, "filters": filters}
    line = {"product_id": "p-1", "count": None, "received": "7.00000", "version": 5}
    peer.will(
        answer({"data": count}, 201),
        answer({"data": {**count, "status": "STOCKTAKE_IN_PROGRESS"}}),
        answer({"error": "no such line"}, 404),
        answer({"data": line}),
        listing(line, last=5),
        listing(),
        answer({"data": {**count, "status": "STOCKTAKE_IN_PROGRESS_PROCESSED"}}),
        answer({"data": {**count, "status": "STOCKTAKE_COMPLETE"}}),
    )
    only = [CountFilter(type="product", value="p-1")]
    scheduled = await api.stock_takes.schedule(name="November", outlet_id="o-1", only=only)
    started = await api.stock_takes.start(scheduled)
    await api.stock_takes.record(started, "p-1", seen=Decimal(7))
    (page,) = [page async for page in api.stock_takes.line_pages(started)]
    assert (page.items[0].expected, page.items[0].seen) == (None, Decimal(7))
    processed = await api.stock_takes.process(started)
    complete = await api.stock_takes.complete(processed)
    assert complete.status == "STOCKTAKE_COMPLETE"
    assert peer.sent(0)["filters"] == filters
    assert peer.sent(1)["filters"] == filters, "starting without them would count the whole shop"
    assert "filters" not in peer.sent(-1), "they are fixed once it has started"
    assert peer.asked[2:4] == [
        "PUT /consignments/c-1/products/p-1",
        "POST /consignments/c-1/products",
    ]
    assert peer.sent(3) == {"product_id": "p-1", "received": "7.00000"}


async def test_a_count_takes_at_most_25_filters(api: XSeries, peer: Peer) -> None:
    many = [CountFilter(type="product", value=f"p-{number}") for number in range(26)]
    with pytest.raises(ValueError, match="at most 25"):
        await api.stock_takes.schedule(name="November", outlet_id="o-1", only=many)
    assert peer.requests == []


async def test_a_transfer_is_sent_and_received_line_by_line(api: XSeries, peer: Peer) -> None:
    transfer: dict[str, Any] = {**CONSIGNMENT, "type": "OUTLET", "source_outlet_id": "o-2"}
    peer.will(
        answer({"data": transfer}, 201),
        answer({"data": {}}),
        answer({"data": {**transfer, "status": "SENT"}}),
        answer({"data": {}}),
        answer({"data": {**transfer, "status": "DISPATCHED"}}),
        answer({"data": {**transfer, "status": "RECEIVED"}}),
    )
    opened = await api.transfers.create(name="Move", from_outlet_id="o-2", to_outlet_id="o-1")
    moved = [LineDraft(product_id="p-1", count=Decimal(3))]
    assert [len(some) async for some in api.transfers.add_lines(opened, moved)] == [1]
    sent = await api.transfers.send(opened)
    received = await api.transfers.receive(sent, {"p-1": Decimal(2)})
    assert received.status == "RECEIVED"
    assert peer.sent(3) == {"product_id": "p-1", "received": "2.00000"}
    assert peer.sent(5)["status"] == "RECEIVED"


async def test_an_image_goes_out_as_a_form_that_holds_its_bytes(api: XSeries, peer: Peer) -> None:
    peer.will(answer({"data": {"id": "i-1", "product_id": "p-1"}}, 201))
    picture = b"\x89PNG\r\n\x1a\n--not a boundary"
    await api.products.upload_image("p-1", picture)
    request = peer.requests[0]
    kind, _, boundary = request.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    parts = request.content.split(f"--{boundary}".encode())
    assert parts[0] == b""
    assert parts[2] == b"--\r\n"
    head, _, body = parts[1].partition(b"\r\n\r\n")
    assert b'name="image"' in head
    assert body == picture + b"\r\n"


async def test_categories_follow_page_info(api: XSeries, peer: Peer) -> None:
    def page(last: str, *, more: bool) -> httpx.Response:
        return answer(
            {
                "page_info": {"has_next": more, "last_seen": last},
                "data": {"categories": [{"id": last, "name": "x"}]},
            }
        )

    peer.will(page("k-1", more=True), page("k-2", more=False))
    pages = [page async for page in api.categories.pages(page_size=1)]
    assert [page.cursor for page in pages] == ["k-1", None]
    assert peer.asked[1] == "GET /product_categories?page_size=1&after=k-1"
