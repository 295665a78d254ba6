"""Outlets, suppliers, taxes, payment types and button layouts over HTTP."""

from collections.abc import Mapping
from typing import Any, Final

from lsync.simulator import records, shape
from lsync.simulator.api.call import Answer, Call, json_answer, page_answer, row_answer
from lsync.simulator.api.operation import CURRENT, operation
from lsync.simulator.api.paging import page_rule, read_cursor, read_text, take_page
from lsync.simulator.api.records import getter, id_creator, is_alive, job_deleter, lister
from lsync.simulator.refusal import Refusal
from lsync.simulator.world import World


def _contact(value: Any, name: str) -> dict[str, Any] | None:
    if value is None:
        return None
    return {
        key: shape.plain_text(item, f"{name}.{key}")
        for key, item in shape.one_object(value, name).items()
        if item is not None
    }


_SUPPLIER: Final[shape.Shape] = {
    "name": shape.required_text,
    "description": shape.text,
    "default_markup": shape.number,
    "contact": _contact,
}


def _supplier(body: Mapping[str, Any]) -> dict[str, Any]:
    given = shape.read_fields(body, _SUPPLIER, required=("name",))
    return {"source": "USER", "contact": {}, "description": "", **_without_nulls(given)}


def _without_nulls(fields: Mapping[str, Any]) -> dict[str, Any]:
    """2.0 knows no null in a supplier, 2026-07 does."""
    return {name: value for name, value in fields.items() if value is not None}


def update_supplier(world: World, call: Call, supplier_id: str) -> Answer:
    """Change a supplier; the answer is its id without an envelope, as documented."""
    supplier = records.living_record(world, "supplier", supplier_id)
    given = shape.read_fields(call.json_object(), _SUPPLIER, required=("name",))
    _, effect = records.change_record(world, "supplier", supplier, _without_nulls(given))
    return json_answer({"id": supplier_id}, effect=effect)


def create_tax(world: World, call: Call) -> Answer:
    """A tax with one rate; 409 when the name is taken."""
    given = shape.read_fields(
        call.json_object(),
        {"name": shape.required_text, "rate": shape.number},
        required=("name", "rate"),
    )
    name = given["name"]
    if any(row.fields["name"] == name for row in world.records["tax"] if is_alive(row)):
        raise Refusal(409, "a tax with the given name already exists")
    rate = {
        "id": world.ids.new("tax_rate"),
        "name": name,
        "display_name": name,
        "rate": given["rate"],
    }
    fields = {"name": name, "display_name": name, "is_default": False, "rates": [rate]}
    tax, effect = records.add_record(world, "tax", fields)
    return row_answer(tax, status=201, effect=effect)


def list_outlet_taxes(world: World, call: Call) -> Answer:
    """Taxes of products that differ from their outlet's."""
    query = call.query()
    outlet_id = read_text(query, "outlet_id")
    rows = take_page(
        world.records["outlet_tax"],
        read_cursor(query, page_rule(world)),
        keep=lambda row: outlet_id is None or row.fields["outlet_id"] == outlet_id,
    )
    return page_answer(rows)


def list_payment_types(world: World, call: Call) -> Answer:
    """Payment types; the filters by outlet and currency match every one of them."""
    return lister("payment_type")(world, call)


_OUTLETS: Final = "outlets:read"
_SUPPLIERS: Final = "suppliers:read"
_EDIT_SUPPLIERS: Final = "suppliers:write"
_TAXES: Final = "taxes:read"

OPERATIONS: Final = (
    operation("ListOutlets", "GET /outlets", lister("outlet"), scope=_OUTLETS),
    operation("GetOutletByID", "GET /outlets/{id}", getter("outlet"), scope=_OUTLETS),
    operation("listOutletProductTaxes", "GET /outlet_taxes", list_outlet_taxes, scope=_OUTLETS),
    operation("ListSuppliers", "GET /suppliers", lister("supplier"), scope=_SUPPLIERS),
    operation(
        "CreateSupplier",
        "POST /suppliers",
        id_creator("supplier", _supplier),
        scope=_EDIT_SUPPLIERS,
    ),
    operation("GetSupplierByID", "GET /suppliers/{id}", getter("supplier"), scope=_SUPPLIERS),
    operation("UpdateSupplierByID", "PUT /suppliers/{id}", update_supplier, scope=_EDIT_SUPPLIERS),
    operation(
        "DeleteSupplierById",
        "DELETE /suppliers/{id}",
        job_deleter("supplier"),
        scope=_EDIT_SUPPLIERS,
    ),
    operation("ListTaxes", "GET /taxes", lister("tax"), scope=_TAXES),
    operation("CreateTax", "POST /taxes", create_tax, scope="taxes:write", versions=CURRENT),
    operation("GetTaxByID", "GET /taxes/{id}", getter("tax"), scope=_TAXES, versions=CURRENT),
    operation(
        "ListPaymentTypes", "GET /payment_types", list_payment_types, scope="payment_types:read"
    ),
)
