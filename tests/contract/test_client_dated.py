"""Every operation of the 2026-07 document, driven by the client and validated both ways."""

from collections.abc import AsyncIterator, Awaitable, Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from openapi_core.validation.request.exceptions import InvalidRequestBody

from lsync.core.lightspeed import (
    ConsignmentChange,
    ConsignmentDraft,
    LineDraft,
    MemoryBudget,
    StaticToken,
    SupplierDraft,
    XSeries,
)
from lsync.core.lightspeed.models.inventory import (
    AdjustmentReasonChange,
    AdjustmentReasonDraft,
    FixedReorderPoint,
    LevelsFilter,
    MinMaxReorderPoint,
    StockAdjustmentDraft,
)
from lsync.core.lightspeed.models.product_drafts import (
    CommonChange,
    Component,
    DetailsChange,
    OutletTaxChoice,
    ProductChange,
    ProductCode,
    ProductDraft,
    StartingStock,
    SupplierPrice,
    VariantDefinition,
    VariantDraft,
)
from lsync.core.lightspeed.requests import Envelope
from tests.lightspeed.conftest import NOW
from tests.lightspeed.contract import EXAMPLE_ID as ID
from tests.lightspeed.contract import ContractPeer, dated

ONE = Decimal(1)
PRICE = Decimal("4.25")


async def drain(pages: AsyncIterator[Any]) -> list[Any]:
    return [page async for page in pages]


CONSIGNMENT = ConsignmentDraft(
    name="PO-1001",
    outlet_id=ID,
    supplier_id=ID,
    source_outlet_id=ID,
    reference="PO-1001",
    supplier_invoice="INV-1",
    due_at=NOW,
)
LINE = LineDraft(product_id=ID, count=Decimal("10.5"), cost=PRICE)
STOCK = StartingStock(outlet_id=ID, current_amount=ONE, reorder_point=ONE, reorder_amount=ONE)
TAX = OutletTaxChoice(outlet_id=ID, tax_id=ID)
PRODUCT = ProductDraft(
    name="Mug",
    sku="MUG-1",
    description="A mug",
    is_active=True,
    price_excluding_tax=PRICE,
    supply_price=ONE,
    supplier_id=ID,
    supplier_code="M1",
    product_codes=(ProductCode(code="4006381333931", type="EAN", id=ID),),
    product_category_id=ID,
    brand_id=ID,
    tag_ids=(ID,),
    loyalty_amount=ONE,
    inventory=(STOCK,),
    outlet_taxes=(TAX,),
    composite=(Component(product_id=ID, quantity=ONE),),
    variants=(
        VariantDraft(
            variant_definitions=(VariantDefinition(attribute_id=ID, value="M"),),
            sku="MUG-1-M",
            price_including_tax=PRICE,
            supply_price=ONE,
            inventory=(STOCK,),
            outlet_taxes=(TAX,),
        ),
    ),
)
CHANGE = ProductChange(
    common=CommonChange(
        name="Cup",
        brand_id=ID,
        tag_ids=(ID,),
        track_inventory=True,
        product_suppliers=(SupplierPrice(supplier_id=ID, price=Decimal(-1), code="M1"),),
    ),
    details=DetailsChange(
        is_active=False,
        price_including_tax=PRICE,
        product_codes=(ProductCode(code="4006381333931", type="EAN"),),
        inventory=(STOCK,),
        outlet_taxes=(TAX,),
        composite_components=(Component(product_id=ID, quantity=ONE),),
    ),
)
ADJUSTMENT = StockAdjustmentDraft(
    product_id=ID,
    outlet_id=ID,
    quantity=Decimal("-2.5"),
    reason="CUSTOM",
    custom_inventory_adjustment_reason_id=ID,
)
POINTS = (
    FixedReorderPoint(product_id=ID, outlet_id=ID, reorder_point=ONE, reorder_amount=PRICE),
    MinMaxReorderPoint(product_id=ID, outlet_id=ID, reorder_point=ONE, reorder_target=PRICE),
)
LEVELS = LevelsFilter(product_ids=(ID,), location_ids=(ID,), include_inactive=True)

