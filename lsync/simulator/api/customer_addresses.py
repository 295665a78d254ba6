"""Addresses of customers over HTTP (2026-01 on). Wrong fields are a 400 here, as documented."""

from typing import Any, Final

from lsync.simulator import records, shape
from lsync.simulator.api.call import Answer, Call, data_answer
from lsync.simulator.api.operation import CURRENT, operation
from lsync.simulator.ledger import Effect
from lsync.simulator.refusal import Refusal, not_found
from lsync.simulator.world import World

_ADDRESS: Final[shape.Shape] = {
    "address_line_1": shape.at_most(50),
    "address_line_2": shape.text,
    "city": shape.at_most(28),
    "suburb": shape.text,
    "state": shape.text,
    "state_code": shape.text,
    "postcode": shape.required_text,
    "country_code": shape.at_most(2),
    "type": shape.one_of("BILLING", "SHIPPING"),
}
_ADDRESS_REQUIRED: Final = ("address_line_1", "city", "postcode", "country_code", "type")


def list_addresses(world: World, _call: Call, customer_id: str) -> Answer:
    """All addresses of a customer; ids are whole numbers."""
    records.living_record(world, "customer", customer_id)
    return data_answer(list(_addresses(world, customer_id).values()))


def get_address(world: World, _call: Call, customer_id: str, address_id: str) -> Answer:
    """One address."""
    return data_answer(_address(world, customer_id, address_id))


def create_address(world: World, call: Call, customer_id: str) -> Answer:
    """201 with the address and a token that ties it to a sale."""
    records.living_record(world, "customer", customer_id)
    given = _read_address(call)
    now = world.timestamp()
    address = {
        "id": world.next_version(),
        "customer_id": customer_id,
        "country_name": given["country_code"],
        **given,
        "created_at": now,
        "updated_at": now,
    }
    _addresses(world, customer_id)[address["id"]] = address
    shown = {**address, "id_token": world.ids.new("address_token")}
    return data_answer(shown, status=201, effect=Effect(changes={"created": address}))


def update_address(world: World, call: Call, customer_id: str, address_id: str) -> Answer:
    """Replace the address's fields."""
    address = _address(world, customer_id, address_id)
    address.update(_read_address(call), updated_at=world.timestamp())
    return data_answer(address, effect=Effect(changes={"changed": address}))


def delete_address(world: World, _call: Call, customer_id: str, address_id: str) -> Answer:
    """204 without a body."""
    address = _address(world, customer_id, address_id)
    del _addresses(world, customer_id)[address["id"]]
    return Answer(status=204, effect=Effect(changes={"deleted": address["id"]}))


def _read_address(call: Call) -> dict[str, Any]:
    try:
        return dict(shape.read_fields(call.json_object(), _ADDRESS, required=_ADDRESS_REQUIRED))
    except Refusal as refusal:
        raise Refusal(400, refusal.message) from refusal


def _addresses(world: World, customer_id: str) -> dict[int, dict[str, Any]]:
    return world.addresses.setdefault(customer_id, {})


def _address(world: World, customer_id: str, address_id: str) -> dict[str, Any]:
    records.living_record(world, "customer", customer_id)
    known = _addresses(world, customer_id)
    found = known.get(int(address_id)) if address_id.isascii() and address_id.isdigit() else None
    if found is None:
        raise not_found("address", address_id)
    return found


_READ: Final = "customers:read"
_WRITE: Final = "customers:write"
_ADDRESSES: Final = "/customers/{customer_id}/addresses"
_ONE_ADDRESS: Final = f"{_ADDRESSES}/{{address_id}}"

OPERATIONS: Final = (
    operation(
        "ListCustomerAddresses", f"GET {_ADDRESSES}", list_addresses, scope=_READ, versions=CURRENT
    ),
    operation(
        "CreateCustomerAddress",
        f"POST {_ADDRESSES}",
        create_address,
        scope=_WRITE,
        versions=CURRENT,
    ),
    operation(
        "GetCustomerAddress", f"GET {_ONE_ADDRESS}", get_address, scope=_READ, versions=CURRENT
    ),
    operation(
        "UpdateCustomerAddress",
        f"PUT {_ONE_ADDRESS}",
        update_address,
        scope=_WRITE,
        versions=CURRENT,
    ),
    operation(
        "DeleteCustomerAddress",
        f"DELETE {_ONE_ADDRESS}",
        delete_address,
        scope=_WRITE,
        versions=CURRENT,
    ),
)
