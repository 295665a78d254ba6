"""Creating, changing and deleting products: fields, suppliers, stock, families. No HTTP."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from lsync.simulator import shape
from lsync.simulator.catalogue import PRODUCT_DEFAULTS, TAX_RATE
from lsync.simulator.entities import Kind, Record
from lsync.simulator.records import add_record, change_record, delete_record, living_record
from lsync.simulator.refusal import Refusal
from lsync.simulator.stock import set_stock
from lsync.simulator.world import World

_SIZES: Final = {
    **dict.fromkeys(("weight", "length", "width", "height"), shape.number),
    "weight_unit": shape.one_of("CT", "G", "OZ", "LB", "KG"),
    "dimensions_unit": shape.one_of("IN", "CM", "MM", "YD"),
}
_OWN: Final[shape.Shape] = {
    **_SIZES,
    "sku": shape.required_text,
    "supply_price": shape.number,
    "supplier_code": shape.plain_text,
    "product_codes": shape.objects,
    "outlet_taxes": shape.objects,
}
_REFERENCES: Final[Mapping[str, Kind]] = {
    "brand_id": "brand",
    "supplier_id": "supplier",
    "product_type_id": "product_type",
    "product_category_id": "product_category",
}
_CREATED: Final[shape.Shape] = {
    **_OWN,
    "name": shape.required_text,
    "description": shape.text,
    "handle": shape.plain_text,
    "brand_id": shape.text,
    "supplier_id": shape.text,
    "product_type_id": shape.text,
    "product_category_id": shape.text,
    "tag_ids": shape.texts,
    "is_active": shape.flag,
    "loyalty_amount": shape.optional_number,
    "account_code_purchase": shape.text,
    "source": shape.plain_text,
    "source_id": shape.text,
    "source_variant_id": shape.text,
}
_COMMON: Final[shape.Shape] = {
    "name": shape.required_text,
    "description": shape.text,
    "brand_id": shape.text,
    "product_category_id": shape.text,
    "tag_ids": shape.texts,
    "track_inventory": shape.flag,
    "account_code_purchase": shape.text,
}
_DETAILS: Final[shape.Shape] = {
    **_SIZES,
    "is_active": shape.flag,
    "loyalty_amount": shape.optional_number,
    "product_codes": shape.objects,
    "outlet_taxes": shape.objects,
}


def create_product(world: World, body: Mapping[str, Any]) -> list[Record]:
    """One product, or a parent with its variants; refuses with 422 before anything is made."""
    common = _created_fields(world, body)
    variants = shape.objects(body.get("variants"), "variants")
    plans = [(body, common)]
    if variants:
        plans = [(item, {**common, **shape.read_fields(item, _OWN)}) for item in variants]
    skus = [str(fields["sku"]) for _, fields in plans if "sku" in fields]
    if len(set(skus)) < len(skus) or any(world.products_with_sku(sku) for sku in skus):
        raise Refusal(422, "the sku is taken")
    stocks = [read_stock(world, item) for item, _ in plans]
    made = [_make(world, item, fields) for item, fields in plans]
    for product, stock in zip(made, stocks, strict=True):
        apply_stock(world, product, stock)
    if variants:
        _join_family(world, made)
    return made


def change_product(world: World, product: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    """Apply `common` to the whole family and `details` to the product; returns what changed."""
    common = shape.one_object(body.get("common", {}), "common")
    details = shape.one_object(body.get("details", {}), "details")
    for_family = _common_fields(world, common)
    own = {**shape.read_fields(details, _DETAILS), **_prices(details)}
    if "is_active" in own:
        own["active"] = own["is_active"]
    stock = read_stock(world, details)
    suppliers = [*_supplier_prices(world, common), *_supplier_prices(world, details)]
    for member in family_of(world, product):
        change_record(world, "product", member, for_family)
    if suppliers:
        own["product_suppliers"] = _with_suppliers(world, product, suppliers)
    _, effect = change_record(world, "product", product, own)
    apply_stock(world, product, stock)
    return effect.changes


def family_of(world: World, product: Record) -> list[Record]:
    """The living products of the same family, the product itself among them."""
    family_id = product.value("family_id")
    return [
        row
        for row in world.products
        if row.deleted_at is None and row.value("family_id") == family_id
    ]


def delete_family(world: World, product: Record) -> list[str]:
    """Delete a product and all its variants."""
    members = family_of(world, product)
    for member in members:
        delete_record(world, "product", member)
    return [member.id for member in members]


def read_stock(world: World, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The stock entries of a product body: amount and reorder values by outlet."""
    entries = shape.objects(body.get("inventory"), "inventory")
    numbers = ("current_amount", "reorder_point", "reorder_amount")
    given = [
        shape.read_fields(
            entry,
            {"outlet_id": shape.required_text, **dict.fromkeys(numbers, shape.optional_number)},
            required=("outlet_id",),
        )
        for entry in entries
    ]
    for entry in given:
        living_record(world, "outlet", entry["outlet_id"])
    return given


