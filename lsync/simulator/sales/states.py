"""What a sale's states do to stock, and who hears of it. No HTTP."""

from decimal import Decimal

from lsync.simulator.entities import Sale
from lsync.simulator.refusal import not_found
from lsync.simulator.stock import change_stock
from lsync.simulator.webhooks.events import raise_event
from lsync.simulator.webhooks.payloads import sale_payload
from lsync.simulator.world import World


def sale_with(world: World, sale_id: str) -> Sale:
    """The sale of that id; refuses with 404."""
    sale = world.records["sale"].get(sale_id)
    if not isinstance(sale, Sale):
        raise not_found("sale", sale_id)
    return sale


def put_sale(world: World, sale: Sale, *, before: str | None) -> None:
    """Store a sale; closing it moves stock, voiding a closed one moves it back."""
    after = sale.fields["state"]
    world.records["sale"].put(sale)
    if after == "closed" and before != "closed":
        _move_stock(world, sale, direction=-1)
    if before == "closed" and after == "voided":
        _move_stock(world, sale, direction=1)
    raise_event(world, "sale.update", lambda: sale_payload(world, sale))


def _move_stock(world: World, sale: Sale, *, direction: int) -> None:
    outlet_id = sale.fields["source"]["outlet_id"]
    for line in sale.fields["line_items"]:
        amount = Decimal(str(line["quantity"])) * direction
        change_stock(world, line["product"]["id"], outlet_id, by=amount)
