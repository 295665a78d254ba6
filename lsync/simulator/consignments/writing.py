"""Creating, updating and deleting consignments. Lines are next door, rules in their table."""

from collections.abc import Mapping
from typing import Any, Final

from lsync.simulator.consignments import rules
from lsync.simulator.consignments.counting import read_filters
from lsync.simulator.consignments.goods import move_goods
from lsync.simulator.entities import Consignment, Record
from lsync.simulator.ledger import Effect
from lsync.simulator.refusal import Refusal, not_found
from lsync.simulator.table import Table
from lsync.simulator.wire import ZERO
from lsync.simulator.world import World

OPTIONAL_FIELDS: Final = (
    "supplier_id",
    "source_outlet_id",
    "reference",
    "supplier_invoice",
    "due_at",
    "consignment_date",
)


def consignment_with(world: World, consignment_id: str) -> Consignment:
    """The consignment of that id; refuses with 404."""
    consignment = world.consignments.get(consignment_id)
    if consignment is None:
        raise not_found("consignment", consignment_id)
    return consignment


def create_consignment(world: World, body: Mapping[str, Any]) -> tuple[Consignment, Effect]:
    """Create a consignment without lines."""
    kind = _required(body, "type")
    if kind not in rules.TRANSITIONS:
        raise Refusal(422, f"type must be one of {', '.join(rules.TRANSITIONS)}")
    optional = _optional_fields(world, body)
    now = world.timestamp()
    optional["consignment_date"] = optional.get("consignment_date") or now
    consignment = Consignment(
        id=world.ids.new("consignment"),
        type=kind,
        status=rules.initial_status(kind, _status(body)),
        name=_required(body, "name"),
        outlet_id=_outlet_id(world, body),
        created_at=now,
        updated_at=now,
        lines=Table(next_version=world.next_version),
    )
    for field, value in optional.items():
        setattr(consignment, field, value)
    _set_scope(world, consignment, body, begun=False)
    if consignment.status == rules.COUNTING:
        move_goods(world, consignment)
    world.consignments.put(consignment)
    return consignment, Effect(
        consignment_id=consignment.id, changes={"created": consignment.shown()}
    )


def update_consignment(
    world: World, consignment: Consignment, body: Mapping[str, Any]
) -> tuple[Consignment, Effect]:
    """Set the writable fields and, where the rules allow it, the status."""
    rules.check_not_frozen(consignment.type, consignment.status)
    if _required(body, "type") != consignment.type:
        raise Refusal(422, "the type of a consignment cannot be changed")
    name, outlet_id = _required(body, "name"), _outlet_id(world, body)
    optional = _optional_fields(world, body)
    status = _status(body) or consignment.status
    check_may_become(consignment, status)

    before = consignment.shown()
    _set_scope(world, consignment, body, begun=consignment.status != rules.SCHEDULED)
    consignment.name, consignment.outlet_id = name, outlet_id
    for field in OPTIONAL_FIELDS:
        if field in optional or (world.switches.put_clears_omitted and field != "consignment_date"):
            setattr(consignment, field, optional.get(field))
    set_status(world, consignment, status)
    return consignment, Effect(
        consignment_id=consignment.id,
        changes={"changed": changed_fields(before, consignment.shown())},
    )


def check_may_become(consignment: Consignment, status: str) -> None:
    """Refuse a status that the consignment cannot take now."""
    rules.check_status_change(
        consignment.type,
        status=consignment.status,
        to=status,
        lines=len(consignment.lines),
        something_received=any(line.received > ZERO for line in consignment.lines),
    )


def set_status(world: World, consignment: Consignment, status: str) -> None:
    """Put the consignment into a status that was checked, with all that follows from it."""
    changes = status != consignment.status
    consignment.status = status
    if changes:
        move_goods(world, consignment)
    consignment.updated_at = world.timestamp()
    world.consignments.put(consignment)


def delete_consignment(world: World, consignment: Consignment) -> Effect:
    """Delete a consignment; it disappears from lists and reads."""
    rules.check_deletable(consignment.type, consignment.status)
    world.consignments.remove(consignment.id)
    return Effect(consignment_id=consignment.id, changes={"deleted": consignment.shown()})


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Fields that differ, as `[before, after]`; versions and update times are left out."""
    return {
        field: [before[field], value]
        for field, value in after.items()
        if before[field] != value and field not in {"version", "updated_at"}
    }


def _set_scope(
    world: World, consignment: Consignment, body: Mapping[str, Any], *, begun: bool
) -> None:
    """What a stocktake is about. Once it has started that is fixed, and left out it stays."""
    if consignment.type != rules.STOCKTAKE:
        return
    clears = world.switches.put_clears_omitted and not begun
    filters = [] if clears else consignment.filters
    inactive = False if clears else consignment.show_inactive
    if body.get("filters") is not None:
        filters = read_filters(body["filters"])
    if body.get("show_inactive") is not None:
        inactive = body["show_inactive"] is True
    if begun and (filters, inactive) != (consignment.filters, consignment.show_inactive):
        raise Refusal(422, "the filters of a count that has started cannot be changed")
    consignment.filters, consignment.show_inactive = filters, inactive


def _required(body: Mapping[str, Any], field: str) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not value:
        raise Refusal(422, f"{field} is required and must be a string")
    return value


def _status(body: Mapping[str, Any]) -> str | None:
    status = body.get("status")
    if status is None:
        return None
    if status not in rules.STATUSES:
        raise Refusal(422, f"unknown status {status}")
    return str(status)


def _outlet_id(world: World, body: Mapping[str, Any]) -> str:
    outlet_id = _required(body, "outlet_id")
    _check_reference(world.outlets, "outlet_id", outlet_id)
    return outlet_id


def _optional_fields(world: World, body: Mapping[str, Any]) -> dict[str, str | None]:
    fields: dict[str, str | None] = {}
    for field in OPTIONAL_FIELDS:
        if field not in body:
            continue
        value = body[field]
        if value is not None and not isinstance(value, str):
            raise Refusal(422, f"{field} must be a string")
        fields[field] = value
    _check_reference(world.suppliers, "supplier_id", fields.get("supplier_id"))
    _check_reference(world.outlets, "source_outlet_id", fields.get("source_outlet_id"))
    return fields


def _check_reference(table: Table[Record], field: str, key: str | None) -> None:
    if key is None:
        return
    row = table.get(key)
    if row is None or row.deleted_at is not None:
        raise Refusal(422, f"{field} {key} does not exist")
