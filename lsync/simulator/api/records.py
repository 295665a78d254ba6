"""Reading plain collections (outlets, suppliers, registers, products): list and get.

Deleted records appear with `deleted=true` only; reading one by id always works.
"""

from collections.abc import Callable

from lsync.simulator.api.call import Answer, Call, page_answer, row_answer
from lsync.simulator.api.paging import page_rule, read_cursor, read_flag, take_page
from lsync.simulator.entities import Record
from lsync.simulator.refusal import not_found
from lsync.simulator.table import Table
from lsync.simulator.world import World

TableOf = Callable[[World], Table[Record]]


def record_with(table: Table[Record], what: str, key: str) -> Record:
    """The record of that id, deleted or not; refuses with 404."""
    record = table.get(key)
    if record is None:
        raise not_found(what, key)
    return record


def lister(table_of: TableOf) -> Callable[[World, Call], Answer]:
    """A handler that lists a collection by version cursor."""

    def handle(world: World, call: Call) -> Answer:
        query = call.query()
        cursor = read_cursor(query, page_rule(world))
        if read_flag(query, "deleted"):
            return page_answer(take_page(table_of(world), cursor))
        return page_answer(take_page(table_of(world), cursor, keep=_is_alive))

    return handle


def getter(table_of: TableOf, what: str) -> Callable[[World, Call, str], Answer]:
    """A handler that reads one record."""

    def handle(world: World, _call: Call, key: str) -> Answer:
        return row_answer(record_with(table_of(world), what, key))

    return handle


def _is_alive(record: Record) -> bool:
    return record.deleted_at is None
