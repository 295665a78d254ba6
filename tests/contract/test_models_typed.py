"""Every field that the documents describe is a typed field of the models that are read."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, get_args

import pytest
from pydantic import AliasChoices, AliasPath
from pydantic.fields import FieldInfo

from lsync.core.lightspeed import oauth
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
    (dated(), "InventoryCountItem", consignments.CountedLine),
    (dated(), "ConsignmentTotalsResponse.data", consignments.ConsignmentTotals),
    (dated(), "Product", products.Product),
    (dated(), "Outlet", outlets.Outlet),
    (dated(), "Supplier", suppliers.Supplier),
    (dated(), "Inventory", inventory.InventoryRecord),
    (dated(), "InventoryLevel", inventory.InventoryLevel),
    (dated(), "ReorderPointEntry", inventory.ReorderPoint),
    (dated(), "StockAdjustment", inventory.StockAdjustment),
    (dated(), "CustomInventoryAdjustmentReason", inventory.AdjustmentReason),
    (dated(), "PurchaseOrder", purchase_orders.PurchaseOrder),
    (dated(), "PurchaseOrderLineItem", purchase_orders.PurchaseOrderLine),
    (dated(), "PurchaseOrderDelivery", purchase_orders.Delivery),
    (dated(), "PurchaseOrderDeliveryLineItem", purchase_orders.DeliveryLine),
    (dated(), "Webhook", webhooks.Webhook),
    (selling(), "FulfillmentSummaryItem", fulfillments.Fulfillment),
    (selling(), "FulfillmentVersion", fulfillments.FulfillmentVersion),
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
    (legacy(), "POST /product_categories/bulk", labels.SavedCategory),
    (legacy(), "VariantAttributeResponse", labels.VariantAttribute),
    (legacy(), "Image", labels.Image),
    (legacy(), "OutletTax", prices.OutletTax),
    (legacy(), "UserSaleTotalCollection", people.SaleTotals),
    (selling(), "Sale", sales.Sale),
    (selling(), "SaleResponseLineItem", sales.SaleLine),
    (selling(), "SaleResponsePayment", sales.SalePayment),
]

NOT_DESCRIBED = {oauth._TokenAnswer: "the token endpoint is in none of the documents"}
"""Models that are read and have no schema to be held to."""

LABEL = "of a label, only what names it: the label's own family has the rest"
PARTNERS = "e-commerce and partners' data without a description"

KEPT_AS_EXTRA = {
    **dict.fromkeys(
        (("Product", name) for name in ("outlet_taxes", "composite_bom", "customizations")),
        "an object that the document does not describe",
    ),
    **dict.fromkeys(
        (
            (f"Product.{place}", name)
            for place, names in {
                "brand": ("deleted_at", "version"),
                "categories": ("deleted_at", "version"),
                "supplier": ("deleted_at",),
                "type": ("deleted_at", "version", "leaf_category", "category_path"),
                "images": ("version",),
                "skuImages": ("version",),
            }.items()
            for name in names
        ),
        LABEL,
    ),
    **dict.fromkeys(
        (
            ("Sale", name)
            for name in ("adjustments", "ecom_custom_charges", "external_applications")
        ),
        PARTNERS,
    ),
    ("Sale._metadata", "has_unsynced_on_account_payments"): "bookkeeping of the till itself",
    **dict.fromkeys(
        (
            (place, name)
            for place in ("SaleResponseLineItem", "Sale.line_items")
            for name in ("customizations", "source", "surcharges")
        ),
        PARTNERS,
    ),
    **dict.fromkeys(
        (
            (place, name)
            for place in ("SaleResponsePayment", "Sale.payments")
            for name in ("_metadata", "external_applications", "external_attributes", "surcharge")
        ),
        PARTNERS,
    ),
}
"""Documented fields that are read as they are, each with the reason."""


class Reading(NamedTuple):
    """A model that is read somewhere: where, what the document says of it, and the model."""

    document: Document
    place: str
    schema: Mapping[str, Any]
    kind: type[Entity]


def found_at(document: Document, place: str) -> Mapping[str, Any]:
    """The schema of that name, inside it after a dot; or what an operation answers with."""
    if " " in place:
        return answered_by(document, place)
    name, *inside = place.split(".")
    schema = one_of(document, {"$ref": f"#/components/schemas/{name}"})
    for step in inside:
        schema = one_of(document, described(document, schema)[step])
    return schema


def answered_by(document: Document, place: str) -> Mapping[str, Any]:
    method, template = place.lower().split(" ")
    (operation,) = [
        each for each in document.operations() if (each.method, each.template) == (method, template)
    ]
    answers = operation.content["responses"]
    answer = answers["200"]["content"]["application/json"]["schema"]
    return one_of(document, described(document, answer)["data"])


def one_of(document: Document, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of one item, where there are several."""
    found = document.resolve(schema)
    return one_of(document, found["items"]) if found.get("type") == "array" else found


def described(document: Document, schema: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """A schema's properties."""
    found = document.resolve(schema)
    parts = [described(document, part) for part in found.get("allOf", ())]
    return {name: it for part in (*parts, found.get("properties", {})) for name, it in part.items()}


def known(kind: type[Entity]) -> dict[str, FieldInfo]:
    """A model's fields, under their names on the wire and in Python."""
    return {
        name: field
        for python, field in kind.model_fields.items()
        for name in (python, *spellings(field.alias), *spellings(field.validation_alias))
    }


def spellings(alias: str | AliasPath | AliasChoices | None) -> list[str]:
    if isinstance(alias, AliasChoices):
        return [str(choice) for choice in alias.choices]
    return [] if alias is None else [str(alias)]


def entities_in(annotation: Any) -> set[type[Entity]]:
    """The models that a field's type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, Entity):
        return {annotation}
    return {found for part in get_args(annotation) for found in entities_in(part)}


def readings_inside(reading: Reading) -> Iterator[Reading]:
    """A model and the models of its fields, as far as the document describes them."""
    if not (wanted := described(reading.document, reading.schema)):
        return
    yield reading
    fields = known(reading.kind)
    for name in sorted(wanted.keys() & fields.keys()):
        inner = one_of(reading.document, wanted[name])
        for kind in entities_in(fields[name].annotation):
            place = f"{reading.place}.{name}"
            yield from readings_inside(Reading(reading.document, place, inner, kind))


READINGS = [
    found
    for document, place, kind in MODELS
    for found in readings_inside(Reading(document, place, found_at(document, place), kind))
]


@pytest.mark.parametrize("reading", READINGS, ids=lambda it: f"{it.place}-{it.kind.__name__}")
def test_what_is_described_is_typed(reading: Reading) -> None:
    wanted = described(reading.document, reading.schema).keys()
    extra = {name for place, name in KEPT_AS_EXTRA if place == reading.place}
    assert wanted - known(reading.kind).keys() == extra


def test_no_model_that_is_read_is_left_out() -> None:
    held = {reading.kind for reading in READINGS}
    assert every(Entity) - held == NOT_DESCRIBED.keys()


def every(kind: type[Entity]) -> set[type[Entity]]:
    """All models of the client below one."""
    ours = {it for it in kind.__subclasses__() if it.__module__.startswith("lsync.core.lightspeed")}
    return ours.union(*(every(it) for it in ours))


def test_nothing_is_exempted_that_is_not_there() -> None:
    there = {
        (reading.place, name)
        for reading in READINGS
        for name in described(reading.document, reading.schema)
    }
    assert KEPT_AS_EXTRA.keys() <= there


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
