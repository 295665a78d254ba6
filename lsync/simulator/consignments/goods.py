"""What a consignment's status does to the stock on the shelves."""

from decimal import Decimal

from lsync.simulator.consignments import rules
from lsync.simulator.entities import Consignment, Line, StockLevel
from lsync.simulator.webhooks.events import raise_event, raise_line_events
from lsync.simulator.webhooks.payloads import stock_payload
from lsync.simulator.wire import ZERO
from lsync.simulator.world import World


def move_goods(world: World, consignment: Consignment) -> None:
    """Carry out what reaching its present status means for stock, and tell the subscribers.

    SENT or DISPATCHED of a supplier order moves nothing; a transfer leaves its source when sent;
    RECEIVED adds what was received; a finished stocktake sets what was counted.
    """
    match consignment.type, consignment.status:
        case ((rules.SUPPLIER | rules.OUTLET), "RECEIVED"):
            _receive(world, consignment)
        case rules.OUTLET, "SENT":
            _take_from(world, consignment, outlet_id=consignment.source_outlet_id)
            raise_line_events(world, "consignment.send", consignment)
        case rules.RETURN, "SENT":
            _take_from(world, consignment, outlet_id=consignment.outlet_id)
        case rules.STOCKTAKE, "STOCKTAKE_COMPLETE":
            _set_counted(world, consignment)
        case _:
            pass


def _receive(world: World, consignment: Consignment) -> None:
    consignment.received_at = world.timestamp()
    for line in list(consignment.lines):
        _settle(world, consignment, line)
        change_stock(world, line.product_id, consignment.outlet_id, by=line.received)
    raise_line_events(world, "consignment.receive", consignment)


def _settle(world: World, consignment: Consignment, line: Line) -> None:
    if consignment.type == rules.OUTLET and not line.received_is_set:
        line.received = line.count
    line.received_is_set = True
    line.status = "SUCCESS"
    line.updated_at = world.timestamp()
    consignment.lines.put(line)


def _take_from(world: World, consignment: Consignment, *, outlet_id: str | None) -> None:
    for line in consignment.lines:
        change_stock(world, line.product_id, outlet_id, by=-line.count)


def _set_counted(world: World, consignment: Consignment) -> None:
    consignment.received_at = world.timestamp()
    for line in list(consignment.lines):
        level = world.stock_of(line.product_id, consignment.outlet_id)
        held = level.level if level else ZERO
        change_stock(world, line.product_id, consignment.outlet_id, by=line.received - held)
        _settle(world, consignment, line)
    raise_line_events(world, "consignment.receive", consignment)


def change_stock(world: World, product_id: str, outlet_id: str | None, *, by: Decimal) -> None:
    """Raise or lower what an outlet holds of a product, and tell the subscribers."""
    if outlet_id is None:
        return
    held = world.stock_of(product_id, outlet_id)
    set_stock(world, product_id, outlet_id, level=(held.level if held else ZERO) + by)


def set_stock(
    world: World,
    product_id: str,
    outlet_id: str,
    *,
    level: Decimal | None = None,
    reorder_method: str | None = None,
    reorder_point: Decimal | None = None,
    reorder_amount: Decimal | None = None,
    reorder_target: Decimal | None = None,
) -> None:
    """Set those values of a stock record that are given, and tell the subscribers."""
    row = world.stock_of(product_id, outlet_id) or StockLevel(
        id=world.ids.named("inventory", f"{product_id}/{outlet_id}"),
        product_id=product_id,
        outlet_id=outlet_id,
        level=ZERO,
        average_cost=ZERO,
    )
    row.level = row.level if level is None else level
    row.reorder_method = reorder_method or row.reorder_method
    row.reorder_point = row.reorder_point if reorder_point is None else reorder_point
    row.reorder_amount = row.reorder_amount if reorder_amount is None else reorder_amount
    row.reorder_target = row.reorder_target if reorder_target is None else reorder_target
    world.put_stock(row)
    raise_event(world, "inventory.update", lambda: stock_payload(world, row))
