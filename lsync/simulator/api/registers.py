"""Registers over HTTP: opening, closing, what was paid; and the layouts of their buttons."""

from collections.abc import Mapping
from typing import Any, Final

from lsync.simulator import records, shape
from lsync.simulator.api.call import Answer, Call, data_answer, row_answer
from lsync.simulator.api.operation import CURRENT, operation
from lsync.simulator.api.records import getter, lister
from lsync.simulator.entities import Record
from lsync.simulator.refusal import Refusal
from lsync.simulator.webhooks.events import raise_event
from lsync.simulator.world import World


def open_register(world: World, call: Call, register_id: str) -> Answer:
    """Open a register; 422 when it is open."""
    register = records.living_record(world, "register", register_id)
    given = shape.read_fields(call.json_object(), {"register_open_time": shape.text})
    if register.fields["is_open"]:
        raise Refusal(422, "the register is open already")
    fields = {
        "is_open": True,
        "register_open_time": given.get("register_open_time") or world.timestamp(),
        "register_close_time": None,
        "register_open_sequence_id": world.ids.new("register_sequence"),
    }
    changed, effect = records.change_record(world, "register", register, fields)
    return row_answer(changed, effect=effect)


def close_register(world: World, call: Call, register_id: str) -> Answer:
    """Close a register with what was counted; fires `register_closure.create`."""
    register = records.living_record(world, "register", register_id)
    given = shape.read_fields(call.json_object(), {"payments": shape.objects})
    if not register.fields["is_open"]:
        raise Refusal(422, "the register is closed already")
    closure = _closure(world, register, given.get("payments", []))
    fields = {"is_open": False, "register_close_time": world.timestamp()}
    changed, effect = records.change_record(world, "register", register, fields)
    raise_event(world, "register_closure.create", lambda: closure)
    return row_answer(changed, effect=effect)


def payments_summary(world: World, _call: Call, register_id: str) -> Answer:
    """What was paid at a register since it was opened, with two places."""
    register = records.record_with(world, "register", register_id)
    paid = _paid(world, register)
    return data_answer(
        {
            "register_open_time": register.fields["register_open_time"],
            "register_closure_id": register.fields["register_open_sequence_id"],
            "register_closure_sequence_number": 1,
            "payments": [
                {
                    "payment_type_id": kind.id,
                    "payment_type_name": kind.fields["name"],
                    "total": f"{paid.get(kind.id, 0.0):.2f}",
                }
                for kind in world.records["payment_type"]
            ],
        }
    )


def _paid(world: World, register: Record) -> Mapping[str, float]:
    sequence = register.fields["register_open_sequence_id"]
    totals: dict[str, float] = {}
    for sale in world.records["sale"]:
        if sale.fields["state"] != "closed":
            continue
        for payment in sale.fields["payments"]:
            if payment["_metadata"]["register_open_sequence_id"] == sequence:
                kind = payment["type"]["config_id"]
                totals[kind] = totals.get(kind, 0.0) + payment["amount"]
    return totals


def _closure(world: World, register: Record, counted: list[dict[str, Any]]) -> dict[str, Any]:
    paid = _paid(world, register)
    return {
        "id": register.fields["register_open_sequence_id"],
        "register_id": register.id,
        "outlet_id": register.fields["outlet_id"],
        "register_open_time": register.fields["register_open_time"],
        "register_close_time": world.timestamp(),
        "payments": [
            {"payment_type_id": kind, "total": f"{total:.2f}"} for kind, total in paid.items()
        ],
        "counted": counted,
    }


_READ: Final = "registers:read"
_ONE: Final = "/registers/{register_id}"
_LAYOUTS: Final = "/button_layouts"

OPERATIONS: Final = (
    operation("ListRegisters", "GET /registers", lister("register"), scope=_READ),
    operation("GetRegisterByID", f"GET {_ONE}", getter("register"), scope=_READ),
    operation("OpenRegister", f"PUT {_ONE}/actions/open", open_register, scope="register:open"),
    operation("CloseRegister", f"PUT {_ONE}/actions/close", close_register, scope="register:close"),
    operation(
        "RegisterPaymentsSummary",
        f"GET {_ONE}/payments_summary",
        payments_summary,
        scope="payments:read",
    ),
    operation(
        "ListButtonLayouts",
        f"GET {_LAYOUTS}",
        lister("button_layout"),
        scope=_READ,
        versions=CURRENT,
    ),
    operation(
        "GetButtonLayoutById",
        f"GET {_LAYOUTS}/{{id}}",
        getter("button_layout"),
        scope=_READ,
        versions=CURRENT,
    ),
)
