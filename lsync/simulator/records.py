"""Adding, changing and deleting plain records, with times, versions and events. No HTTP."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from lsync.simulator.entities import Kind, Record
from lsync.simulator.ledger import Effect
from lsync.simulator.refusal import not_found
from lsync.simulator.webhooks.events import raise_event
from lsync.simulator.webhooks.payloads import customer_payload, product_payload, sale_payload
from lsync.simulator.world import World

_EVENTS: Final[Mapping[Kind, tuple[str, Callable[[World, Record], Mapping[str, Any]]]]] = {
    "product": ("product.update", product_payload),
    "customer": ("customer.update", customer_payload),
    "sale": ("sale.update", sale_payload),
}


def record_with(world: World, kind: Kind, key: str) -> Record:
    """The record of that id, deleted or not; refuses with 404."""
    record = world.records[kind].get(key)
    if record is None:
        raise not_found(kind.replace("_", " "), key)
    return record


def living_record(world: World, kind: Kind, key: str) -> Record:
    """The record of that id; refuses with 404 when it is deleted."""
    record = record_with(world, kind, key)
    if record.deleted_at is not None:
        raise not_found(kind.replace("_", " "), key)
    return record


def add_record(
    world: World,
    kind: Kind,
    fields: Mapping[str, Any],
    *,
    key: str | None = None,
    defaults: Mapping[str, Any] | None = None,
) -> tuple[Record, Effect]:
    """Add a record; `key` when the caller chose the id."""
    now = world.timestamp()
    record = Record(
        id=key or world.ids.new(kind),
        fields={**fields, "created_at": now, "updated_at": now},
        defaults=defaults or {},
    )
    _put(world, kind, record)
    return record, Effect(changes={"created": record.shown()})


def change_record(
    world: World, kind: Kind, record: Record, fields: Mapping[str, Any]
) -> tuple[Record, Effect]:
    """Change some fields."""
    before = record.shown()
    record.fields = {**record.fields, **fields, "updated_at": world.timestamp()}
    _put(world, kind, record)
    changed = {
        name: [before.get(name), value]
        for name, value in fields.items()
        if before.get(name) != value
    }
    return record, Effect(changes={"id": record.id, "changed": changed})


def delete_record(world: World, kind: Kind, record: Record) -> Effect:
    """Mark a record as deleted; it stays readable by id and with `deleted=true`."""
    record.deleted_at = world.timestamp()
    _put(world, kind, record)
    return Effect(changes={"deleted": record.id})


def _put(world: World, kind: Kind, record: Record) -> None:
    if kind == "product":
        world.put_product(record)
    else:
        world.records[kind].put(record)
    if kind in _EVENTS:
        event, payload_of = _EVENTS[kind]
        raise_event(world, event, lambda: payload_of(world, record))
