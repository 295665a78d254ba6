"""Every field that the documents describe is a typed field of the models that are read."""

from collections.abc import Mapping
from typing import Any

import pytest

from lsync.core.lightspeed.models import (
    consignments,
    fulfillments,
    inventory,
    labels,
    outlets,
    people,
    prices,
    products,
    purchase_orders,
    sales,
    suppliers,
    webhooks,
)
from lsync.core.lightspeed.models.entity import Entity
from lsync.core.lightspeed.readers import informing_fields, model
from tests.lightspeed.contract import Document, dated, legacy, selling

MODELS: list[tuple[Document, str, type[Entity]]] = [
    (dated(), "Consignment", consignments.Consignment),
    (dated(), "ConsignmentProduct", consignments.ConsignmentLine),
    (dated(), "Product", products.Product),
    (dated(), "Outlet", outlets.Outlet),
    (dated(), "Supplier", suppliers.Supplier),
    (dated(), "Inventory", inventory.InventoryRecord),
    (dated(), "InventoryLevel", inventory.InventoryLevel),
    (dated(), "StockAdjustment", inventory.StockAdjustment),
    (dated(), "CustomInventoryAdjustmentReason", inventory.AdjustmentReason),
    (dated(), "PurchaseOrder", purchase_orders.PurchaseOrder),
    (dated(), "PurchaseOrderLineItem", purchase_orders.PurchaseOrderLine),
    (dated(), "PurchaseOrderDelivery", purchase_orders.Delivery),
    (dated(), "PurchaseOrderDeliveryLineItem", purchase_orders.DeliveryLine),
    (dated(), "Webhook", webhooks.Webhook),
    (selling(), "Fulfillment" + "SummaryItem", fulfillments.Fulfillment),
    (selling(), "FulfillmentHistoryEntry", fulfillments.FulfillmentEvent),
    (selling(), "CustomerAddress", people.Address),
    (selling(), "Tax", prices.Tax),
    (selling(), "TaxRate", prices.TaxRate),
    (selling(), "PriceBook", prices.PriceBook),
    (selling(), "ButtonLayout", outlets.ButtonLayout),
    (legacy(), "PriceBookProduct", prices.PriceBookRow),
    (legacy(), "Register", outlets.Register),
    (legacy(), "RegisterPaymentsSummary", outlets.PaymentsSummary),
    (legacy(), "PaymentType", prices.PaymentType),
    (legacy(), "Customer", people.Customer),
    (legacy(), "CustomerGroup", people.CustomerGroup),
    (legacy(), "User", people.User),
    (legacy(), "Brand", labels.Brand),
    (legacy(), "Tag", labels.Tag),
    (legacy(), "ProductType", labels.ProductType),
    (legacy(), "ProductCategory", labels.Category),
    (selling(), "Sale", sales.Sale),
    (selling(), "SaleResponseLineItem", sales.SaleLine),
    (selling(), "SaleResponsePayment", sales.SalePayment),
]

KEPT_AS_EXTRA = {
    ("Product", "outlet_taxes"): "an object that the document does not describe",
    ("Product", "composite_bom"): "an object that the document does not describe",
    ("Product", "customizations"): "an object that the document does not describe",
    **{
        ("Sale", name): "e-commerce and partners' data without a description"
        for name in ("adjustments", "ecom_custom_charges", "external_applications")
    },
    **{
        ("SaleResponseLineItem", name): "e-commerce and partners' data without a description"
        for name in ("customizations", "source", "surcharges")
    },
    **{
        ("SaleResponsePayment", name): "e-commerce and partners' data without a description"
        for name in ("_metadata", "external_applications", "external_attributes", "surcharge")
    },
}
"""Documented fields that are read as they are."""


def described(document: Document, schema: Mapping[str, Any]) -> set[str]:
    """The names of a schema's properties."""
    found = document.resolve(schema)
    parts = [described(document, part) for part in found.get("allOf", ())]
    return set(found.get("properties", {})).union(*parts)


def known(kind: type[Entity]) -> set[str]:
    """The names of a model's fields, on the wire and in Python."""
    fields = kind.model_fields
    return {*fields, *(str(it.alias or it.validation_alias) for it in fields.values())}


@pytest.mark.parametrize(
    ("document", "schema", "kind"), MODELS, ids=lambda it: it if isinstance(it, str) else ""
)
def test_what_is_described_is_typed(document: Document, schema: str, kind: type[Entity]) -> None:
    wanted = described(document, {"$ref": f"#/components/schemas/{schema}"})
    if kind is outlets.ButtonLayout:
        wanted.discard("deletedAt")  # read under either spelling
    extra = {name for of, name in KEPT_AS_EXTRA if of == schema}
    assert wanted - known(kind) == extra


PRODUCT: dict[str, Any] = {"id": "p-1", "version": 7}


@pytest.mark.parametrize("name", sorted(str(it) for it in informing_fields(products.Product)))
@pytest.mark.parametrize("odd", [{"a": []}, [[]], [{"id": {}}]])
def test_what_only_informs_never_hides_a_product(name: str, odd: Any) -> None:
    found = model(products.Product, {**PRODUCT, name: odd})
    assert (found.id, found.version) == ("p-1", 7)


def test_what_informs_is_typed_where_it_fits() -> None:
    found = model(
        products.Product,
        {**PRODUCT, "weight": 3, "images": [{"id": "i", "url": "u"}], "tag_ids": None},
    )
    assert found.weight == 3
    assert found.images[0].url == "u"
    assert found.tag_ids == ()
