"""Selling as 2026-07 has it, and every other family over a client of that version.

The operations are those of the two 2026-07 documents and of the 2.0 document where both versions
are alike.
"""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

from lsync.core.lightspeed import XSeries
from lsync.core.lightspeed.models.fulfillments import (
    LineProgress,
)
from lsync.core.lightspeed.models.people import AddressDraft
from lsync.core.lightspeed.models.prices import PriceBookDraft, TaxDraft
from lsync.core.lightspeed.models.sale_drafts import (
    FulfillmentDetail,
    PaymentSource,
    PaymentTypeReference,
    ProductReference,
    SaleDraft,
    SaleLineAttribute,
    SaleLineDraft,
    SaleLineMetadata,
    SaleLinePricing,
    SaleLineSource,
    SaleLineTax,
    SalePaymentDraft,
    SaleSource,
)
from tests.contract.test_client_dated import OPERATIONS as STOCK
from tests.contract.test_client_dated import client, drain
from tests.contract.test_client_legacy import GONE
from tests.contract.test_client_legacy import LEFT_OUT as LEGACY
from tests.contract.test_client_legacy import ODD as ODD_IN_LEGACY
from tests.contract.test_client_legacy import SAME as IN_BOTH
from tests.lightspeed.contract import EXAMPLE_ID as ID
from tests.lightspeed.contract import ContractPeer, dated, legacy, selling

ONE = Decimal(1)
SALE = SaleDraft(
    id=ID,
    source=SaleSource(author_id=ID, register_id=ID, id="web-17", type="example"),
    state="pending",
    customer_id=ID,
    date="2026-11-23T10:00:00Z",
    invoice_number="MR-17",
    note="A note",
    short_code="abcdef",
    attributes=("onaccount",),
    fulfillment_outlet_id=ID,
    fulfillment_details=(FulfillmentDetail(type="PICKUP", note="At noon"),),
    line_items=(
        SaleLineDraft(
            id=ID,
            product=ProductReference(id=ID),
            quantity=Decimal("1.5"),
            pricing=SaleLinePricing(price=ONE, discount=ONE, cost=ONE, loyalty_amount=ONE),
            tax=SaleLineTax(id=ID, amount=Decimal("0.15")),
            status="CONFIRMED",
            metadata=SaleLineMetadata(fulfillment_method="PICKUP", sequence=1),
            attributes=(SaleLineAttribute(name="line_note", value="Gift"),),
            source=SaleLineSource(author_id=ID, register_id=ID),
        ),
    ),
    payments=(
        SalePaymentDraft(
            id=ID,
            amount=Decimal("1.73"),
            type=PaymentTypeReference(config_id=ID),
            date="2026-11-23T10:00:00Z",
            source=PaymentSource(register_id=ID),
        ),
    ),
)
ADDRESS = AddressDraft(
    type="BILLING",
    address_line_1="1 Example Street",
    city="Auckland",
    postcode="1010",
    country_code="NZ",
    suburb="Downtown",
)
BOOK = PriceBookDraft(
    name="Trade", customer_group_ids=(ID,), outlet_ids=(ID,), restrict_to_platform="1"
)
PROGRESS = [LineProgress(sale_line_item_id=ID, quantity=ONE)]

SELLING: dict[str, Callable[[XSeries], Awaitable[Any]]] = {
    "ListSales": lambda api: drain(api.sales.pages(after=3, page_size=50)),
    "CreateSale": lambda api: api.sales.create(SALE),
    "GetSaleByID": lambda api: api.sales.get(ID),
    "UpdateSale": lambda api: api.sales.update(ID, SALE),
    "initReturnSale": lambda api: api.sales.start_return(ID),
    "getFulfillmentSummary": lambda api: drain(
        api.fulfillments.pages(
            outlet_ids=[ID, ID], sale_ids=[ID], types=["PICKUP"], states=["OPEN", "STARTED"]
        )
    ),
    "postFulfillSale": lambda api: api.fulfillments.fulfill_sale(ID),
    "postFulfillLineItems": lambda api: api.fulfillments.fulfill(ID, version=3, lines=PROGRESS),
    "postPickLineItems": lambda api: api.fulfillments.pick(ID, version=3, lines=PROGRESS),
    "postPackLineItems": lambda api: api.fulfillments.pack(ID, version=3, lines=PROGRESS),
    "getFulfillmentHistory": lambda api: drain(api.fulfillments.history(ID)),
    "ListCustomerAddresses": lambda api: api.customers.addresses(ID),
    "CreateCustomerAddress": lambda api: api.customers.add_address(ID, ADDRESS),
    "GetCustomerAddress": lambda api: api.customers.address(ID, 7),
    "UpdateCustomerAddress": lambda api: api.customers.update_address(ID, 7, ADDRESS),
    "DeleteCustomerAddress": lambda api: api.customers.delete_address(ID, 7),
    "ListTaxes": lambda api: api.taxes.list(),
    "CreateTax": lambda api: api.taxes.create(TaxDraft(name="GST", rate=Decimal("0.15"))),
    "GetTaxByID": lambda api: api.taxes.get(ID),
    "ListPriceBooksV3": lambda api: drain(api.price_books.pages(deleted=True)),
    "CreatePriceBookV3": lambda api: api.price_books.create(BOOK),
    "GetPriceBookByIDV3": lambda api: api.price_books.get(ID),
    "UpdatePriceBookV3": lambda api: api.price_books.update(ID, BOOK),
    "ListButtonLayouts": lambda api: drain(api.button_layouts.pages(deleted=True)),
    "GetButtonLayoutById": lambda api: api.button_layouts.get(ID),
}

OTHERWISE_IN_2_0 = {
    "GetPriceBookbyID": "GetPriceBookByIDV3",
    "ListPriceBooks": "ListPriceBooksV3",
    "CreatePriceBook": "CreatePriceBookV3",
    "UpdatePriceBook": "UpdatePriceBookV3",
    "GetInventoryByProductID": "ListProductInventoryRecords",
    "ListInventoryRecords": "ListInventoryRecords",
}
"""2.0 operations that 2026-07 calls or places otherwise."""

ALIKE = {
    name: doing
    for name, doing in LEGACY.items()
    if name not in {*SELLING, *STOCK, *OTHERWISE_IN_2_0}
}
"""Families without a 2026-07 document that `endpoints.md` lists the same for both versions."""


@pytest.mark.parametrize("name", sorted(SELLING))
async def test_selling_keeps_the_contract(name: str) -> None:
    peer = ContractPeer(selling(), items={})
    async with client(peer) as api:
        await SELLING[name](api)
    assert name in peer.asked


@pytest.mark.parametrize("name", sorted(ALIKE))
async def test_what_both_versions_have_alike_keeps_the_contract(name: str) -> None:
    peer = ContractPeer(legacy())
    async with client(peer) as api:
        await ALIKE[name](api)
    assert name in peer.asked


def test_no_operation_of_2026_07_is_left_out() -> None:
    """Each is in one of the two documents, or is one that 2.0 has and 2026-07 kept as it was."""
    assert {operation.name for operation in selling().operations()} == SELLING.keys()
    assert {operation.name for operation in dated().operations()} == STOCK.keys()
    in_legacy = {*LEGACY, *IN_BOTH, *ODD_IN_LEGACY, *GONE}
    left = in_legacy - {*STOCK, *SELLING, *ALIKE, *OTHERWISE_IN_2_0, *GONE}
    assert left == set()
