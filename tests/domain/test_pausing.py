"""Pauses in words, each with the way to end it."""

from dataclasses import dataclass

from lsync.core.domain.pausing import tell_pauses


@dataclass(frozen=True)
class Pause:
    type: str
    reason: str = ""
    paused_by: str = "alex"


def test_each_pause_is_told_with_its_end() -> None:
    assert tell_pauses([Pause("*", "stock count.")]) == (
        "The queue is paused by alex: stock count. `lsync queue resume` goes on.",
    )
    assert tell_pauses([Pause("sync.push")]) == (
        "Jobs of type sync.push are paused by alex. `lsync queue resume sync.push` goes on.",
    )


def test_what_one_reason_paused_is_told_once() -> None:
    refused = [Pause(kind, "token refused", "lsync") for kind in ("sync.push", "sync.pull")]
    (told,) = tell_pauses(refused)
    assert told.startswith("Work that needs Lightspeed is paused by lsync: token refused.")
    assert "by itself" in told
    assert "vend login" in told
    assert "queue resume" not in told, "it would only be paused again"


def test_several_types_are_named_together() -> None:
    (told,) = tell_pauses([Pause("sync.push"), Pause("sync.pull")])
    assert told.startswith("Jobs of types sync.pull, sync.push are paused by alex. ")
    assert "`lsync queue resume sync.push` and `lsync queue resume sync.pull`" in told


def test_only_what_stands_in_the_way_is_told() -> None:
    pauses = [Pause("sync.pull", "a"), Pause("sync.push", "b"), Pause("*", "c")]
    told = tell_pauses(pauses, job_types=["sync.push"])
    assert [each.partition(": ")[2][0] for each in told] == ["b", "c"]
    assert tell_pauses([pauses[0]], job_types=["sync.push"]) == ()
