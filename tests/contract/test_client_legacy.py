"""The families that the 2026-07 document leaves out, validated against the 2.0 document.

The client is configured for 2.0 here, so this also shows that it knows what 2.0 calls otherwise.
"""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from lsync.core.lightspeed import MemoryBudget, NotOffered, StaticToken, XSeries
from lsync.core.lightspeed.models.inventory import StockAdjustmentDraft
from lsync.core.lightspeed.models.labels import BrandDraft, CategoryDraft
from lsync.core.lightspeed.models.outlets import CountedPayment
from lsync.core.lightspeed.models.people import CustomerDraft
from lsync.core.lightspeed.models.prices import PriceBookDraft, PriceBookRowDraft
from tests.lightspeed.conftest import NOW
from tests.lightspeed.contract import EXAMPLE_ID as ID
from tests.lightspeed.contract import ContractPeer, legacy

from .test_client_dated import OPERATIONS as DATED
from .test_client_dated import drain

ROW = PriceBookRowDraft(product_id=ID, price=Decimal("4.25"), tax_id=ID, min_units=Decimal(2))
BOOK = PriceBookDraft(name="Trade", customer_group_ids=(ID,), outlet_ids=(ID,))
CUSTOMER = CustomerDraft(
    first_name="Some", last_name="Body", email="somebody@example.com", on_account_limit=Decimal(50)
)

Operations = dict[str, Callable[[XSeries], Awaitable[Any]]]

LEFT_OUT: Operations = {
    "ListBrands": lambda api: api.brands.list(),
    "CreateBrand": lambda api: api.brands.create(BrandDraft(name="Example", description="A brand")),
    "GetBrandByID": lambda api: api.brands.get(ID),
    "UpdateBrandById": lambda api: api.brands.update(ID, BrandDraft(name="Example")),
    "DeleteBrandByID": lambda api: api.brands.delete(ID),
    "ListCustomers": lambda api: drain(api.customers.pages(after=3, before=9, deleted=True)),
    "CreateCustomer": lambda api: api.customers.create(CUSTOMER),
    "GetCustomerByID": lambda api: api.customers.get(ID),
    "UpdateCustomerByID": lambda api: api.customers.update(ID, CUSTOMER),
    "DeleteCustomerByID": lambda api: api.customers.delete(ID),
    "ListCustomerGroups": lambda api: api.customer_groups.list(),
    "CreateCustomerGroup": lambda api: api.customer_groups.create(name="Trade"),
    "GetCustomerGroupById": lambda api: api.customer_groups.get(ID),
    "UpdateCustomerGroup": lambda api: api.customer_groups.rename(ID, name="Retail"),
    "GetCustomerGroupCustomers": lambda api: drain(api.customer_groups.customer_pages(ID)),
    "AddCustomersToCustomerGroup": lambda api: api.customer_groups.add_customers(ID, [ID]),
    "DeleteCustomersFromCustomerGroup": lambda api: api.customer_groups.remove_customers(ID, [ID]),
    "listOutletProductTaxes": lambda api: drain(api.outlets.tax_pages(outlet_id=ID)),
    "ListPaymentTypes": lambda api: api.payment_types.list(),
    "ListPriceBookProducts": lambda api: drain(api.price_books.row_pages()),
    "ListPriceBooks": lambda api: drain(api.price_books.pages()),
    "GetPriceBookbyID": lambda api: api.price_books.get(ID),
    "GetPriceBookProductsForPriceBook": lambda api: api.price_books.rows(ID, product_ids=[ID, ID]),
    "CreatePriceBook": lambda api: api.price_books.create(BOOK),
    "UpdatePriceBook": lambda api: api.price_books.update(ID, BOOK),
    "AddPriceBookProducts": lambda api: drain(api.price_books.add_rows(ID, [ROW])),
    "UpdatePriceBookProductsWithPutOp": lambda api: drain(api.price_books.replace_rows(ID, [ROW])),
    "UpdatePriceBookProducts": lambda api: drain(api.price_books.change_rows(ID, [ROW])),
    "DeletePriceBookProducts": lambda api: drain(api.price_books.delete_rows(ID, [ID])),
    "GetProductImageDataByID": lambda api: api.product_images.get(ID),
    "SetImagePosition": lambda api: api.product_images.move(ID, position=Decimal(2)),
    "DeleteProductImageByID": lambda api: api.product_images.delete(ID),
    "ListProductTypes": lambda api: api.product_types.list(),
    "GetProductTypeByID": lambda api: api.product_types.get(ID),
    "ListProductCategories": lambda api: drain(
        api.categories.pages(parent=ID, include="children", page_size=50)
    ),
    "CreateUpdateProductCategories": lambda api: api.categories.save(
        [
            CategoryDraft(name="Kitchen", payload_id="k"),
            CategoryDraft(name="Mugs", payload_id="m", payload_parent_category_id="k"),
        ]
    ),
    "DeleteProductCategories": lambda api: api.categories.delete([ID]),
    "ListVariantAttributes": lambda api: api.variant_attributes.list(deleted=True),
    "CreateVariantAttribute": lambda api: api.variant_attributes.create(name="Size"),
    "GetVariantAttributes": lambda api: api.variant_attributes.get(ID),
    "UpdateVariantAttribute": lambda api: api.variant_attributes.rename(ID, name="Colour"),
    "DeleteVariantAttribute": lambda api: api.variant_attributes.delete(ID),
    "ListRegisters": lambda api: api.registers.list(),
    "GetRegisterByID": lambda api: api.registers.get(ID),
    "OpenRegister": lambda api: api.registers.open(ID, at=NOW),
    "CloseRegister": lambda api: api.registers.close(
        ID, payments=[CountedPayment(payment_type_id=ID, total=Decimal("120.5"))]
    ),
    "RegisterPaymentsSummary": lambda api: api.reports.payment_summary(ID),
    "ListSales": lambda api: drain(api.sales.pages(after=3)),
    "GetSaleByID": lambda api: api.sales.get(ID),
    "initReturnSale": lambda api: api.sales.start_return(ID),
    "ListTags": lambda api: api.tags.list(),
    "CreateTag": lambda api: api.tags.create(name="summer"),
    "GetTagByID": lambda api: api.tags.get(ID),
    "UpdateTagByID": lambda api: api.tags.rename(ID, name="winter"),
    "DeleteTagByID": lambda api: api.tags.delete(ID),
    "ListTaxes": lambda api: api.taxes.list(),
    "GetUser": lambda api: api.users.me(),
    "ListUsers": lambda api: api.users.list(),
    "GetUsersById": lambda api: api.users.by_ids([ID]),
    "GetUserByID": lambda api: api.users.get(ID),
    "DeleteUserByID": lambda api: api.users.delete(ID),
    "DeleteSessionsByUserID": lambda api: api.users.end_sessions(ID),
    "GetSalesTotalsForUserByID": lambda api: api.reports.user_sale_totals(ID),
    "ListInventoryRecords": lambda api: drain(api.inventory.pages(after=3)),
    "GetInventoryByProductID": lambda api: drain(api.inventory.product_pages(ID)),
}

