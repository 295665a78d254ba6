"""A sale in the flat form of 2.0. The 2026-07 form is what the simulator stores."""

from collections.abc import Mapping
from typing import Any, Final

from lsync.simulator.entities import Record

STATUS: Final[Mapping[str, str]] = {
    "parked": "SAVED",
    "pending": "AWAITING_DISPATCH",
    "voided": "VOIDED",
    "closed": "CLOSED",
}


def legacy_sale(sale: Record) -> dict[str, Any]:
    """A sale as 2.0 shows it."""
    fields = sale.fields
    source = fields["source"]
    return {
        "id": sale.id,
        "outlet_id": source["outlet_id"],
        "register_id": source["register_id"],
        "user_id": source["author"]["id"],
        "customer_id": fields["customer_id"],
        "invoice_number": fields["invoice_number"],
        "source": source["type"],
        "source_id": source["id"],
        "status": STATUS[fields["state"]],
        "note": fields["note"],
        "short_code": fields["short_code"],
        "return_for": fields["return"].get("original_sale_id"),
        "total_price": fields["totals"]["price"],
        "total_tax": fields["totals"]["tax"],
        "total_loyalty": 0.0,
        "sale_date": fields["date"],
        "created_at": fields["created_at"],
        "updated_at": fields["updated_at"],
        "deleted_at": sale.deleted_at,
        "version": sale.version,
        "line_items": [_legacy_line(line) for line in fields["line_items"]],
        "payments": [_legacy_payment(payment) for payment in fields["payments"]],
        "attributes": fields["attributes"],
    }


def _legacy_line(line: Mapping[str, Any]) -> dict[str, Any]:
    pricing = line["pricing"]
    return {
        "id": line["id"],
        "product_id": line["product"]["id"],
        "quantity": line["quantity"],
        "price": pricing["price"],
        "price_total": pricing["total"],
        "cost": pricing["cost"],
        "cost_total": pricing["cost_total"],
        "discount": pricing["discount"],
        "discount_total": pricing["discount_total"],
        "tax_id": line["tax"]["id"],
        "tax": line["tax"]["amount"],
        "tax_total": line["tax"]["total"],
        "is_return": line["return"]["is_return"],
        "status": "CONFIRMED" if line["status"] == "CONFIRMED" else "SAVED",
        "sequence": line["_metadata"]["sequence"],
        "tax_components": [],
    }


def _legacy_payment(payment: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": payment["type"]["name"],
        "register_id": payment["source"]["register_id"],
        "retailer_payment_type_id": payment["type"]["config_id"],
        "payment_type_id": payment["type"]["id"],
        "payment_date": payment["date"],
        "amount": payment["amount"],
    }
