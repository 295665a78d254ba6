"""The seeded shop: outlets, suppliers, registers and products with names that never change.

Outlets: `Main Street`, `Harbour`. Suppliers: `Northwind Wholesale`, `Café Supplies & Co`,
`Alpine Trading`. Products are `SKU-0001` to `SKU-0520` (more with `SimulatorConfig.products`),
and the number decides what a product is:

- its supplier: n % 3 = 1 Northwind Wholesale, 2 Café Supplies & Co, 0 Alpine Trading;
- inactive: every 50th (`SKU-0050`, `SKU-0100`, …);
- deleted: n % 100 = 99 (`SKU-0099`, `SKU-0199`, …);
- composite, refused on consignments: n % 100 = 77 (`SKU-0077`, `SKU-0177`, …);
- variants: `SKU-0201` to `SKU-0220`, four families of five; the first of each is the parent.

Ids, prices and stock levels follow from the seed; names and SKUs do not change with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any, Final

from lsync.simulator.entities import Kind, Record, StockLevel
from lsync.simulator.furnishings import NO_TAX, OPENED_AT, furnish, tax_id
from lsync.simulator.ids import IdSource

OUTLETS: Final = ("Main Street", "Harbour")
SUPPLIERS: Final = ("Alpine Trading", "Northwind Wholesale", "Café Supplies & Co")
BRANDS: Final = ("Søndergård", "Hill's Own", "Plain & Simple")
TAX_RATE: Final = Decimal("0.15")
FIRST_VARIANT: Final = 201
LAST_VARIANT: Final = 220
FAMILY_SIZE: Final = 5

_KINDS = ("Mug", "Teapot, large", "Crème brûlée dish", "Baker's peel", "Jug", "Tin", "Bol à café")
_COLOURS = ("white", "blue", "sea green", "brown, speckled", "naïve red", "black", "d'Anjou grey")
_SIZES = ("small", "medium", "large")

PRODUCT_DEFAULTS: Final[dict[str, Any]] = {
    "account_code": None,
    "account_code_purchase": None,
    "attributes": [],
    "button_order": 0,
    "categories": [],
    "created_at": OPENED_AT,
    "customizations": [],
    "description": None,
    "has_inventory": True,
    "has_variants": False,
    "images": [],
    "is_active": True,
    "is_composite": False,
    "loyalty_amount": None,
    "outlet_taxes": [],
    "packaging": {"breaks_into": [], "made_from": []},
    "product_codes": [],
    "product_suppliers": [],
    "product_type_id": None,
    "skuImages": [],
    "source": "USER",
    "source_id": None,
    "source_variant_id": None,
    "tag_ids": [],
    "tax_category": None,
    "updated_at": OPENED_AT,
    "variant_options": [],
    "variant_parent_id": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything a shop has on the day it opens, in the order it takes versions."""

    records: Mapping[Kind, list[Record]]
    products: list[Record]
    stock: list[StockLevel]


def sku_of(number: int) -> str:
    """The SKU of the nth product of the catalogue."""
    return f"SKU-{number:04d}"


def open_shop(ids: IdSource, *, seed: int, products: int, registers: int) -> Catalogue:
    """The catalogue of a seed."""
    rng = Random(f"catalogue:{seed}")
    outlets = [_outlet(ids, name) for name in OUTLETS]
    suppliers = [_supplier(ids, name) for name in SUPPLIERS]
    brands = [Record(id=ids.named("brand", name), fields={"name": name}) for name in BRANDS]
    goods = [
        _product(number, ids=ids, rng=rng, suppliers=suppliers, brands=brands)
        for number in range(1, products + 1)
    ]
    return Catalogue(
        records={
            "outlet": outlets,
            "supplier": suppliers,
            "register": [_register(ids, place, outlets) for place in range(registers)],
            "brand": brands,
            "outlet_tax": [_outlet_tax(ids, product, outlets[-1]) for product in goods[:1]],
            **furnish(ids, tax_rate=float(TAX_RATE)),
        },
        products=goods,
        stock=[
            _stock_level(ids, rng, product, outlet)
            for product in goods
            if product.fields.get("has_inventory", True)
            for outlet in outlets
        ],
    )


def _outlet(ids: IdSource, name: str) -> Record:
    return Record(
        id=ids.named("outlet", name),
        fields={
            "name": name,
            "default_tax_id": tax_id(ids),
            "currency": "NZD",
            "currency_symbol": "$",
            "display_prices": "inclusive",
            "time_zone": "Pacific/Auckland",
            "email": "shop@example.test",
            "attributes": [],
        },
    )