def apply_stock(world: World, product: Record, entries: list[dict[str, Any]]) -> None:
    """Set what outlets hold of a product and when they reorder it."""
    for entry in entries:
        set_stock(
            world,
            product.id,
            entry["outlet_id"],
            level=_decimal(entry.get("current_amount")),
            reorder_point=_decimal(entry.get("reorder_point")),
            reorder_amount=_decimal(entry.get("reorder_amount")),
        )


def _decimal(amount: float | None) -> Decimal | None:
    return None if amount is None else Decimal(str(amount))


def _created_fields(world: World, body: Mapping[str, Any]) -> dict[str, Any]:
    fields = _referring(world, shape.read_fields(body, _CREATED, required=("name",)))
    components = shape.objects(body.get("composite"), "composite")
    for component in components:
        living_record(world, "product", str(component.get("product_id")))
    active = fields.get("is_active", True)
    return {
        "variant_name": fields["name"],
        "handle": fields["name"].lower().replace(" ", "-"),
        "supply_price": 0.0,
        "price_excluding_tax": 0.0,
        "price_including_tax": 0.0,
        **fields,
        **_prices(body),
        "active": active,
        "is_active": active,
        "is_composite": bool(components),
        "has_inventory": not components,
    }


def _referring(world: World, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, where every reference names something or is null; an empty text is null."""
    checked = dict(fields)
    for field, kind in _REFERENCES.items():
        if field in checked:
            checked[field] = checked[field] or None
            _check_there(world, kind, field, checked[field])
    for tag in checked.get("tag_ids", ()):
        _check_there(world, "tag", "tag_ids", tag)
    return checked


def _check_there(world: World, kind: Kind, field: str, key: str | None) -> None:
    row = None if key is None else world.records[kind].get(key)
    if key is not None and (row is None or row.deleted_at is not None):
        raise Refusal(422, f"{field} {key} does not exist")


def _prices(body: Mapping[str, Any]) -> dict[str, float]:
    """Both prices from the one that is given."""
    factor = float(1 + TAX_RATE)
    if body.get("price_excluding_tax") is not None:
        price = shape.number(body["price_excluding_tax"], "price_excluding_tax")
        return {"price_excluding_tax": price, "price_including_tax": price * factor}
    if body.get("price_including_tax") is not None:
        price = shape.number(body["price_including_tax"], "price_including_tax")
        return {"price_excluding_tax": price / factor, "price_including_tax": price}
    return {}


def _make(world: World, body: Mapping[str, Any], fields: dict[str, Any]) -> Record:
    key = world.ids.new("product")
    sku = fields.get("sku") or str(world.next_version())
    own = {**fields, **_prices(body), "sku": sku, "family_id": key}
    product, _ = add_record(world, "product", own, key=key, defaults=PRODUCT_DEFAULTS)
    if own.get("supplier_id"):
        price = {"supplier_id": own["supplier_id"], "price": own["supply_price"]}
        code = own.get("supplier_code")
        suppliers = _with_suppliers(world, product, [{**price, "code": code}])
        change_record(world, "product", product, {"product_suppliers": suppliers})
    return product


def _join_family(world: World, members: list[Record]) -> None:
    parent, *others = members
    change_record(world, "product", parent, {"has_variants": True, "variant_count": len(members)})
    for member in others:
        fields = {"variant_parent_id": parent.id, "family_id": parent.id}
        change_record(world, "product", member, fields)


def _common_fields(world: World, common: Mapping[str, Any]) -> dict[str, Any]:
    fields = _referring(world, shape.read_fields(common, _COMMON))
    if "track_inventory" in fields:
        fields["has_inventory"] = fields.pop("track_inventory")
    return fields


def _supplier_prices(world: World, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = shape.objects(body.get("product_suppliers"), "product_suppliers")
    given = [
        shape.read_fields(
            entry,
            {
                "supplier_id": shape.required_text,
                "price": shape.optional_number,
                "code": shape.text,
            },
            required=("supplier_id",),
        )
        for entry in entries
    ]
    for entry in given:
        living_record(world, "supplier", entry["supplier_id"])
    return given


def _with_suppliers(
    world: World, product: Record, changes: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The product's suppliers after the changes; a price of -1 takes a supplier away."""
    known = {row["supplier_id"]: row for row in product.value("product_suppliers") or ()}
    for change in changes:
        supplier_id = change["supplier_id"]
        if change.get("price") == -1:
            known.pop(supplier_id, None)
            continue
        supplier = living_record(world, "supplier", supplier_id)
        fresh = {
            "id": world.ids.new("product_supplier"),
            "product_id": product.id,
            "supplier_id": supplier_id,
            "supplier_name": supplier.fields["name"],
            "code": None,
            "price": None,
        }
        known[supplier_id] = {**fresh, **known.get(supplier_id, {}), **change}
    return list(known.values())
