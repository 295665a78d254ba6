"""`/search` over HTTP: products, sales and customers by their fields, with offset paging."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, Final

from lsync.simulator.api.call import Answer, Call
from lsync.simulator.api.operation import operation
from lsync.simulator.api.paging import Query, read_flag, read_int, read_text
from lsync.simulator.entities import Kind, Record
from lsync.simulator.refusal import Refusal
from lsync.simulator.sales.legacy import STATUS
from lsync.simulator.wire import read_moment
from lsync.simulator.world import World

PAGE_MAXIMUM: Final = 1000
_DEFAULT_SIZE: Final = 100

Values = Callable[[Record], Any]


def _field(name: str) -> Values:
    return lambda record: record.value(name)


def _of_source(name: str) -> Values:
    return lambda sale: sale.fields["source"].get(name)


_PRODUCT: Final[Mapping[str, Values]] = {
    "_id": lambda record: record.id,
    **{
        name: _field(name)
        for name in (*("sku", "supplier_id", "brand_id", "product_type_id", "variant_parent_id"),)
    },
    "tag_id": _field("tag_ids"),
}
_CUSTOMER: Final[Mapping[str, Values]] = {
    "_id": lambda record: record.id,
    **{
        name: _field(name)
        for name in (
            *("customer_code", "email", "first_name", "last_name", "company_name"),
            *("mobile", "phone"),
        )
    },
}
_SALE: Final[Mapping[str, Values]] = {
    "_id": lambda record: record.id,
    **{name: _field(name) for name in ("state", "invoice_number", "customer_id", "attributes")},
    "status": lambda sale: STATUS[sale.fields["state"]],
    "sale_total": lambda sale: sale.fields["totals"]["price_incl_tax"],
    "outlet_id": _of_source("outlet_id"),
    "register_id": _of_source("register_id"),
    "user_id": lambda sale: sale.fields["source"]["author"]["id"],
    "product_id": lambda sale: [line["product"]["id"] for line in sale.fields["line_items"]],
    "payment_type_id": lambda sale: [
        payment["type"]["config_id"] for payment in sale.fields["payments"]
    ],
}
FILTERS: Final[Mapping[str, tuple[Kind, Mapping[str, Values]]]] = {
    "products": ("product", _PRODUCT),
    "customers": ("customer", _CUSTOMER),
    "sales": ("sale", _SALE),
}
SCOPES: Final = {"products": "products:read", "customers": "customers:read", "sales": "sales:read"}


def search(world: World, call: Call) -> Answer:
    """`{data: [...]}`; a parameter may repeat, and a leading `-` excludes."""
    query = call.query()
    asked = read_text(query, "type")
    if asked is None or asked not in FILTERS:
        raise Refusal(400, f"type must be one of {', '.join(FILTERS)}")
    if not call.grant.allows(SCOPES[asked]):
        raise Refusal(403, f"the token lacks the scope {SCOPES[asked]}")
    offset, size = read_int(query, "offset") or 0, read_int(query, "page_size") or _DEFAULT_SIZE
    if offset < 0 or size < 0:
        raise Refusal(400, "page_size and offset must not be negative")
    found = _sorted(_found(world, asked, query), query)
    # More than the maximum is documented to give the maximum, not to be refused.
    rows = islice(found, offset, offset + min(size, PAGE_MAXIMUM))
    page = ",".join(row.text() for row in rows)
    return Answer(body=f'{{"data":[{page}]}}'.encode())


def _found(world: World, asked: str, query: Query) -> Iterator[Record]:
    kind, known = FILTERS[asked]
    wanted = [_test(known[name], query[name]) for name in known if name in query]
    unwanted = [_test(known[name], query[f"-{name}"]) for name in known if f"-{name}" in query]
    wanted += _during(query) if asked == "sales" else []
    deleted = read_flag(query, "deleted")
    for record in world.records[kind]:
        if record.deleted_at is not None and not deleted:
            continue
        if all(test(record) for test in wanted) and not any(test(record) for test in unwanted):
            yield record


def _during(query: Query) -> list[Callable[[Record], bool]]:
    """Tests for the time of a sale, both ends included."""
    start, end = (_moment(query, name) for name in ("date_from", "date_to"))

    def is_during(sale: Record) -> bool:
        at = read_moment(str(sale.value("date")))
        return at is not None and (not start or at >= start) and (not end or at <= end)

    return [is_during] if start or end else []


def _moment(query: Query, name: str) -> datetime | None:
    text = read_text(query, name)
    if not text:
        return None
    moment = read_moment(text)
    if moment is None:
        raise Refusal(400, f"{name} must be a time such as 2016-08-08T12:00:00Z")
    return moment


def _sorted(rows: Iterator[Record], query: Query) -> Iterator[Record]:
    order, direction = read_text(query, "order_by"), read_text(query, "order_direction") or "asc"
    if direction not in {"asc", "desc"}:
        raise Refusal(400, "order_direction must be asc or desc")
    if not order:
        return rows
    # Texts and numbers do not compare: every value is ordered as a text of its kind.
    in_order = sorted(rows, key=lambda row: _sortable(row.value(order)))
    return iter(in_order if direction == "asc" else reversed(in_order))


def _sortable(value: Any) -> tuple[int, float, str]:
    if isinstance(value, int | float):
        return 0, float(value), ""
    return 1, 0.0, "" if value is None else str(value).lower()


def _test(values_of: Values, wanted: list[str]) -> Callable[[Record], bool]:
    lowered = {value.lower() for value in wanted}

    def is_wanted(record: Record) -> bool:
        value = values_of(record)
        values = value if isinstance(value, list) else [value]
        return any(str(one).lower() in lowered for one in values)

    return is_wanted


OPERATIONS: Final = (operation("Search", "GET /search", search),)
