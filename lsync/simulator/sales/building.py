"""Building a sale from what a caller sends: lines, payments, totals. Shapes as 2026-07 has them."""

from collections.abc import Mapping
from typing import Any, Final

from lsync.simulator import shape
from lsync.simulator.entities import Sale
from lsync.simulator.furnishings import WALK_IN
from lsync.simulator.records import living_record
from lsync.simulator.world import World

STATES: Final = ("parked", "pending", "voided", "closed")

_SALE: Final[shape.Shape] = {
    "id": shape.text,
    "state": shape.one_of(*STATES),
    "source": shape.one_object,
    "customer_id": shape.text,
    "date": shape.text,
    "invoice_number": shape.text,
    "note": shape.text,
    "short_code": shape.text,
    "attributes": shape.texts,
    "line_items": shape.objects,
    "payments": shape.objects,
    "fulfillment_outlet_id": shape.text,
}


def read_sale(body: Mapping[str, Any]) -> dict[str, Any]:
    """The known fields of a sale request; refuses with 422."""
    return dict(shape.read_fields(body, _SALE, required=("source", "state")))


def build_sale(world: World, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a sale with lines, payments and totals worked out."""
    source = _source(world, given["source"])
    lines = [
        _line(world, item, place, source) for place, item in enumerate(given.get("line_items", ()))
    ]
    number = given.get("invoice_number") or str(world.next_version() % 1_000_000)
    return {
        "state": given["state"],
        "date": given.get("date") or world.timestamp(),
        "note": given.get("note") or "",
        "invoice_number": number,
        "receipt_number": number,
        "short_code": given.get("short_code") or number.lower(),
        "customer_id": given.get("customer_id") or world.ids.named("customer", WALK_IN),
        "attributes": given.get("attributes", []),
        "source": source,
        "line_items": lines,
        "payments": [_payment(world, item, source) for item in given.get("payments", ())],
        "totals": _totals(lines),
        "taxes": _taxes(lines),
        "adjustments": [],
        "return": {"is_return": False, "return_sale_ids": []},
    }


def return_of(world: World, sale: Sale) -> dict[str, Any]:
    """The fields of a new parked sale that takes everything back."""
    lines = [_returned(world, line) for line in sale.fields["line_items"]]
    return {
        **sale.fields,
        "state": "parked",
        "date": world.timestamp(),
        "line_items": lines,
        "payments": [],
        "totals": _totals(lines),
        "taxes": _taxes(lines),
        "return": {"is_return": True, "original_sale_id": sale.id, "return_sale_ids": []},
    }


def _source(world: World, given: Mapping[str, Any]) -> dict[str, Any]:
    fields = shape.read_fields(
        given,
        {
            "author_id": shape.required_text,
            "register_id": shape.text,
            "id": shape.text,
            "type": shape.text,
        },
        required=("author_id",),
    )
    living_record(world, "user", fields["author_id"])
    register_id = fields.get("register_id") or next(iter(world.records["register"])).id
    register = living_record(world, "register", register_id)
    return {
        "author": {"id": fields["author_id"]},
        "id": fields.get("id") or "",
        "type": fields.get("type") or "USER",
        "register_id": register_id,
        "outlet_id": register.fields["outlet_id"],
    }


_LINE: Final[shape.Shape] = {
    "id": shape.text,
    "product": shape.one_object,
    "quantity": shape.number,
    "pricing": shape.one_object,
    "tax": shape.one_object,
    "status": shape.text,
    "_metadata": shape.one_object,
}
_PRICING: Final[shape.Shape] = {
    "price": shape.number,
    "cost": shape.number,
    "discount": shape.number,
    "loyalty_amount": shape.number,
}


def _line(
    world: World, item: Mapping[str, Any], place: int, source: Mapping[str, Any]
) -> dict[str, Any]:
    given = shape.read_fields(item, _LINE, required=("product", "quantity", "pricing", "tax"))
    pricing = shape.read_fields(given["pricing"], _PRICING, required=("price",))
    tax = shape.read_fields(
        given["tax"],
        {"id": shape.required_text, "amount": shape.number},
        required=("id", "amount"),
    )
    product = living_record(world, "product", str(given["product"].get("id")))
    quantity: float = given["quantity"]
    prices = {"cost": product.value("supply_price") or 0.0, "discount": 0.0, **pricing}
    return {
        "id": given.get("id") or world.ids.new("sale_line"),
        "product": {"id": product.id},
        "quantity": quantity,
        "status": given.get("status") or "CONFIRMED",
        "pricing": _priced(prices, quantity),
        "tax": {**tax, "total": tax["amount"] * quantity},
        "return": {"is_return": quantity < 0},
        "source": {"register_id": source["register_id"]},
        "_metadata": {"sequence": place, "is_price_override": False, "tax_components": []},
        "fulfillment_method": given.get("_metadata", {}).get("fulfillment_method"),
    }


def _priced(prices: Mapping[str, float], quantity: float) -> dict[str, float]:
    loyalty = prices.get("loyalty_amount", 0.0)
    return {
        "price": prices["price"],
        "cost": prices["cost"],
        "discount": prices["discount"],
        "loyalty_amount": loyalty,
        "total": (prices["price"] - prices["discount"]) * quantity,
        "cost_total": prices["cost"] * quantity,
        "discount_total": prices["discount"] * quantity,
        "loyalty_amount_total": loyalty * quantity,
    }


def _payment(world: World, item: Mapping[str, Any], source: Mapping[str, Any]) -> dict[str, Any]:
    given = shape.read_fields(
        item,
        {
            "id": shape.text,
            "amount": shape.number,
            "type": shape.one_object,
            "date": shape.text,
            "source": shape.one_object,
        },
        required=("amount", "type"),
    )
    kind = living_record(world, "payment_type", str(given["type"].get("config_id")))
    register_id = given.get("source", {}).get("register_id") or source["register_id"]
    register = living_record(world, "register", register_id)
    return {
        "id": given.get("id") or world.ids.new("payment"),
        "amount": given["amount"],
        "date": given.get("date") or world.timestamp(),
        "type": {
            "config_id": kind.id,
            "id": str(kind.fields["type_id"]),
            "name": kind.fields["name"],
        },
        "source": {"register_id": register_id, "outlet_id": register.fields["outlet_id"]},
        "_metadata": {"register_open_sequence_id": register.fields["register_open_sequence_id"]},
    }


def _totals(lines: list[dict[str, Any]]) -> dict[str, float]:
    price = sum(line["pricing"]["total"] for line in lines)
    tax = sum(line["tax"]["total"] for line in lines)
    return {
        "price": price,
        "tax": tax,
        "price_incl_tax": price + tax,
        "loyalty": 0.0,
        "surcharge": 0.0,
    }


def _taxes(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_id: dict[str, float] = {}
    for line in lines:
        tax = line["tax"]
        by_id[tax["id"]] = by_id.get(tax["id"], 0.0) + tax["total"]
    return [{"id": key, "tax": total} for key, total in by_id.items()]


def _returned(world: World, line: Mapping[str, Any]) -> dict[str, Any]:
    quantity = -line["quantity"]
    return {
        **line,
        "id": world.ids.new("sale_line"),
        "quantity": quantity,
        "status": "SAVED",
        "pricing": _priced(line["pricing"], quantity),
        "tax": {**line["tax"], "total": line["tax"]["amount"] * quantity},
        "return": {"is_return": True},
    }
