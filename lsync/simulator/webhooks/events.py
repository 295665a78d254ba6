"""Raising webhook events, and the faults that befall one on its way. What they say: `payloads`."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from lsync.simulator.entities import Consignment
from lsync.simulator.webhooks.payloads import line_payload
from lsync.simulator.world import World

Telling = Callable[[], Mapping[str, Any]]
"""Makes a payload; asked only where somebody has subscribed."""


def raise_event(world: World, event_type: str, telling: Telling) -> None:
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
    payload = telling()
    times = 2 if "webhook_duplicate" in struck else 1
    for _ in range(times):
        world.outbox.post(
            event_type, payload, hooks=world.webhooks, due=due, now=now, behind=behind
        )


def raise_line_events(world: World, event_type: str, consignment: Consignment) -> None:
    """One event per line of a consignment, as X-Series sends them."""
    for sequence, line in enumerate(consignment.lines):
        payload = line_payload(consignment, line, sequence=sequence)
        raise_event(world, event_type, partial(dict, payload))