OPERATIONS: dict[str, Callable[[XSeries], Awaitable[Any]]] = {
    "GetConsignments": lambda api: drain(
        api.consignments.pages(
            type="SUPPLIER", status="OPEN", outlet_id=ID, after=3, before=9, page_size=100
        )
    ),
    "CreateConsignment": lambda api: api.consignments.create(CONSIGNMENT),
    "GetConsignmentByID": lambda api: api.consignments.get(ID),
    "UpdateConsignmentByID": lambda api: api.consignments.update(
        ID, ConsignmentChange(due_at=None, supplier_invoice="INV-2")
    ),
    "DeleteConsignmentByID": lambda api: api.consignments.delete(ID),
    "ListConsignmentTotals": lambda api: api.consignments.totals(ID),
    "CreateOrUpdateConsignmentProducts": lambda api: api.consignments.add_lines_bulk(ID, [LINE]),
    "ListProductsByConsignmentID": lambda api: api.consignments.lines(ID, expect=1),
    "CreateConsignmentProduct": lambda api: api.consignments.add_line(ID, LINE),
    "UpdateProductInConsignment": lambda api: api.consignments.set_line(
        ID, ID, count=ONE, cost=PRICE
    ),
    "DeleteProductFromConsignment": lambda api: api.consignments.delete_line(ID, ID),
    "get-webhooks": lambda api: api.webhooks.list(),
    "post-webhooks": lambda api: api.webhooks.create(
        type="consignment.receive", url="https://hooks.example.com/lightspeed"
    ),
    "get-webhooks-id": lambda api: api.webhooks.get(ID),
    "put-webhooks-id": lambda api: api.webhooks.update(
        ID, type="sale.update", url="https://hooks.example.com/lightspeed", active=False
    ),
    "delete-webhooks-webhookId": lambda api: api.webhooks.delete(ID),
    "ListCustomInventoryAdjustmentReasons": lambda api: api.adjustment_reasons.list(),
    "CreateCustomInventoryAdjustmentReason": lambda api: api.adjustment_reasons.create(
        AdjustmentReasonDraft(name="Window display", type="NEGATIVE")
    ),
    "UpdateCustomInventoryAdjustmentReason": lambda api: api.adjustment_reasons.update(
        ID, AdjustmentReasonChange(enabled=False)
    ),
    "ListInventoryRecords": lambda api: drain(api.inventory.pages(after=3)),
    "SetReorderPoints": lambda api: api.inventory.set_reorder_points(POINTS),
    "ListProductInventoryRecords": lambda api: drain(
        api.inventory.product_pages(ID, variants=True, include_deleted=True)
    ),
    "ListInventoryLevels": lambda api: drain(api.inventory.level_pages(LEVELS)),
    "ListProductInventoryLevels": lambda api: api.inventory.product_levels(
        ID, include_inactive=True
    ),
    "ListStockAdjustments": lambda api: drain(
        api.stock_adjustments.pages(before=9, page_size=1000)
    ),
    "CreateStockAdjustments": lambda api: api.stock_adjustments.create([ADJUSTMENT]),
    "ListSuppliers": lambda api: api.suppliers.list(),
    "CreateSupplier": lambda api: api.suppliers.create(SupplierDraft(name="Example Supplies")),
    "GetSupplierByID": lambda api: api.suppliers.get(ID),
    "UpdateSupplierByID": lambda api: api.suppliers.update(
        ID, SupplierDraft(name="Example Supplies", contact={"email": "orders@example.com"})
    ),
    "DeleteSupplierById": lambda api: api.suppliers.delete(ID),
    "ListOutlets": lambda api: drain(api.outlets.pages(deleted=True)),
    "GetOutletByID": lambda api: api.outlets.get(ID),
    "Search": lambda api: api.products.by_skus(["MUG-1"]),
    "ListProducts": lambda api: drain(
        api.products.pages(
            after=3,
            page_size=200,
            deleted=True,
            name="Mug",
            include_images=True,
            includes=["family"],
        )
    ),
    "CreateProduct": lambda api: api.products.create(PRODUCT),
    "GetProductByID": lambda api: api.products.get(ID),
    "UpdateProduct": lambda api: api.products.update(ID, CHANGE),
    "DeleteProduct": lambda api: api.products.delete(ID),
    "DeleteProductFamily": lambda api: api.products.delete_family(ID),
    "UploadImage": lambda api: api.products.upload_image(ID, b"\x89PNG"),
    "GetPriceBooksForProduct": lambda api: api.products.price_book_rows(ID),
    "ListPurchaseOrders": lambda api: drain(api.purchase_orders.pages(page_size=1000)),
    "GetPurchaseOrderByID": lambda api: api.purchase_orders.get(ID),
    "ListPurchaseOrderLineItems": lambda api: drain(api.purchase_orders.line_pages(ID)),
    "ListPurchaseOrderDeliveries": lambda api: drain(api.purchase_orders.delivery_pages(ID)),
    "ListPurchaseOrderDeliveryLineItems": lambda api: drain(
        api.purchase_orders.delivery_line_pages(ID, ID)
    ),
}


def client(peer: ContractPeer, *, request_envelope: Envelope = "data") -> XSeries:
    return XSeries(
        base_url="https://example.retail.lightspeed.app/api/2026-07",
        token=StaticToken("token"),
        budget=MemoryBudget(limit=350, clock=lambda: NOW),
        request_envelope=request_envelope,
        transport=httpx.MockTransport(peer),
        clock=lambda: NOW,
    )


@pytest.mark.parametrize("name", sorted(OPERATIONS))
async def test_request_and_answer_keep_the_contract(name: str) -> None:
    peer = ContractPeer(dated(), items={"Search": "Product"})
    async with client(peer) as api:
        await OPERATIONS[name](api)
    assert name in peer.asked


def test_no_operation_of_the_document_is_left_out() -> None:
    assert {operation.name for operation in dated().operations()} == OPERATIONS.keys()


async def test_the_validator_notices_the_bare_envelope() -> None:
    """The tutorials send consignments bare, the schema wants `data`: bare is a known deviation."""
    async with client(ContractPeer(dated()), request_envelope="bare") as api:
        with pytest.raises(InvalidRequestBody):
            await api.consignments.create(CONSIGNMENT)