GONE = {
    "DeletePriceBook": "not in 2026-07",
    "DeleteCustomerGroup": "not in 2026-07",
    "GetFulfillmentsBySaleID": "2026-07 has fulfilments of their own",
    "FulfillSale": "2026-07 has fulfilments of their own",
    "GetPickListsBySaleID": "2026-07 has fulfilments of their own",
}
"""Operations that the client offers only as 2026-07 has them, or not at all."""

FOREIGN_FAMILIES = (
    "/security_events",
    "/channel",
    "/promo",
    "/discount",
    "/retailer",
    "/serialnumbers",
    "/shifts",
    "/quotes",
    "/service",
)
"""Families outside the list of operations that this client covers."""

ODD = {"CreateProduct": "its schema answers objects without content, its example ids"}
"""Operations whose 2.0 answer contradicts itself; the 2026-07 document checks them."""

SAME = {
    operation.name: DATED[operation.name]
    for operation in legacy().operations()
    if operation.name in DATED and operation.name not in {*LEFT_OUT, *ODD}
}
"""What both documents have is driven through the older one as well."""


def client(peer: ContractPeer) -> XSeries:
    return XSeries(
        base_url="https://example.retail.lightspeed.app/api/2.0",
        token=StaticToken("token"),
        budget=MemoryBudget(limit=350, clock=lambda: NOW),
        request_envelope="data",
        transport=httpx.MockTransport(peer),
        clock=lambda: NOW,
    )


@pytest.mark.parametrize("name", sorted({**SAME, **LEFT_OUT}))
async def test_request_and_answer_keep_the_contract(name: str) -> None:
    peer = ContractPeer(legacy(), items={"Search": "Product"})
    async with client(peer) as api:
        await {**SAME, **LEFT_OUT}[name](api)
    assert name in peer.asked


def test_no_operation_of_a_covered_family_is_left_out() -> None:
    covered = {
        operation.name
        for operation in legacy().operations()
        if not operation.template.startswith(FOREIGN_FAMILIES)
    }
    assert covered == {*SAME, *LEFT_OUT, *GONE, *ODD}


async def test_a_price_book_that_2_0_cannot_hold_is_not_sent() -> None:
    peer = ContractPeer(legacy())
    async with client(peer) as api:
        with pytest.raises(ValueError, match="one customer group"):
            await api.price_books.create(BOOK.model_copy(update={"outlet_ids": (ID, "other")}))
    assert peer.asked == []


async def test_what_a_version_does_not_have_says_so_before_anything_is_sent() -> None:
    peer = ContractPeer(legacy())
    draft = StockAdjustmentDraft(
        product_id=ID, outlet_id=ID, quantity=Decimal(1), reason="STOCK_FOUND"
    )
    async with client(peer) as api:
        with pytest.raises(NotOffered, match=r"2\.0 does not offer"):
            await api.stock_adjustments.create([draft])
        with pytest.raises(NotOffered, match="2026-04"):
            await api.purchase_orders.get(ID)
    assert peer.asked == []
