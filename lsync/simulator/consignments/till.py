"""What people in the shop do to an order besides receiving it: edit lines, cancel, reopen."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from lsync.simulator.consignments import rules
from lsync.simulator.consignments.transferring import bring_back_line, follow_count
from lsync.simulator.consignments.writing import set_status
from lsync.simulator.entities import Consignment, Line
from lsync.simulator.ledger import Effect
from lsync.simulator.refusal import Refusal
from lsync.simulator.wire import ZERO, read_decimal
from lsync.simulator.world import World

_EDITABLE: Final = ("count", "received", "cost")


def edit(world: World, consignment: Consignment, body: Mapping[str, Any]) -> Effect:
    """Change counts, received amounts or costs by SKU or product id, in any unfinished status.

    `{"lines": {SKU: {"count": …, "received": …, "cost": …}}}`; a count of null removes the line.
    """
    rules.check_not_frozen(consignment.type, consignment.status)
    lines = body.get("lines")
    if not isinstance(lines, Mapping) or not lines:
        raise Refusal(422, "lines must map product ids or SKUs to what changes")
    plans = [
        (_line_named(consignment, str(name)), _read_edit(item)) for name, item in lines.items()
    ]
    before = {line.sku: line.shown() for line, _ in plans}
    for line, changes in plans:
        _edit_line(world, consignment, line, changes)
    if world.switches.bump_on_line_change:
        set_status(world, consignment, consignment.status)
    after = {line.sku: line.shown() for line, _ in plans}
    changed = {
        sku: {field: [before[sku][field], after[sku][field]] for field in _EDITABLE}
        for sku in after
    }
    return Effect(consignment_id=consignment.id, changes={"lines": changed})


def cancel(world: World, consignment: Consignment, _body: Mapping[str, Any]) -> Effect:
    """Cancel in the web interface, which asks for no products first; a transfer comes back."""
    rules.check_not_frozen(consignment.type, consignment.status)
    before = consignment.status
    set_status(world, consignment, "CANCELLED")
    return _status_changed(consignment, before)


def reopen(world: World, consignment: Consignment, _body: Mapping[str, Any]) -> Effect:
    """Flip a RECEIVED order back to SENT, as has been seen to happen; stock stays as it is."""
    if consignment.status != "RECEIVED":
        raise Refusal(422, "only a RECEIVED consignment flips back")
    before, consignment.received_at = consignment.status, None
    # Not through the rules: they would move stock, which this does not.
    consignment.status = "SENT"
    consignment.updated_at = world.timestamp()
    world.consignments.put(consignment)
    return _status_changed(consignment, before)


def _status_changed(consignment: Consignment, before: str) -> Effect:
    changes = {"changed": {"status": [before, consignment.status]}}
    return Effect(consignment_id=consignment.id, changes=changes)


def _line_named(consignment: Consignment, name: str) -> Line:
    for line in consignment.lines:
        if name in {line.sku, line.product_id}:
            return line
    raise Refusal(422, f"{name} is not on the consignment")


def _read_edit(item: object) -> dict[str, Decimal | None]:
    if not isinstance(item, Mapping) or not set(item) <= set(_EDITABLE):
        raise Refusal(422, f"an edit holds one or more of {', '.join(_EDITABLE)}")
    return {
        name: None if value is None else read_decimal(value, field=name)
        for name, value in item.items()
    }


def _edit_line(
    world: World, consignment: Consignment, line: Line, changes: Mapping[str, Decimal | None]
) -> None:
    if "count" in changes and changes["count"] is None:
        bring_back_line(world, consignment, line)
        consignment.lines.remove(line.key)
        return
    before = line.count
    for field, value in changes.items():
        setattr(line, field, value or ZERO)
    follow_count(world, consignment, line, before=before)
    line.received_is_set = line.received_is_set or "received" in changes
    line.updated_at = world.timestamp()
    consignment.lines.put(line)
