"""What outlets hold: changing the level of a product, and telling the subscribers. No rules."""

from decimal import Decimal

from lsync.simulator.entities import StockLevel
from lsync.simulator.webhooks.events import raise_event
from lsync.simulator.webhooks.payloads import stock_payload
from lsync.simulator.wire import ZERO
from lsync.simulator.world import World


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
