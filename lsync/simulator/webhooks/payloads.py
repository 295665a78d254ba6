"""What webhook events say: the Vend-era shapes, which are older than those of the API.

"The payload objects are the same as those of API 1.0" (public "Webhooks" page): flat products with
their stock and prices inside, sales with `register_sale_products`, customers with a `contact`,
money as texts. No type, no event id. Of `register_closure.create` no example is published; it
names the fields that a register of 0.9 has.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from lsync.simulator.entities import Consignment, Kind, Line, Record, StockLevel
from lsync.simulator.sales.legacy import STATUS
from lsync.simulator.wire import five_places
from lsync.simulator.world import World

_CONTACT: Final = (
    *("first_name", "last_name", "company_name", "email", "phone", "mobile", "fax", "twitter"),
    *("website", "physical_address_1", "physical_address_2", "physical_suburb", "physical_city"),
    *("physical_postcode", "physical_state", "physical_country_id"),
)


def product_payload(world: World, product: Record) -> dict[str, Any]:
    """`product.update`: a product with its stock in every outlet and its prices."""
    return {
        **_product_itself(world, product),
        "inventory": [_stock_of_product(level) for level in _levels(world, product)],
        "price_book_entries": _price_book_entries(world, product),
        "taxes": [
            {"outlet_id": outlet.id, "tax_id": outlet.value("default_tax_id")}
            for outlet in world.outlets
        ],
    }


def stock_payload(world: World, level: StockLevel) -> dict[str, Any]:
    """`inventory.update`: the level of one product in one outlet, with both of them inside."""
    product = world.products.get(level.product_id)
    outlet = world.outlets.get(level.outlet_id)
    return {
        "id": level.id,
        "product_id": level.product_id,
        "outlet_id": level.outlet_id,
        "attributed_cost": money(level.average_cost),
        "count": five_places(level.level),
        "reorder_point": _amount(level.reorder_point),
        "restock_level": _amount(level.reorder_amount),
        "version": level.version,
        "product": None if product is None else _product_itself(world, product),
        "outlet": None if outlet is None else _outlet(world, outlet),
    }


def customer_payload(world: World, customer: Record) -> dict[str, Any]:
    """`customer.update`: a customer; how to reach them is in `contact`."""
    names = ("customer_code", "customer_group_id", "first_name", "last_name", "company_name")
    plain = ("date_of_birth", "note", "created_at", "updated_at")
    return {
        "id": customer.id,
        "retailer_id": world.retailer_id,
        **{name: customer.value(name) for name in (*names, *plain)},
        "sex": customer.value("gender"),
        "enable_loyalty": bool(customer.value("enable_loyalty")),
        **{
            name: money(customer.value(name))
            for name in ("balance", "loyalty_balance", "year_to_date")
        },
        "contact": {_contact_name(name): customer.value(name) for name in _CONTACT},
        "deleted_at": customer.deleted_at,
    }


def sale_payload(world: World, sale: Record) -> dict[str, Any]:
    """`sale.update`: a sale with its products, payments and totals."""
    fields, source, totals = sale.fields, sale.fields["source"], sale.fields["totals"]
    customer = world.records["customer"].get(str(fields["customer_id"]))
    user = world.records["user"].get(str(source["author"]["id"]))
    paid = sum(payment["amount"] for payment in fields["payments"])
    return {
        "id": sale.id,
        "source": source["type"],
        "source_id": source["id"],
        "register_id": source["register_id"],
        "customer_id": fields["customer_id"],
        "customer_name": customer.value("name") if customer else None,
        "customer": customer_payload(world, customer) if customer else None,
        "user_id": source["author"]["id"],
        "user_name": user.value("display_name") if user else None,
        "sale_date": fields["date"],
        "state": fields["state"],
        "status": STATUS[fields["state"]],
        "note": fields["note"],
        "short_code": fields["short_code"],
        "invoice_number": fields["invoice_number"],
        "return_for": fields["return"].get("original_sale_id"),
        "total_price": totals["price"],
        "total_cost": sum(line["pricing"]["cost_total"] for line in fields["line_items"]),
        "total_tax": totals["tax"],
        "created_at": fields["created_at"],
        "updated_at": fields["updated_at"],
        "deleted_at": sale.deleted_at,
        "register_sale_products": [_sold(world, line) for line in fields["line_items"]],
        "register_sale_payments": [_paid(payment) for payment in fields["payments"]],
        "register_sale_attributes": fields["attributes"],
        "totals": {
            "total_price": totals["price"],
            "total_tax": totals["tax"],
            "total_payment": paid,
            "total_to_pay": totals["price_incl_tax"] - paid,
        },
        "taxes": fields["taxes"],
    }


def line_payload(consignment: Consignment, line: Line, *, sequence: int) -> dict[str, Any]:
    """`consignment.send` and `consignment.receive`: one line, cost a number."""
    return {
        "id": line.id,
        "consignment_id": consignment.id,
        "product_id": line.product_id,
        "count": five_places(line.count),
        "received": five_places(line.received) if line.received_is_set else None,
        "cost": float(line.cost),
        "sequence_number": sequence,
    }


def money(amount: Any) -> str:
    """Money as these payloads have it, a text of two places."""
    return f"{Decimal(str(amount or 0)):.2f}"


def _product_itself(world: World, product: Record) -> dict[str, Any]:
    same = ("sku", "handle", "source", "source_id", "source_variant_id", "button_order")
    options = (product.value("variant_options") or [])[:3]
    return {
        "id": product.id,
        "retailer_id": world.retailer_id,
        "active": bool(product.value("active")),
        "attributed_cost": None,
        "base_name": product.value("name"),
        "name": product.value("variant_name") or product.value("name"),
        "description": product.value("description") or "",
        **{name: product.value(name) for name in same},
        "brand": _named(world, "brand", product.value("brand_id")),
        "supplier": _supplier(world, product.value("supplier_id")),
        "product_type": _named(world, "product_type", product.value("product_type_id")),
        "categories": product.value("categories") or [],
        "supplier_code": product.value("supplier_code"),
        "supply_price": money(product.value("supply_price")),
        "track_inventory": bool(product.value("has_inventory")),
        "has_variants": bool(product.value("has_variants")),
        "variant_parent_id": product.value("variant_parent_id") or "",
        **_variant_options(options),
        "updated_at": product.value("updated_at"),
        "deleted_at": product.deleted_at,
    }


def _variant_options(options: list[Mapping[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, number in enumerate(("one", "two", "three")):
        option = options[place] if place < len(options) else {}
        found[f"variant_option_{number}_name"] = str(option.get("name") or "")
        found[f"variant_option_{number}_value"] = str(option.get("value") or "")
    return found


def _levels(world: World, product: Record) -> list[StockLevel]:
    found = (world.stock_of(product.id, outlet.id) for outlet in world.outlets)
    return [level for level in found if level is not None]


def _stock_of_product(level: StockLevel) -> dict[str, Any]:
    return {
        "id": level.id,
        "product_id": level.product_id,
        "outlet_id": level.outlet_id,
        "attributed_cost": money(level.average_cost),
        "count": float(level.level),
        "reorder_point": _amount(level.reorder_point),
        "restock_level": _amount(level.reorder_amount),
    }


def _price_book_entries(world: World, product: Record) -> list[dict[str, Any]]:
    group = next(iter(world.records["customer_group"]))
    base = next(iter(world.records["price_book"]))
    return [
        {
            "id": world.ids.named("price_book_entry", f"{base.id}/{product.id}"),
            "product_id": product.id,
            "customer_group_id": group.id,
            "customer_group_name": group.value("name"),
            "price": f"{Decimal(str(product.value('price_excluding_tax') or 0)):.5f}",
            "min_units": None,
            "max_units": None,
            "type": "BASE",
            "valid_from": None,
            "valid_to": None,
        }
    ]


def _named(world: World, kind: Kind, key: str | None) -> dict[str, Any] | None:
    row = None if key is None else world.records[kind].get(key)
    return None if row is None else {"id": row.id, "name": row.value("name")}


def _supplier(world: World, key: str | None) -> dict[str, Any] | None:
    row = None if key is None else world.suppliers.get(key)
    if row is None:
        return None
    texts = {name: row.value(name) or "" for name in ("description", "source")}
    return {"id": row.id, "name": row.value("name"), **texts}


def _outlet(world: World, outlet: Record) -> dict[str, Any]:
    return {
        "id": outlet.id,
        "retailer_id": world.retailer_id,
        "name": outlet.value("name"),
        "tax_id": outlet.value("default_tax_id"),
        "time_zone": outlet.value("time_zone"),
    }


def _sold(world: World, line: Mapping[str, Any]) -> dict[str, Any]:
    product = world.products.get(line["product"]["id"])
    pricing, tax = line["pricing"], line["tax"]
    return {
        "id": line["id"],
        "product_id": line["product"]["id"],
        **{name: product.value(name) if product else None for name in ("sku", "name", "handle")},
        "register_id": line["source"]["register_id"],
        "sequence": line["_metadata"]["sequence"],
        "quantity": line["quantity"],
        "price": pricing["price"],
        "cost": pricing["cost"],
        "price_set": 0,
        "discount": pricing["discount"],
        "loyalty_value": pricing.get("loyalty_amount") or 0,
        "tax": tax["amount"],
        "tax_id": tax["id"],
        "tax_total": tax["total"],
        "price_total": pricing["total"],
        "status": line["status"],
        "attributes": [],
    }


def _paid(payment: Mapping[str, Any]) -> dict[str, Any]:
    kind = payment["type"]
    return {
        "id": payment["id"],
        "register_id": payment["source"]["register_id"],
        "retailer_payment_type_id": kind["config_id"],
        "payment_type_id": kind["id"],
        "name": kind["name"],
        "label": kind["name"],
        "payment_date": payment["date"],
        "amount": payment["amount"],
    }


def _contact_name(name: str) -> str:
    return name.replace("address_", "address")


def _amount(amount: Decimal | None) -> str:
    return "0" if amount is None else f"{amount.normalize():f}"
