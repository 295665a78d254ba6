"""Sales over HTTP: listed in the form of the version, written in that of 2026-07."""

from typing import Final

from lsync.simulator import records
from lsync.simulator.api.call import Answer, Call, data_answer, page_answer, row_answer
from lsync.simulator.api.operation import CURRENT, LEGACY, operation
from lsync.simulator.api.paging import page_rule, read_cursor, take_page
from lsync.simulator.entities import Sale
from lsync.simulator.ledger import Effect
from lsync.simulator.refusal import Refusal
from lsync.simulator.sales.building import build_sale, read_sale, return_of
from lsync.simulator.sales.fulfillments import plan_fulfillments
from lsync.simulator.sales.legacy import legacy_sale
from lsync.simulator.sales.states import put_sale, sale_with
from lsync.simulator.world import World


def list_sales(world: World, call: Call) -> Answer:
    """Sales by version."""
    rows = take_page(world.records["sale"], read_cursor(call.query(), page_rule(world)))
    return page_answer(rows)


def list_sales_legacy(world: World, call: Call) -> Answer:
    """Sales in the flat form."""
    rows = take_page(world.records["sale"], read_cursor(call.query(), page_rule(world)))
    return data_answer([legacy_sale(row) for row in rows])


def get_sale(world: World, _call: Call, sale_id: str) -> Answer:
    """One sale."""
    return row_answer(sale_with(world, sale_id))


def get_sale_legacy(world: World, _call: Call, sale_id: str) -> Answer:
    """One sale in the flat form."""
    return data_answer(legacy_sale(sale_with(world, sale_id)))


def create_sale(world: World, call: Call) -> Answer:
    """200 with the sale; a sale id of the caller's own that exists is a conflict."""
    given = read_sale(call.json_object())
    key = given.get("id") or world.ids.new("sale")
    if world.records["sale"].get(key) is not None:
        raise Refusal(409, f"a sale with id {key} exists")
    sale = _new_sale(world, key, build_sale(world, given))
    put_sale(world, sale, before=None)
    plan_fulfillments(world, sale)
    return row_answer(sale, effect=Effect(changes={"created": sale.shown()}))


def update_sale(world: World, call: Call, sale_id: str) -> Answer:
    """Replace a sale. Finished sales only change their note, or from closed to voided."""
    sale = sale_with(world, sale_id)
    given = read_sale(call.json_object())
    before = sale.fields["state"]
    if before == "voided" or (before == "closed" and given["state"] in {"parked", "pending"}):
        raise Refusal(409, f"a {before} sale cannot become {given['state']}")
    now = world.timestamp()
    if before == "closed":
        note = given.get("note", sale.fields["note"])
        sale.fields = {**sale.fields, "state": given["state"], "note": note, "updated_at": now}
    else:
        given.setdefault("invoice_number", sale.fields["invoice_number"])
        kept = {"created_at": sale.fields["created_at"], "return": sale.fields["return"]}
        sale.fields = {**build_sale(world, given), **kept, "updated_at": now}
    put_sale(world, sale, before=before)
    changes = {"id": sale.id, "state": [before, sale.fields["state"]]}
    return row_answer(sale, effect=Effect(changes=changes))


def start_return(world: World, _call: Call, sale_id: str) -> Answer:
    """A new parked sale with negative quantities; only a closed sale can be returned."""
    new = _begin_return(world, sale_with(world, sale_id))
    return row_answer(new, effect=Effect(changes={"created": new.shown()}))


def start_return_legacy(world: World, _call: Call, sale_id: str) -> Answer:
    """As `start_return`, in the flat form."""
    new = _begin_return(world, sale_with(world, sale_id))
    return data_answer(legacy_sale(new), effect=Effect(changes={"created": new.shown()}))


def _begin_return(world: World, sale: Sale) -> Sale:
    if sale.fields["state"] != "closed":
        raise Refusal(422, "only a closed sale can be returned")
    new = _new_sale(world, world.ids.new("sale"), return_of(world, sale))
    put_sale(world, new, before=None)
    returned = [*sale.fields["return"]["return_sale_ids"], new.id]
    returns = {**sale.fields["return"], "return_sale_ids": returned}
    records.change_record(world, "sale", sale, {"return": returns})
    return new


def _new_sale(world: World, key: str, fields: dict[str, object]) -> Sale:
    now = world.timestamp()
    return Sale(id=key, fields={**fields, "created_at": now, "updated_at": now})


_READ: Final = "sales:read"
_WRITE: Final = "sales:write"
_ONE: Final = "/sales/{sale_id}"
_RETURN: Final = f"{_ONE}/actions/return"

OPERATIONS: Final = (
    operation("ListSales", "GET /sales", list_sales, scope=_READ, versions=CURRENT),
    operation("CreateSale", "POST /sales", create_sale, scope=_WRITE, versions=CURRENT),
    operation("GetSaleByID", f"GET {_ONE}", get_sale, scope=_READ, versions=CURRENT),
    operation("UpdateSale", f"PUT {_ONE}", update_sale, scope=_WRITE, versions=CURRENT),
    operation("initReturnSale", f"POST {_RETURN}", start_return, scope=_WRITE, versions=CURRENT),
    operation("ListSales", "GET /sales", list_sales_legacy, scope=_READ, versions=LEGACY),
    operation("GetSaleByID", f"GET {_ONE}", get_sale_legacy, scope=_READ, versions=LEGACY),
    operation(
        "initReturnSale", f"PUT {_RETURN}", start_return_legacy, scope=_WRITE, versions=LEGACY
    ),
)
