"""What a stocktake expects and what it finds. Nothing here moves stock.

Source: the documents' descriptions of a line's `count` ("expected") and `received` ("observed")
and of a consignment's `total_…` fields. They do not say when the expected amount is taken: here
when a line is added, and anew when the count starts. Sales after that do not change it. That
starting lists every product that no filter leaves out, and that what nobody counted becomes 0, is
said by the published guide "Creating Inventory Counts"; the filters are those of the older SDK.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from lsync.simulator.consignments.new_lines import expected_amount, new_line
from lsync.simulator.entities import Consignment, Differences, Line, Record
from lsync.simulator.refusal import Refusal
from lsync.simulator.wire import ZERO
from lsync.simulator.world import World

MOST_FILTERS: Final = 25

FILTERS: Final[Mapping[str, Callable[[Record, str], bool]]] = {
    "product": lambda product, key: product.id == key,
    "supplier": lambda product, key: product.value("supplier_id") == key,
    "brand": lambda product, key: product.value("brand_id") == key,
    "product_type": lambda product, key: product.value("product_type_id") == key,
    "tag": lambda product, key: key in product.value("tag_ids"),
}


def read_filters(value: object) -> list[dict[str, str]]:
    """The filters of a request, `[{type, value}]`; refuses others with 422."""
    if not isinstance(value, list) or len(value) > MOST_FILTERS:
        raise Refusal(422, f"filters must be an array of at most {MOST_FILTERS}")
    return [_read_filter(item) for item in value]


def _read_filter(item: object) -> dict[str, str]:
    if not isinstance(item, Mapping) or set(item) != {"type", "value"}:
        raise Refusal(422, "a filter holds type and value")
    kind, value = item["type"], item["value"]
    if kind not in FILTERS or not isinstance(value, str):
        raise Refusal(422, f"a filter's type is one of {', '.join(FILTERS)}, its value an id")
    return {"type": kind, "value": value}


def start(world: World, consignment: Consignment) -> None:
    """List what is to be counted, and let every line expect what the outlet holds now."""
    if consignment.filters or world.switches.count_lists_products:
        for product in world.products:
            if _belongs(consignment, product) and consignment.lines.get(product.id) is None:
                consignment.lines.put(new_line(world, consignment, product))
    take_snapshot(world, consignment)


def _belongs(consignment: Consignment, product: Record) -> bool:
    if product.deleted_at is not None or product.value("is_composite"):
        return False
    if not (product.value("active") or consignment.show_inactive):
        return False
    wanted = consignment.filters
    return not wanted or any(FILTERS[each["type"]](product, each["value"]) for each in wanted)


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
