"""The client's families against the simulator: what one writes the other shows."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from lsync.core.lightspeed import Conflict, MemoryBudget, StaticToken, XSeries
from lsync.core.lightspeed.models.fulfillments import LineProgress
from lsync.core.lightspeed.models.inventory import FixedReorderPoint, StockAdjustmentDraft
from lsync.core.lightspeed.models.labels import BrandDraft, CategoryDraft
from lsync.core.lightspeed.models.people import AddressDraft, CustomerDraft
from lsync.core.lightspeed.models.prices import PriceBookDraft, PriceBookRowDraft, TaxDraft
from lsync.core.lightspeed.models.product_drafts import (
    CommonChange,
    ProductChange,
    ProductDraft,
    StartingStock,
)
from lsync.core.lightspeed.models.sale_drafts import (
    PaymentTypeReference,
    ProductReference,
    SaleDraft,
    SaleLineDraft,
    SaleLineMetadata,
    SaleLinePricing,
    SaleLineTax,
    SalePaymentDraft,
    SaleSource,
)
from lsync.core.lightspeed.models.suppliers import SupplierDraft
from lsync.simulator.app import create_app
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.world import World

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ONE = Decimal(1)


async def drain(pages: AsyncIterator[Any]) -> list[Any]:
    return [item async for page in pages for item in getattr(page, "items", ())]


class Both:
    """The client and the world that it talks to."""

    def __init__(self, version: str) -> None:
        app = create_app(SimulatorConfig(products=250, registers=2, clock=lambda: NOW))
        self.world: World = app.state.world
        self.api = XSeries(
            base_url=f"http://127.0.0.1/api/{version}",
            token=StaticToken("simulator-token"),
            budget=MemoryBudget(limit=650, clock=lambda: NOW),
            transport=httpx.ASGITransport(app),
            clock=lambda: NOW,
        )

    def first(self, kind: Any) -> str:
        return next(iter(self.world.records[kind])).id


@pytest.fixture(params=["2026-07", "2.0"])
def both(request: pytest.FixtureRequest) -> Both:
    return Both(request.param)


@pytest.fixture
def dated() -> Both:
    return Both("2026-07")


FAMILIES = {
    **{f"{kind}s": kind for kind in ("brand", "customer", "customer_group", "outlet", "product")},
    **{f"{kind}s": kind for kind in ("payment_type", "price_book", "product_type", "register")},
    **{f"{kind}s": kind for kind in ("supplier", "tag", "user")},
    "taxes": "tax",
}


@pytest.mark.parametrize("family", FAMILIES)
async def test_a_walk_over_pages_meets_everything_that_is_not_deleted(
    both: Both, family: str
) -> None:
    kind: Any = FAMILIES[family]
    there = {row.id for row in both.world.records[kind] if row.deleted_at is None}
    assert {row.id for row in await drain(getattr(both.api, family).pages())} == there


async def test_labels_are_created_where_they_are_read(both: Both) -> None:
    brand = await both.api.brands.create(BrandDraft(name="Example"))
    assert (await both.api.brands.get(brand)).name == "Example"
    tag = await both.api.tags.create(name="summer")
    await both.api.tags.rename(tag, name="winter")
    assert (await both.api.tags.get(tag)).name == "winter"
    (category,) = await both.api.categories.save([CategoryDraft(name="New", payload_id="n")])
    assert category.id in {row.id for row in await drain(both.api.categories.pages())}


async def test_suppliers_and_customers_are_created_where_they_are_read(both: Both) -> None:
    supplier = await both.api.suppliers.create(SupplierDraft(name="New Supplies"))
    assert (await both.api.suppliers.get(supplier)).name == "New Supplies"
    customer = await both.api.customers.create(CustomerDraft(first_name="Some", last_name="Body"))
    assert (await both.api.customers.get(customer.id)).last_name == "Body"


async def test_a_product_goes_through_its_life(both: Both) -> None:
    stock = StartingStock(outlet_id=both.first("outlet"), current_amount=Decimal(4))
    (key,) = await both.api.products.create(
        ProductDraft(name="Bowl", sku="BOWL", inventory=(stock,))
    )
    assert [found.id for found in await both.api.products.by_sku("BOWL")] == [key]
    await both.api.products.update(key, ProductChange(common=CommonChange(name="Deep bowl")))
    assert (await both.api.products.get(key)).name == "Deep bowl"
    image = await both.api.products.upload_image(key, b"\x89PNG")
    await both.api.product_images.delete(image.id)
    await both.api.products.delete(key)
    assert await both.api.products.by_sku("BOWL") == ()


async def test_many_skus_are_found_in_one_search(both: Both) -> None:
    before = both.world.calls.total
    found = await both.api.products.by_skus(["SKU-0001", "sku-0002", "NOPE"])
    assert {product.sku for product in found} == {"SKU-0001", "SKU-0002"}
    assert both.world.calls.total - before == 1


async def test_price_book_rows_are_added_and_read(both: Both) -> None:
    book = both.first("price_book")
    row = PriceBookRowDraft(
        product_id=both.first("product"), price=Decimal("4.25"), tax_id=both.first("tax")
    )
    async for _ in both.api.price_books.add_rows(book, [row]):
        pass
    (added,) = await both.api.price_books.rows(book)
    assert added.price == Decimal("4.25")


async def test_webhooks_are_managed_in_both_versions(both: Both) -> None:
    made = await both.api.webhooks.create(type="sale.update", url="https://hook.example/")
    assert [hook.id for hook in await both.api.webhooks.list()] == [made.id]
    changed = await both.api.webhooks.update(
        made.id, type="sale.update", url="https://hook.example/", active=False
    )
    assert not changed.active
    await both.api.webhooks.delete(made.id)
    assert await both.api.webhooks.list() == ()


async def test_stock_is_adjusted_and_read(dated: Both) -> None:
    product, outlet = dated.first("product"), dated.first("outlet")
    level = dated.world.stock_of(product, outlet)
    assert level is not None
    before = level.level
    draft = StockAdjustmentDraft(
        product_id=product, outlet_id=outlet, quantity=ONE, reason="STOCK_FOUND"
    )
    await dated.api.stock_adjustments.create([draft])
    assert level.level == before + 1
    point = FixedReorderPoint(
        product_id=product, outlet_id=outlet, reorder_point=ONE, reorder_amount=ONE
    )
    await dated.api.inventory.set_reorder_points([point])
    records = await drain(dated.api.inventory.product_pages(product))
    assert {record.reorder_point for record in records if record.outlet_id == outlet} == {ONE}


async def test_a_sale_is_made_paid_and_returned(dated: Both) -> None:
    line = SaleLineDraft(
        product=ProductReference(id=dated.first("product")),
        quantity=ONE,
        pricing=SaleLinePricing(price=Decimal(3)),
        tax=SaleLineTax(id=dated.first("tax"), amount=Decimal(0)),
    )
    payment = SalePaymentDraft(
        amount=Decimal(3), type=PaymentTypeReference(config_id=dated.first("payment_type"))
    )
    draft = SaleDraft(
        source=SaleSource(author_id=dated.first("user")),
        state="closed",
        line_items=(line,),
        payments=(payment,),
    )
    sale = await dated.api.sales.create(draft)
    back = await dated.api.sales.start_return(sale.id)
    assert back.state == "parked"
    assert back.line_items[0].quantity == -ONE
    register = dated.first("register")
    summary = await dated.api.registers.payments_summary(register)
    assert Decimal(3) in {row.total for row in summary.payments}
    assert not (await dated.api.registers.close(register)).is_open


async def test_price_books_are_written_in_both_versions(both: Both) -> None:
    draft = PriceBookDraft(
        name="Trade",
        customer_group_ids=(both.first("customer_group"),),
        outlet_ids=(both.first("outlet"),),
    )
    made = await both.api.price_books.create(draft)
    await both.api.price_books.update(made.id, draft.model_copy(update={"name": "Staff"}))
    assert (await both.api.price_books.get(made.id)).name == "Staff"


async def test_what_was_sold_is_picked_packed_and_handed_over(dated: Both) -> None:
    line = SaleLineDraft(
        product=ProductReference(id=dated.first("product")),
        quantity=Decimal(2),
        pricing=SaleLinePricing(price=Decimal(3)),
        tax=SaleLineTax(id=dated.first("tax"), amount=Decimal(0)),
        metadata=SaleLineMetadata(fulfillment_method="PICKUP"),
    )
    source = SaleSource(author_id=dated.first("user"))
    draft = SaleDraft(source=source, state="pending", line_items=(line,))
    sale = await dated.api.sales.create(draft)
    assert sale.line_items[0].of_product == dated.first("product")
    (waiting,) = await drain(dated.api.fulfillments.pages(sale_ids=[sale.id]))
    progress = [
        LineProgress(sale_line_item_id=row.sale_line_item_id, quantity=row.quantity)
        for row in waiting.line_items
    ]
    steps = (
        dated.api.fulfillments.pick,
        dated.api.fulfillments.pack,
        dated.api.fulfillments.fulfill,
    )
    version = waiting.version
    for step in steps:
        version = (await step(waiting.id, version=version, lines=progress)).version
    with pytest.raises(Conflict):
        await dated.api.fulfillments.pick(waiting.id, version=1, lines=progress)
    events = [event.event_type for event in await drain(dated.api.fulfillments.history(waiting.id))]
    assert events == ["CREATED", "PICKED", "PACKED", "FULFILLED"]
    assert (await dated.api.sales.get(sale.id)).state == "closed"


async def test_addresses_and_taxes_are_written_and_read(dated: Both) -> None:
    customer = dated.first("customer")
    draft = AddressDraft(
        type="BILLING",
        address_line_1="1 Example Street",
        city="Auckland",
        postcode="1010",
        country_code="NZ",
    )
    made = await dated.api.customers.add_address(customer, draft)
    assert made.id_token
    moved = draft.model_copy(update={"city": "Wellington"})
    await dated.api.customers.update_address(customer, made.id, moved)
    assert [row.city for row in await dated.api.customers.addresses(customer)] == ["Wellington"]
    await dated.api.customers.delete_address(customer, made.id)
    assert await dated.api.customers.addresses(customer) == ()
    tax = await dated.api.taxes.create(TaxDraft(name="Levy", rate=Decimal("0.03")))
    assert (await dated.api.taxes.get(tax.id)).rates[0].rate == Decimal("0.03")
    with pytest.raises(Conflict):
        await dated.api.taxes.create(TaxDraft(name="Levy", rate=Decimal("0.03")))


async def test_registers_open_and_close(both: Both) -> None:
    register = both.first("register")
    assert not (await both.api.registers.close(register)).is_open
    assert (await both.api.registers.open(register, at=NOW)).is_open
