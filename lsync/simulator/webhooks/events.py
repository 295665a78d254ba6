"""Raising webhook events: payload shapes, and the faults that befall an event on its way.

Payload shapes follow the Vend-era example payloads: the bare entity, without type or version.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from lsync.simulator.entities import Consignment, Line, StockLevel
from lsync.simulator.wire import five_places
from lsync.simulator.world import World


def raise_event(world: World, event_type: str, payload: Mapping[str, Any]) -> None:
    """Queue an event for its subscribers, unless a webhook fault has other plans."""
    if not any(hook.type == event_type for hook in world.webhooks):
        return
    struck = world.faults.draw_for_event(event_type)
    if "webhook_drop" in struck:
        return
    now = due = world.clock.now()
    if delay := struck.get("webhook_delay"):
        due += timedelta(seconds=delay.number("seconds", 60))
    behind = 0
    if reorder := struck.get("webhook_reorder"):
        behind = int(reorder.number("behind", 1))
        due += timedelta(seconds=reorder.number("seconds", 30))
    times = 2 if "webhook_duplicate" in struck else 1
    for _ in range(times):
        world.outbox.post(
            event_type, payload, hooks=world.webhooks, due=due, now=now, behind=behind
        )


def raise_line_events(world: World, event_type: str, consignment: Consignment) -> None:
    """One event per line of a consignment, as X-Series sends them."""
    for sequence, line in enumerate(consignment.lines):
        raise_event(world, event_type, line_payload(consignment, line, sequence=sequence))


def stock_payload(level: StockLevel) -> dict[str, Any]:
    """The payload of `inventory.update`: the level of one product at one outlet."""
    return {
        "id": level.id,
        "product_id": level.product_id,
        "outlet_id": level.outlet_id,
        "count": five_places(level.level),
        "reorder_point": None if level.reorder_point is None else five_places(level.reorder_point),
        "average_cost": five_places(level.average_cost),
        "version": level.version,
    }


def line_payload(consignment: Consignment, line: Line, *, sequence: int) -> dict[str, Any]:
    """The payload of `consignment.send` and `consignment.receive`: one line, cost a number."""
    return {
        "id": line.id,
        "consignment_id": consignment.id,
        "product_id": line.product_id,
        "count": five_places(line.count),
        "received": five_places(line.received) if line.received_is_set else None,
        "cost": float(line.cost),
        "sequence_number": sequence,
    }
