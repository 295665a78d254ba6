"""Handlers that plain collections share: list by version cursor, read one, delete one.

Deleted records appear with `deleted=true` only; reading one by id always works.
"""

from collections.abc import Callable, Mapping
from typing import Any

from lsync.simulator import records
from lsync.simulator.api.call import Answer, Call, data_answer, page_answer, row_answer
from lsync.simulator.api.paging import page_rule, read_cursor, read_flag, take_page
from lsync.simulator.entities import Kind, Record
from lsync.simulator.world import World

Reader = Callable[[Mapping[str, Any]], dict[str, Any]]


def is_alive(record: Record) -> bool:
    """Whether a record is not deleted."""
    return record.deleted_at is None


def lister(kind: Kind) -> Callable[[World, Call], Answer]:
    """List a collection."""

    def handle(world: World, call: Call) -> Answer:
        query = call.query()
        cursor = read_cursor(query, page_rule(world))
        keep = None if read_flag(query, "deleted") else is_alive
        return page_answer(take_page(world.records[kind], cursor, keep=keep))

    return handle


def getter(kind: Kind) -> Callable[[World, Call, str], Answer]:
    """Read one record."""

    def handle(world: World, _call: Call, key: str) -> Answer:
        return row_answer(records.record_with(world, kind, key))

    return handle


def creator(kind: Kind, read: Reader, *, status: int = 201) -> Callable[[World, Call], Answer]:
    """Create a record from the fields that `read` makes of the body; answers with it."""

    def handle(world: World, call: Call) -> Answer:
        record, effect = records.add_record(world, kind, read(call.json_object()))
        return row_answer(record, status=status, effect=effect)

    return handle


def id_creator(kind: Kind, read: Reader) -> Callable[[World, Call], Answer]:
    """As `creator`, but the answer is the new id alone, with status 200."""

    def handle(world: World, call: Call) -> Answer:
        record, effect = records.add_record(world, kind, read(call.json_object()))
        return data_answer(record.id, effect=effect)

    return handle


def updater(kind: Kind, read: Reader) -> Callable[[World, Call, str], Answer]:
    """Change the given fields of a record; answers with it."""

    def handle(world: World, call: Call, key: str) -> Answer:
        record = records.living_record(world, kind, key)
        changed, effect = records.change_record(world, kind, record, read(call.json_object()))
        return row_answer(changed, effect=effect)

    return handle


def id_updater(
    kind: Kind, read: Reader, shown: Callable[[str], Any]
) -> Callable[[World, Call, str], Answer]:
    """As `updater`, but the answer's data is what `shown` makes of the id."""

    def handle(world: World, call: Call, key: str) -> Answer:
        record = records.living_record(world, kind, key)
        _, effect = records.change_record(world, kind, record, read(call.json_object()))
        return data_answer(shown(key), effect=effect)

    return handle


def deleter(kind: Kind) -> Callable[[World, Call, str], Answer]:
    """Delete a record; 204 without a body."""

    def handle(world: World, _call: Call, key: str) -> Answer:
        record = records.living_record(world, kind, key)
        return Answer(status=204, effect=records.delete_record(world, kind, record))

    return handle


def job_deleter(kind: Kind) -> Callable[[World, Call, str], Answer]:
    """Delete a record; 200 with its id and the id of the job that cleans up behind it."""

    def handle(world: World, _call: Call, key: str) -> Answer:
        record = records.living_record(world, kind, key)
        effect = records.delete_record(world, kind, record)
        return data_answer({"id": key, "job_id": world.ids.new("job")}, effect=effect)

    return handle


def bare_id(key: str) -> str:
    """The answer of some updates: the id itself."""
    return key


def wrapped_id(key: str) -> dict[str, str]:
    """The answer of other updates: an object with the id."""
    return {"id": key}
