"""What a consignment's status does to the stock on the shelves."""

from decimal import Decimal

from lsync.simulator import consignment_rules as rules
from lsync.simulator.entities import Consignment, Line, StockLevel
from lsync.simulator.events import raise_line_events
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
    """Raise or lower what an outlet holds of a product."""
    if outlet_id is None:
        return
    level = world.stock_of(product_id, outlet_id) or StockLevel(
        id=world.ids.named("inventory", f"{product_id}/{outlet_id}"),
        product_id=product_id,
        outlet_id=outlet_id,
        level=ZERO,
        average_cost=ZERO,
    )
    level.level += by
    world.put_stock(level)
