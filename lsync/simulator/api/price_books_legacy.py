"""Writing price books as 2.0 has it: one customer group, at most one outlet; deleting them."""

from typing import Any, Final

from lsync.simulator import records, shape
from lsync.simulator.api.call import Answer, Call, data_answer
from lsync.simulator.api.operation import LEGACY, operation
from lsync.simulator.api.price_books import book_of, rows_of
from lsync.simulator.entities import Record
from lsync.simulator.ledger import Effect
from lsync.simulator.world import World

_BOOK: Final[shape.Shape] = {
    "name": shape.required_text,
    "customer_group_id": shape.required_text,
    "outlet_id": shape.text,
    "valid_from": shape.text,
    "valid_to": shape.text,
    "restrict_to_platform": shape.text,
    "restrict_to_platform_key": shape.text,
}


def create_book(world: World, call: Call) -> Answer:
    """200 with the bare fields of the new price book."""
    book, effect = records.add_record(world, "price_book", _fields(world, call))
    names = ("name", "type", "retailer_id", "customer_group_id", "restrict_to_platform")
    optional = {name: book.value(name) or "" for name in ("outlet_id", "valid_from", "valid_to")}
    shown = {"id": book.id, **{name: book.value(name) for name in names}, **optional}
    return data_answer(shown, effect=effect)


def update_book(world: World, call: Call, book_id: str) -> Answer:
    """Replace a price book's content."""
    book = records.living_record(world, "price_book", book_id)
    changed, effect = records.change_record(world, "price_book", book, _fields(world, call))
    return data_answer(_shown(world, changed), effect=effect)


def delete_book(world: World, _call: Call, book_id: str) -> Answer:
    """Delete a price book and its rows; answers with it."""
    book = records.living_record(world, "price_book", book_id)
    rows = rows_of(world, book_id=book_id)
    for row in rows:
        records.delete_record(world, "price_book_product", row)
    records.delete_record(world, "price_book", book)
    effect = Effect(changes={"deleted": book_id, "rows": [row.id for row in rows]})
    return data_answer(_shown(world, book), effect=effect)


def _fields(world: World, call: Call) -> dict[str, Any]:
    given = shape.read_fields(call.json_object(), _BOOK, required=("name", "customer_group_id"))
    outlet = given.get("outlet_id") or None
    platform = given.get("restrict_to_platform") or given.get("restrict_to_platform_key")
    fields = book_of(
        world,
        {
            "name": given["name"],
            "customer_group_ids": [given["customer_group_id"]],
            "outlet_ids": [] if outlet is None else [outlet],
            "valid_from": given.get("valid_from"),
            "valid_to": given.get("valid_to"),
            "restrict_to_platform": platform,
        },
    )
    return {**fields, "outlet_id": outlet}


def _shown(world: World, book: Record) -> dict[str, Any]:
    group = world.records["customer_group"].get(str(book.value("customer_group_id")))
    outlet = world.outlets.get(str(book.value("outlet_id")))
    shown = {**book.shown(), **({} if group is None else {"customer_group": group.shown()})}
    return shown if outlet is None else {**shown, "outlet": outlet.shown()}


_WRITE: Final = "products:write:price_books"
_ONE: Final = "/price_books/{price_book_id}"

OPERATIONS: Final = (
    operation("CreatePriceBook", "POST /price_books", create_book, scope=_WRITE, versions=LEGACY),
    operation("UpdatePriceBook", f"POST {_ONE}", update_book, scope=_WRITE, versions=LEGACY),
    operation("DeletePriceBook", f"DELETE {_ONE}", delete_book, scope=_WRITE, versions=LEGACY),
)
