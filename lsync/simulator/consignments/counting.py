"""What a stocktake expects and what it finds. Nothing here moves stock.

Source: the documents' descriptions of a line's `count` ("expected") and `received` ("observed")
and of a consignment's `total_…` fields. They do not say when the expected amount is taken: here
when a line is added, and anew when the count starts. Sales after that do not change it.
"""

from collections.abc import Iterable
from decimal import Decimal

from lsync.simulator.entities import Consignment, Differences, Line
from lsync.simulator.wire import ZERO
from lsync.simulator.world import World


def expected_amount(world: World, consignment: Consignment, product_id: str) -> Decimal:
    """What the outlet of the count holds of a product now."""
    level = world.stock_of(product_id, consignment.outlet_id)
    return ZERO if level is None else level.level


def take_snapshot(world: World, consignment: Consignment) -> None:
    """Let every line expect what the outlet holds now."""
    for line in list(consignment.lines):
        line.count = expected_amount(world, consignment, line.product_id)
        line.updated_at = world.timestamp()
        consignment.lines.put(line)


def find_differences(lines: Iterable[Line]) -> Differences:
    """Gains and losses over all lines; one that nobody counted is missing altogether."""
    gains, losses, cost_gain, cost_loss = ZERO, ZERO, ZERO, ZERO
    for line in lines:
        found = line.received - line.count
        gain, loss = max(found, ZERO), max(-found, ZERO)
        gains, losses = gains + gain, losses + loss
        cost_gain, cost_loss = cost_gain + gain * line.cost, cost_loss + loss * line.cost
    return Differences(
        count_gain=gains, cost_gain=cost_gain, count_loss=losses, cost_loss=cost_loss
    )
