"""The hub: coalescing, numbering, resuming, and listeners that do not keep up."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from lsync.core.store.transaction import Change
from lsync.daemon.events import (
    BURST,
    LISTENERS,
    EventHub,
    HubEvent,
    Subscription,
    TooManyListenersError,
)


async def load(changed: Sequence[tuple[str, str]]) -> Iterable[tuple[str, dict[str, Any]]]:
    return [(kind, {"key": key}) for kind, key in changed]


def make_hub() -> EventHub:
    return EventHub(boot="b1", load=load)


def waiting(subscription: Subscription) -> list[HubEvent]:
    return list(subscription._waiting)


async def test_several_changes_of_one_row_become_one_event() -> None:
    hub = make_hub()
    with hub.subscribe() as listener:
        for _ in range(5):
            hub.note(Change(kind="job", key="7"))
        hub.note(Change(kind="order", key="PO-1"))
        await hub.flush()
        assert [(e.kind, json.loads(e.data)) for e in waiting(listener)] == [
            ("job", {"key": "7"}),
            ("order", {"key": "PO-1"}),
        ]
        assert [hub.identify(event) for event in waiting(listener)] == ["b1:1", "b1:2"]


async def test_a_listener_that_comes_back_gets_exactly_what_it_missed() -> None:
    hub = make_hub()
    for number in range(1, 6):
        hub.publish("job", {"n": number})
    missed = hub.since("b1:3")
    assert missed is not None
    assert [event.number for event in missed] == [4, 5]
    assert hub.since("b1:5") == []


@pytest.mark.parametrize("seen", ["", "other:3", "b1:", "b1:x", "b1:-1", "b1:99", "b1:٣"])
async def test_an_id_that_is_not_known_cannot_be_resumed(seen: str) -> None:
    hub = make_hub()
    hub.publish("job", {})
    assert hub.since(seen) is None


async def test_events_older_than_the_ring_cannot_be_resumed() -> None:
    hub = make_hub()
    for number in range(5000):
        hub.publish("job", {"n": number})
    assert hub.since("b1:1") is None
    assert hub.since("b1:4999") is not None


async def test_nothing_is_loaded_while_nobody_listens_and_the_gap_is_noticed() -> None:
    loaded: list[object] = []

    async def count(changed: Sequence[tuple[str, str]]) -> list[tuple[str, dict[str, Any]]]:
        loaded.append(changed)
        return []

    hub = EventHub(boot="b1", load=count)
    hub.publish("job", {})
    hub.note(Change(kind="job", key="7"))
    await hub.flush()
    assert loaded == []
    assert hub.since("b1:1") is None


async def test_events_are_kept_for_a_listener_that_has_just_left() -> None:
    hub = make_hub()
    with hub.subscribe():
        hub.publish("job", {})
    hub.note(Change(kind="job", key="7"))
    await hub.flush()
    missed = hub.since("b1:1")
    assert missed is not None
    assert [event.data for event in missed] == ['{"key":"7"}']


async def test_a_slow_listener_is_told_to_read_anew_and_its_queue_stays_small() -> None:
    hub = make_hub()
    with hub.subscribe(limit=10) as slow, hub.subscribe() as quick:
        for number in range(25):
            hub.publish("job", {"n": number})
        assert len(waiting(slow)) <= 10
        assert waiting(slow)[0].kind == "resync"
        assert len(waiting(quick)) == 25


async def test_a_burst_becomes_one_resync() -> None:
    hub = make_hub()
    with hub.subscribe() as listener:
        for number in range(BURST + 1):
            hub.note(Change(kind="job", key=str(number)))
        await hub.flush()
        assert [event.kind for event in waiting(listener)] == ["resync"]


async def test_changes_that_could_not_be_loaded_become_a_resync() -> None:
    async def broken(changed: Sequence[tuple[str, str]]) -> list[tuple[str, dict[str, Any]]]:
        raise OSError("gone")

    hub = EventHub(boot="b1", load=broken)
    with hub.subscribe() as listener:
        hub.note(Change(kind="job", key="7"))
        with pytest.raises(OSError, match="gone"):
            await hub.flush()
        assert [event.kind for event in waiting(listener)] == ["resync"]


async def test_listeners_are_capped_and_leave_room_when_they_go() -> None:
    hub = make_hub()
    subscriptions = [hub.subscribe() for _ in range(LISTENERS)]
    for each in subscriptions:
        each.__enter__()
    with pytest.raises(TooManyListenersError), hub.subscribe():
        pass
    subscriptions[0].__exit__(None, None, None)
    with hub.subscribe():
        assert hub.listeners == LISTENERS


async def test_closing_the_hub_ends_every_stream_after_what_waits() -> None:
    hub = make_hub()
    with hub.subscribe() as listener:
        hub.publish("job", {})
        hub.close()
        assert [event.kind async for event in listener] == ["job"]
