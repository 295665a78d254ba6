"""A line of a consignment before anything is said of it."""

from decimal import Decimal

from lsync.simulator.consignments import rules
from lsync.simulator.entities import Consignment, Line, Record
from lsync.simulator.wire import ZERO
from lsync.simulator.world import World


def new_line(world: World, consignment: Consignment, product: Record) -> Line:
    """A line of the product: nothing ordered, or in a stocktake what the outlet holds."""
    now = world.timestamp()
    counts = consignment.type == rules.STOCKTAKE
    return Line(
        id=world.ids.new("line"),
        product_id=product.id,
        sku=str(product.fields["sku"]),
        count=expected_amount(world, consignment, product.id) if counts else ZERO,
        cost=Decimal(str(product.value("supply_price") or 0)),
        created_at=now,
        updated_at=now,
    )


def expected_amount(world: World, consignment: Consignment, product_id: str) -> Decimal:
    """What the outlet of a stocktake holds of a product now."""
    level = world.stock_of(product_id, consignment.outlet_id)
    return ZERO if level is None else level.level
