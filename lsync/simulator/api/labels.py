"""Brands, tags, product types and variant attributes over HTTP: names that products wear."""

from collections.abc import Mapping
from typing import Any, Final

from lsync.simulator import records, shape
from lsync.simulator.api.call import Answer, Call, data_answer, json_answer
from lsync.simulator.api.operation import operation
from lsync.simulator.api.paging import read_flag
from lsync.simulator.api.records import (
    bare_id,
    getter,
    id_creator,
    id_updater,
    is_alive,
    job_deleter,
    lister,
    wrapped_id,
)
from lsync.simulator.entities import Record
from lsync.simulator.refusal import Refusal
from lsync.simulator.world import World

_LABEL: Final[shape.Shape] = {"name": shape.required_text, "description": shape.text}


def _label(body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(shape.read_fields(body, _LABEL, required=("name",)))


def delete_brand(world: World, _call: Call, brand_id: str) -> Answer:
    """200 with `payload.data`, unlike every other deletion."""
    brand = records.living_record(world, "brand", brand_id)
    effect = records.delete_record(world, "brand", brand)
    data = {"id": brand_id, "job_id": world.ids.new("job")}
    return json_answer({"payload": {"data": data}}, effect=effect)


def list_attributes(world: World, call: Call) -> Answer:
    """All variant attributes at once, without a version."""
    deleted = read_flag(call.query(), "deleted")
    rows = [row for row in world.records["variant_attribute"] if deleted or is_alive(row)]
    return data_answer([_attribute(row) for row in rows])


def get_attribute(world: World, _call: Call, key: str) -> Answer:
    """One variant attribute, without an envelope as the document has it."""
    return json_answer(_attribute(records.record_with(world, "variant_attribute", key)))


def create_attribute(world: World, call: Call) -> Answer:
    """201; 422 when the name is taken."""
    fields = _attribute_name(world, call)
    row, effect = records.add_record(world, "variant_attribute", fields)
    shown = {"id": row.id, **row.fields}
    return data_answer(shown, status=201, effect=effect)


def update_attribute(world: World, call: Call, key: str) -> Answer:
    """Rename an attribute."""
    row = records.living_record(world, "variant_attribute", key)
    fields = _attribute_name(world, call, but=key)
    _, effect = records.change_record(world, "variant_attribute", row, fields)
    return data_answer({"id": key, "name": fields["name"]}, effect=effect)


def delete_attribute(world: World, _call: Call, key: str) -> Answer:
    """200 with the id."""
    row = records.living_record(world, "variant_attribute", key)
    return data_answer({"id": key}, effect=records.delete_record(world, "variant_attribute", row))


def _attribute_name(world: World, call: Call, *, but: str | None = None) -> dict[str, Any]:
    fields = shape.read_fields(
        call.json_object(), {"name": shape.required_text}, required=("name",)
    )
    for row in world.records["variant_attribute"]:
        if row.id != but and is_alive(row) and row.fields["name"] == fields["name"]:
            raise Refusal(422, f"a variant attribute named {fields['name']} exists")
    return dict(fields)


def _attribute(row: Record) -> dict[str, Any]:
    return {"id": row.id, "name": row.fields["name"], "deleted_at": row.deleted_at}


_READ: Final = "products:read"
_WRITE: Final = "products:write"
_BRAND: Final = "/brands/{brand_id}"
_TAG: Final = "/tags/{tag_id}"
_ATTRIBUTE: Final = "/variant_attributes/{attribute_id}"

OPERATIONS: Final = (
    operation("ListBrands", "GET /brands", lister("brand"), scope=_READ),
    operation("CreateBrand", "POST /brands", id_creator("brand", _label), scope=_WRITE),
    operation("GetBrandByID", f"GET {_BRAND}", getter("brand"), scope=_READ),
    operation(
        "UpdateBrandById", f"PUT {_BRAND}", id_updater("brand", _label, wrapped_id), scope=_WRITE
    ),
    operation("DeleteBrandByID", f"DELETE {_BRAND}", delete_brand, scope=_WRITE),
    operation("ListTags", "GET /tags", lister("tag"), scope=_READ),
    operation("CreateTag", "POST /tags", id_creator("tag", _label), scope=_WRITE),
    operation("GetTagByID", f"GET {_TAG}", getter("tag"), scope=_READ),
    operation("UpdateTagByID", f"PUT {_TAG}", id_updater("tag", _label, bare_id), scope=_WRITE),
    operation("DeleteTagByID", f"DELETE {_TAG}", job_deleter("tag"), scope=_WRITE),
    operation("ListProductTypes", "GET /product_types", lister("product_type"), scope=_READ),
    operation("GetProductTypeByID", "GET /product_types/{id}", getter("product_type"), scope=_READ),
    operation("ListVariantAttributes", "GET /variant_attributes", list_attributes, scope=_READ),
    operation("CreateVariantAttribute", "POST /variant_attributes", create_attribute, scope=_WRITE),
    operation("GetVariantAttributes", f"GET {_ATTRIBUTE}", get_attribute, scope=_READ),
    operation("UpdateVariantAttribute", f"PUT {_ATTRIBUTE}", update_attribute, scope=_WRITE),
    operation("DeleteVariantAttribute", f"DELETE {_ATTRIBUTE}", delete_attribute, scope=_WRITE),
)
