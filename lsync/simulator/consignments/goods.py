"""What a consignment's status does to the stock on the shelves."""

from lsync.simulator.consignments import rules
from lsync.simulator.consignments.counting import find_differences, start
from lsync.simulator.consignments.transferring import bring_back, send_off
from lsync.simulator.entities import Consignment, Line
from lsync.simulator.stock import change_stock
from lsync.simulator.webhooks.events import raise_line_events
from lsync.simulator.wire import ZERO
from lsync.simulator.world import World


def move_goods(world: World, consignment: Consignment) -> None:
    """Carry out what reaching its present status means for stock, and tell the subscribers.

    SENT or DISPATCHED of a supplier order moves nothing; a transfer leaves its source when sent,
    and goes back there when it is cancelled; RECEIVED adds what was received; a stocktake lists
    what is expected when it starts, and sets what was counted when it is finished.
    """
    match consignment.type, consignment.status:
        case ((rules.SUPPLIER | rules.OUTLET), "RECEIVED"):
            _receive(world, consignment)
        case rules.OUTLET, "SENT":
            send_off(world, consignment)
            raise_line_events(world, "consignment.send", consignment)
        case rules.OUTLET, "CANCELLED":
            bring_back(world, consignment)
        case rules.RETURN, "SENT":
            _give_back(world, consignment)
        case rules.STOCKTAKE, "STOCKTAKE_IN_PROGRESS":
            start(world, consignment)
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
    line.underway = ZERO
    line.status = "SUCCESS"
    line.updated_at = world.timestamp()
    consignment.lines.put(line)


def _give_back(world: World, consignment: Consignment) -> None:
    for line in consignment.lines:
        change_stock(world, line.product_id, consignment.outlet_id, by=-line.count)


def _set_counted(world: World, consignment: Consignment) -> None:
    consignment.received_at = world.timestamp()
    consignment.differences = find_differences(consignment.lines)
    for line in list(consignment.lines):
        level = world.stock_of(line.product_id, consignment.outlet_id)
        held = level.level if level else ZERO
        change_stock(world, line.product_id, consignment.outlet_id, by=line.received - held)
        _settle(world, consignment, line)
    raise_line_events(world, "consignment.receive", consignment)