def _outlet_tax(ids: IdSource, product: Record, outlet: Record) -> Record:
    fields = {"outlet_id": outlet.id, "product_id": product.id, "tax_id": ids.named("tax", NO_TAX)}
    return Record(id=ids.named("outlet_tax", product.id), fields=fields)


def _supplier(ids: IdSource, name: str) -> Record:
    return Record(
        id=ids.named("supplier", name),
        fields={
            "name": name,
            "description": "",
            "source": "USER",
            "default_markup": 0.0,
            "contact": {"company_name": name, "email": "orders@example.test"},
        },
    )


def _register(ids: IdSource, place: int, outlets: list[Record]) -> Record:
    name = f"Register {place + 1}"
    return Record(
        id=ids.named("register", name),
        fields={
            "name": name,
            "outlet_id": outlets[place % len(outlets)].id,
            "ask_for_note_on_save": 1,
            "print_note_on_receipt": False,
            "ask_for_user_on_sale": False,
            "show_discounts_on_receipts": True,
            "print_receipt": True,
            "email_receipt": False,
            "invoice_prefix": f"R{place + 1}-",
            "invoice_suffix": "",
            "invoice_sequence": 1,
            "is_open": True,
            "is_quick_keys_enabled": True,
            "button_layout_id": ids.named("button_layout", "Default"),
            "register_open_time": OPENED_AT,
            "register_open_sequence_id": ids.named("register_sequence", name),
        },
    )


def _product(
    number: int,
    *,
    ids: IdSource,
    rng: Random,
    suppliers: list[Record],
    brands: list[Record],
) -> Record:
    sku = sku_of(number)
    product_id = ids.named("product", sku)
    supplier = suppliers[number % len(suppliers)]
    cost = Decimal(rng.randrange(50, 9000)) / 100
    price = cost * 2
    name = _product_name(number)
    fields: dict[str, Any] = {
        "name": name,
        "variant_name": name,
        "handle": sku.lower(),
        "sku": sku,
        "family_id": product_id,
        "active": number % 50 != 0,
        "is_active": number % 50 != 0,
        "brand_id": brands[number % len(brands)].id,
        "supplier_id": supplier.id,
        "supplier": {"id": supplier.id, "name": supplier.fields["name"]},
        "supplier_code": f"S{number:05d}",
        "supply_price": float(cost),
        "price_excluding_tax": float(price),
        "price_including_tax": float(price * (1 + TAX_RATE)),
        "product_suppliers": [
            {
                "id": ids.named("product_supplier", sku),
                "product_id": product_id,
                "supplier_id": supplier.id,
                "supplier_name": supplier.fields["name"],
                "code": f"S{number:05d}",
                "price": float(cost),
            }
        ],
    }
    fields.update(_special_fields(number, ids, name))
    return Record(
        id=product_id,
        defaults=PRODUCT_DEFAULTS,
        fields=fields,
        deleted_at=OPENED_AT if number % 100 == 99 else None,
    )


def _product_name(number: int) -> str:
    kind = _KINDS[number % len(_KINDS)]
    colour = _COLOURS[(number // len(_KINDS)) % len(_COLOURS)]
    return f"{kind} {colour} {number:04d}"


def _special_fields(number: int, ids: IdSource, name: str) -> dict[str, Any]:
    if number % 100 == 77:
        return {"is_composite": True, "has_inventory": False}
    if not FIRST_VARIANT <= number <= LAST_VARIANT:
        return {}
    place = (number - FIRST_VARIANT) % FAMILY_SIZE
    parent = ids.named("product", sku_of(number - place))
    size = _SIZES[place % len(_SIZES)]
    return {
        "variant_parent_id": None if place == 0 else parent,
        "family_id": parent,
        "has_variants": place == 0,
        **({"variant_count": FAMILY_SIZE} if place == 0 else {}),
        "variant_name": f"{name} / {size}",
        "variant_options": [{"name": "Size", "value": size}],
    }


def _stock_level(ids: IdSource, rng: Random, product: Record, outlet: Record) -> StockLevel:
    return StockLevel(
        id=ids.named("inventory", f"{product.id}/{outlet.id}"),
        product_id=product.id,
        outlet_id=outlet.id,
        level=Decimal(rng.randrange(0, 40)),
        average_cost=Decimal(str(product.fields["supply_price"])),
    )
