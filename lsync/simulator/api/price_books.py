"""Price books and their rows over HTTP; rows change at most 100 a call."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from lsync.simulator import records, shape
from lsync.simulator.api.call import Answer, Call, data_answer, page_answer, row_answer
from lsync.simulator.api.operation import CURRENT, operation
from lsync.simulator.api.paging import page_rule, read_cursor, read_flag, read_text, take_page
from lsync.simulator.api.records import getter, is_alive, lister
from lsync.simulator.entities import Record
from lsync.simulator.furnishings import tax_id
from lsync.simulator.ledger import Effect
from lsync.simulator.refusal import Refusal
from lsync.simulator.world import World

ROWS_PER_CALL: Final = 100
_LABELS: Final = {"0": "All Platforms", "1": "In Store", "2": "Ecommerce"}
_BOOK: Final[shape.Shape] = {
    "name": shape.required_text,
    "customer_group_ids": shape.texts,
    "outlet_ids": shape.texts,
    "valid_from": shape.text,
    "valid_to": shape.text,
    "restrict_to_platform": shape.text,
}
_REQUIRED: Final = ("name", "customer_group_ids", "outlet_ids")


def list_books(world: World, call: Call) -> Answer:
    """Price books by version, all or those of one customer group."""
    query = call.query()
    group, deleted = read_text(query, "customer_group_id"), read_flag(query, "deleted")
    rows = take_page(
        world.records["price_book"],
        read_cursor(query, page_rule(world)),
        keep=lambda row: (
            (deleted or is_alive(row))
            and (group is None or group in row.fields["customer_group_ids"])
        ),
    )
    return page_answer(rows)


def create_book(world: World, call: Call) -> Answer:
    """200 with the new price book."""
    book, effect = records.add_record(world, "price_book", _book_fields(world, call))
    return row_answer(book, effect=effect)


def update_book(world: World, call: Call, book_id: str) -> Answer:
    """Replace a price book's content."""
    book = records.living_record(world, "price_book", book_id)
    changed, effect = records.change_record(world, "price_book", book, _book_fields(world, call))
    return row_answer(changed, effect=effect)


def _book_fields(world: World, call: Call) -> dict[str, Any]:
    return book_of(world, shape.read_fields(call.json_object(), _BOOK, required=_REQUIRED))


def book_of(world: World, given: dict[str, Any]) -> dict[str, Any]:
    """The fields of a price book; refuses unknown groups, outlets and platforms."""
    if not given["customer_group_ids"]:
        raise Refusal(422, "customer_group_ids must not be empty")
    groups = [
        records.living_record(world, "customer_group", key) for key in given["customer_group_ids"]
    ]
    outlets = [records.living_record(world, "outlet", key) for key in given["outlet_ids"]]
    platform = given.pop("restrict_to_platform", None) or "0"
    if platform not in _LABELS:
        raise Refusal(422, "restrict_to_platform must be one of 0, 1, 2")
    return {
        "valid_from": None,
        "valid_to": None,
        **given,
        "customer_group_id": given["customer_group_ids"][0],
        "type": "GENERAL",
        "retailer_id": world.retailer_id,
        "customer_groups": [group.shown() for group in groups],
        "outlets": [outlet.shown() for outlet in outlets],
        "restrict_to_platform": platform,
        "restrict_to_platform_key": platform,
        "restrict_to_platform_label": _LABELS[platform],
    }


_ROW: Final[shape.Shape] = {
    "id": shape.text,
    "product_id": shape.required_text,
    "price": shape.number,
    "tax_id": shape.text,
    "loyalty_value": shape.optional_number,
    "min_units": shape.optional_number,
    "max_units": shape.optional_number,
}


def list_rows_of_book(world: World, call: Call, book_id: str) -> Answer:
    """The rows of one price book, of all products or of a comma-separated list."""
    records.record_with(world, "price_book", book_id)
    wanted = read_text(call.query(), "product_ids")
    products = set(wanted.split(",")) if wanted else None
    rows = [
        row.shown()
        for row in rows_of(world, book_id=book_id)
        if products is None or row.fields["product_id"] in products
    ]
    return data_answer(rows)


def list_rows_of_product(world: World, _call: Call, product_id: str) -> Answer:
    """The rows of one product in every price book."""
    records.record_with(world, "product", product_id)
    rows = [
        row.shown()
        for row in world.records["price_book_product"]
        if is_alive(row) and row.fields["product_id"] == product_id
    ]
    return data_answer(rows)


