"""Product categories over HTTP: the one collection that pages by `page_info`."""

from collections.abc import Mapping
from typing import Any, Final

from lsync.simulator import records, shape
from lsync.simulator.api.call import Answer, Call, data_answer, json_answer
from lsync.simulator.api.operation import operation
from lsync.simulator.api.paging import page_rule, read_cursor, read_text
from lsync.simulator.api.records import is_alive
from lsync.simulator.entities import Record
from lsync.simulator.ledger import Effect
from lsync.simulator.refusal import Refusal
from lsync.simulator.world import World


def list_categories(world: World, call: Call) -> Answer:
    """`after` is the id last seen; `page_info` tells whether more follow."""
    query = call.query()
    size = read_cursor({**query, "after": []}, page_rule(world)).size
    parent, after = read_text(query, "parent"), read_text(query, "after")
    rows = [
        row
        for row in sorted(world.records["product_category"], key=lambda row: row.id)
        if is_alive(row)
        and (parent is None or row.fields.get("parent_category_id") == parent)
        and (after is None or row.id > after)
    ]
    page = rows[:size]
    last_seen = page[-1].id if page else ""
    return json_answer(
        {
            "page_info": {"has_next": len(rows) > size, "last_seen": last_seen},
            "data": {"categories": [_shown(row) for row in page]},
        }
    )


def _shown(row: Record) -> dict[str, Any]:
    return {"id": row.id, **{key: value for key, value in row.fields.items() if value is not None}}


def save_categories(world: World, call: Call) -> Answer:
    """Create those without an id, change the others; they may refer to each other by payload id."""
    given = shape.read_fields(
        call.json_object(), {"categories": shape.objects}, required=("categories",)
    )
    by_payload: dict[str, str] = {}
    saved = [_save(world, item, by_payload) for item in given["categories"]]
    return data_answer(saved, effect=Effect(changes={"saved": saved}))


_CATEGORY: Final[shape.Shape] = {
    "id": shape.text,
    "payload_id": shape.text,
    "name": shape.required_text,
    "parent_category_id": shape.text,
    "payload_parent_category_id": shape.text,
}


def _save(world: World, item: Mapping[str, Any], by_payload: dict[str, str]) -> dict[str, Any]:
    given = shape.read_fields(item, _CATEGORY, required=("name",))
    parent = given.get("parent_category_id") or by_payload.get(
        given.get("payload_parent_category_id") or ""
    )
    fields = _placed(world, given["name"], parent)
    if given.get("id"):
        row = records.living_record(world, "product_category", given["id"])
        records.change_record(world, "product_category", row, fields)
    else:
        row, _ = records.add_record(world, "product_category", fields)
    if given.get("payload_id"):
        by_payload[given["payload_id"]] = row.id
    own = {"id": row.id, "name": given["name"]}
    row.fields["category_path"] = [*fields["category_path"], own]
    row.fields["root_category_id"] = row.fields["category_path"][0]["id"]
    shown = {**own, "payload_id": given.get("payload_id"), "parent_category_id": parent}
    return {key: value for key, value in shown.items() if value is not None}


def _placed(world: World, name: str, parent_id: str | None) -> dict[str, Any]:
    path: list[Any] = []
    if parent_id is not None:
        parent = world.records["product_category"].get(parent_id)
        if parent is None or not is_alive(parent):
            raise Refusal(422, f"there is no category {parent_id}")
        path = list(parent.fields["category_path"])
        records.change_record(world, "product_category", parent, {"leaf_category": False})
    return {
        "name": name,
        "parent_category_id": parent_id,
        "leaf_category": True,
        "category_path": path,
    }


def delete_categories(world: World, call: Call) -> Answer:
    """Delete in the background: the answer names the job."""
    given = shape.read_fields(
        call.json_object(), {"category_ids": shape.texts}, required=("category_ids",)
    )
    rows = [records.living_record(world, "product_category", key) for key in given["category_ids"]]
    for row in rows:
        records.delete_record(world, "product_category", row)
    ids = [row.id for row in rows]
    answer = {"categories": [{"ids": ids, "job_id": world.ids.new("job")}]}
    return data_answer(answer, effect=Effect(changes={"deleted": ids}))


_READ: Final = "products:read"
_WRITE: Final = "products:write"
_BULK: Final = "/product_categories/bulk"

OPERATIONS: Final = (
    operation("ListProductCategories", "GET /product_categories", list_categories, scope=_READ),
    operation("CreateUpdateProductCategories", f"POST {_BULK}", save_categories, scope=_WRITE),
    operation("DeleteProductCategories", f"DELETE {_BULK}", delete_categories, scope=_WRITE),
)
