"""Goods between two outlets: what a sent transfer took from its source, and still owes it.

Every item is on a shelf or underway: a cancelled transfer gives back what it took, and a count
changed after sending takes or gives back the difference. The documents allow a transfer to be
cancelled after SENT and let its counts be set then, but do not say what becomes of the stock.
"""

from decimal import Decimal

from lsync.simulator.consignments import rules
from lsync.simulator.entities import Consignment, Line
from lsync.simulator.stock import change_stock
from lsync.simulator.world import World


def send_off(world: World, transfer: Consignment) -> None:
    """Take every line out of the source's stock."""
    for line in transfer.lines:
        _take(world, transfer, line, amount=line.count)


def bring_back(world: World, transfer: Consignment) -> None:
    """Put what is underway back where it was taken from; that is nothing before SENT."""
    for line in transfer.lines:
        bring_back_line(world, transfer, line)


def bring_back_line(world: World, transfer: Consignment, line: Line) -> None:
    """The same for one line."""
    _take(world, transfer, line, amount=-line.underway)


def follow_count(world: World, consignment: Consignment, line: Line, *, before: Decimal) -> None:
    """Let the source's stock follow a count that was changed after sending.

    What has arrived meanwhile stays where it is.
    """
    if consignment.type == rules.OUTLET and consignment.status in rules.UNDERWAY:
        amount = max(line.count - before, -line.underway)
        _take(world, consignment, line, amount=amount)


def _take(world: World, transfer: Consignment, line: Line, *, amount: Decimal) -> None:
    # The source may be changed after sending; goods go back to where they came from.
    line.taken_from = line.taken_from or transfer.source_outlet_id
    if amount and line.taken_from is not None:
        line.underway += amount
        change_stock(world, line.product_id, line.taken_from, by=-amount)