def row_writer(message: str) -> Callable[[World, Call, str], Answer]:
    """Add rows, or change those of the same product and number of units."""

    def handle(world: World, call: Call, book_id: str) -> Answer:
        records.living_record(world, "price_book", book_id)
        given = [_read_row(world, item) for item in _items(call)]
        for fields in given:
            _save_row(world, book_id, fields)
        effect = Effect(changes={"price_book_id": book_id, "rows": given})
        return data_answer({"message": message}, effect=effect)

    return handle


def delete_rows(world: World, call: Call, book_id: str) -> Answer:
    """Delete rows by their ids."""
    records.living_record(world, "price_book", book_id)
    given = shape.read_fields(
        call.json_object(),
        {"price_book_product_ids": shape.texts},
        required=("price_book_product_ids",),
    )
    ids = given["price_book_product_ids"]
    if len(ids) > ROWS_PER_CALL:
        raise Refusal(422, f"at most {ROWS_PER_CALL} rows a call")
    rows = [records.living_record(world, "price_book_product", key) for key in ids]
    for row in rows:
        records.delete_record(world, "price_book_product", row)
    effect = Effect(changes={"price_book_id": book_id, "deleted": ids})
    return data_answer({"message": "deleted"}, effect=effect)


def _items(call: Call) -> list[dict[str, Any]]:
    body = call.json()
    items = shape.objects(body.get("data") if isinstance(body, Mapping) else body, "data")
    if not 0 < len(items) <= ROWS_PER_CALL:
        raise Refusal(422, f"give 1 to {ROWS_PER_CALL} rows a call")
    return items


def _read_row(world: World, item: Mapping[str, Any]) -> dict[str, Any]:
    given = shape.read_fields(item, _ROW, required=("product_id", "price"))
    records.living_record(world, "product", given["product_id"])
    return {"tax_id": tax_id(world.ids), "min_units": None, "max_units": None, **given}


def _save_row(world: World, book_id: str, fields: dict[str, Any]) -> None:
    wanted = {key: value for key, value in fields.items() if key != "id"}
    for row in rows_of(world, book_id=book_id):
        same = all(row.fields[key] == wanted[key] for key in ("product_id", "min_units"))
        if same or row.id == fields.get("id"):
            records.change_record(world, "price_book_product", row, wanted)
            return
    records.add_record(world, "price_book_product", {"price_book_id": book_id, **wanted})


def rows_of(world: World, *, book_id: str) -> list[Record]:
    """The rows of a price book that are not deleted."""
    return [
        row
        for row in world.records["price_book_product"]
        if is_alive(row) and row.fields["price_book_id"] == book_id
    ]


_ALL: Final = "/price_books"
_READ: Final = "products:read:price_books"
_WRITE: Final = "products:write:price_books"
_ONE: Final = "/price_books/{price_book_id}"
_ROWS: Final = f"{_ONE}/products"
_OF_PRODUCT: Final = "/products/{product_id}/price_book_products"

OPERATIONS: Final = (
    operation("ListPriceBooksV3", f"GET {_ALL}", list_books, scope=_READ),
    operation("CreatePriceBookV3", f"POST {_ALL}", create_book, scope=_WRITE, versions=CURRENT),
    operation("GetPriceBookByIDV3", f"GET {_ONE}", getter("price_book"), scope=_READ),
    operation("UpdatePriceBookV3", f"PUT {_ONE}", update_book, scope=_WRITE, versions=CURRENT),
    operation(
        "ListPriceBookProducts",
        "GET /price_book_products",
        lister("price_book_product"),
        scope=_READ,
    ),
    operation("GetPriceBooksForProduct", f"GET {_OF_PRODUCT}", list_rows_of_product, scope=_READ),
    operation("GetPriceBookProductsForPriceBook", f"GET {_ROWS}", list_rows_of_book, scope=_READ),
    operation("AddPriceBookProducts", f"POST {_ROWS}", row_writer("added"), scope=_WRITE),
    operation(
        "UpdatePriceBookProductsWithPutOp", f"PUT {_ROWS}", row_writer("updated"), scope=_WRITE
    ),
    operation("UpdatePriceBookProducts", f"PATCH {_ROWS}", row_writer("updated"), scope=_WRITE),
    operation("DeletePriceBookProducts", f"DELETE {_ROWS}", delete_rows, scope=_WRITE),
)
