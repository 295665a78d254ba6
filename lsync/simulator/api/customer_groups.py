"""Customer groups and who is in them, over HTTP."""

from collections.abc import Mapping
from typing import Any, Final

from lsync.simulator import records, shape
from lsync.simulator.api.call import Answer, Call, json_answer, page_answer
from lsync.simulator.api.operation import LEGACY, operation
from lsync.simulator.api.paging import page_rule, read_cursor, take_page
from lsync.simulator.api.records import creator, deleter, getter, lister, updater
from lsync.simulator.ledger import Effect
from lsync.simulator.world import World


def _group(body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(shape.read_fields(body, {"name": shape.required_text}, required=("name",)))


def create_group(world: World, call: Call) -> Answer:
    """A group has a second identifier of digits."""

    def read(body: Mapping[str, Any]) -> dict[str, Any]:
        number = str(world.next_version())
        return {**_group(body), "group_id": number, "retailer_id": world.retailer_id}

    return creator("customer_group", read)(world, call)


def list_members(world: World, call: Call, group_id: str) -> Answer:
    """The customers of a group by version."""
    records.record_with(world, "customer_group", group_id)
    return page_answer(
        take_page(
            world.records["customer"],
            read_cursor(call.query(), page_rule(world)),
            keep=lambda row: (
                row.deleted_at is None and row.fields.get("customer_group_id") == group_id
            ),
        )
    )


def add_members(world: World, call: Call, group_id: str) -> Answer:
    """201 with `true`."""
    return json_answer(True, status=201, effect=_move(world, call, group_id, to=group_id))


def remove_members(world: World, call: Call, group_id: str) -> Answer:
    """204; the customers fall back to the group of all customers."""
    everyone = world.ids.named("customer_group", "All Customers")
    return Answer(status=204, effect=_move(world, call, group_id, to=everyone))


def _move(world: World, call: Call, group_id: str, *, to: str) -> Effect:
    records.living_record(world, "customer_group", group_id)
    given = shape.read_fields(
        call.json_object(), {"customer_ids": shape.texts}, required=("customer_ids",)
    )
    customers = [records.living_record(world, "customer", key) for key in given["customer_ids"]]
    for customer in customers:
        records.change_record(world, "customer", customer, {"customer_group_id": to})
    return Effect(changes={"moved": given["customer_ids"], "to": to})


_READ: Final = "customers:read"
_WRITE: Final = "customers:write"
_GROUP: Final = "/customer_groups/{customer_group_id}"
_MEMBERS: Final = f"{_GROUP}/customers"

OPERATIONS: Final = (
    operation("ListCustomerGroups", "GET /customer_groups", lister("customer_group"), scope=_READ),
    operation("CreateCustomerGroup", "POST /customer_groups", create_group, scope=_WRITE),
    operation("GetCustomerGroupById", f"GET {_GROUP}", getter("customer_group"), scope=_READ),
    operation(
        "UpdateCustomerGroup", f"PUT {_GROUP}", updater("customer_group", _group), scope=_WRITE
    ),
    operation(
        "DeleteCustomerGroup",
        f"DELETE {_GROUP}",
        deleter("customer_group"),
        scope=_WRITE,
        versions=LEGACY,
    ),
    operation("GetCustomerGroupCustomers", f"GET {_MEMBERS}", list_members, scope=_READ),
    operation("AddCustomersToCustomerGroup", f"POST {_MEMBERS}", add_members, scope=_WRITE),
    operation(
        "DeleteCustomersFromCustomerGroup", f"DELETE {_MEMBERS}", remove_members, scope=_WRITE
    ),
)
