"""Customers over HTTP."""

from collections.abc import Mapping
from typing import Any, Final

from lsync.simulator import records, shape
from lsync.simulator.api.call import Answer, Call, row_answer
from lsync.simulator.api.operation import operation
from lsync.simulator.api.records import creator, deleter, getter, lister
from lsync.simulator.world import World

_TEXTS: Final = (
    *("first_name", "last_name", "email", "note", "gender", "date_of_birth", "company_name"),
    *("phone", "mobile", "fax", "twitter", "website"),
    *(
        f"{kind}_{part}"
        for kind in ("physical", "postal")
        for part in (
            *("address_1", "address_2", "suburb", "city", "postcode", "state", "country_id"),
        )
    ),
    *(f"custom_field_{number}" for number in (1, 2, 3, 4)),
)
_CUSTOMER: Final[shape.Shape] = {
    **dict.fromkeys(_TEXTS, shape.text),
    "customer_code": shape.plain_text,
    "customer_group_id": shape.plain_text,
    "enable_loyalty": shape.flag,
    "do_not_email": shape.flag,
    "on_account_limit": shape.optional_number,
}
_FRESH: Final = {
    "first_name": None,
    "last_name": None,
    "balance": 0.0,
    "loyalty_balance": 0.0,
    "year_to_date": 0.0,
    "enable_loyalty": False,
    "do_not_email": False,
}


def _named(fields: dict[str, Any]) -> dict[str, Any]:
    parts = [fields.get("first_name"), fields.get("last_name")]
    return {**fields, "name": " ".join(part for part in parts if part) or None}


def _new_customer(body: Mapping[str, Any]) -> dict[str, Any]:
    return _named({**_FRESH, **shape.read_fields(body, _CUSTOMER)})


def update_customer(world: World, call: Call, customer_id: str) -> Answer:
    """Change the given fields; the full name follows from the others."""
    customer = records.living_record(world, "customer", customer_id)
    given = shape.read_fields(call.json_object(), _CUSTOMER)
    name = _named({**customer.fields, **given})["name"]
    changed, effect = records.change_record(world, "customer", customer, {**given, "name": name})
    return row_answer(changed, effect=effect)


def create_customer(world: World, call: Call) -> Answer:
    """A customer without a group joins the group of all customers and gets a code."""
    everyone = world.ids.named("customer_group", "All Customers")
    count = len(world.records["customer"]) + 1

    def read(body: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "customer_group_id": everyone,
            "customer_code": f"customer-{count:04d}",
            **_new_customer(body),
        }

    return creator("customer", read)(world, call)


_READ: Final = "customers:read"
_WRITE: Final = "customers:write"
_ONE: Final = "/customers/{customer_id}"

OPERATIONS: Final = (
    operation("ListCustomers", "GET /customers", lister("customer"), scope=_READ),
    operation("CreateCustomer", "POST /customers", create_customer, scope=_WRITE),
    operation("GetCustomerByID", f"GET {_ONE}", getter("customer"), scope=_READ),
    operation("UpdateCustomerByID", f"PUT {_ONE}", update_customer, scope=_WRITE),
    operation("DeleteCustomerByID", f"DELETE {_ONE}", deleter("customer"), scope=_WRITE),
)
