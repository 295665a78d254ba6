"""Marks, bulk actions with the typed count, pausing, and the ways between tabs."""

import pytest

from lsync.core.domain.order import OrderState, SyncState
from lsync.tui import reading, session
from tests.tui import samples
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.harness import Driven, dashboard


async def to(seen: Driven, key: str, part: str) -> None:
    await seen.press(key)
    await seen.sees(part)


async def test_marked_jobs_are_retried_after_the_count_is_typed(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "3", "catalogue")
        await seen.press("j", "j", "j", "space", "space", "r")
        await seen.sees("retry 2 of 2 marked jobs", "This touches 2 jobs:", "job 44", "job 45")
        await seen.press("1", "enter")
        assert daemon.done == []
        await seen.press("backspace", "2", "enter")
        await seen.told("retry: 2 jobs done.")
        assert daemon.done == ["retry [44, 45]"]
        assert "*" not in seen.rows()[6]


async def test_leaving_the_question_keeps_the_marks_and_does_nothing(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "3", "catalogue")
        await seen.press("space", "x")
        await seen.sees("cancel 1 of 1 marked jobs")
        await seen.press("1", "escape")
        await seen.misses("This touches")
        assert daemon.done == []
        assert "*" in seen.rows()[3][:3]
        await seen.press("escape")
        assert "*" not in seen.rows()[3][:3]


async def test_all_that_match_can_be_marked(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "3", "catalogue")
        await seen.press("slash")
        await seen.type("state:failed")
        await seen.press("enter")
        await seen.misses("catalogue")
        await seen.press("asterisk", "X")
        await seen.sees("discard 1 of 1 marked jobs")


async def test_when_no_marked_job_fits_it_says_so(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "3", "catalogue")
        await seen.press("G", "space", "x")
        await seen.told("None of 1 marked jobs can be acted on")


async def test_a_dead_job_is_discarded_after_asking(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "3", "catalogue")
        await seen.press("n", "X")
        await seen.sees("Discard job 44 (sync.push PO-1003)? It will not run again.")
        await seen.press("y")
        await seen.told("discard: 1 job done.")
        assert daemon.done == ["discard [44]"]


async def test_a_failed_job_is_discarded_not_cancelled(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "3", "catalogue")
        await seen.press("n", "x")
        await seen.told("Job 44 is failed: there is nothing to cancel.")


async def test_pausing_asks_and_resuming_can_be_taken_back(daemon: FakeDaemon) -> None:
    async with dashboard(daemon, undo_seconds=5) as seen:
        await to(seen, "3", "catalogue")
        await seen.press("p", "enter", "y")
        await seen.told("The queue is paused")
        await seen.until(lambda: bool(seen.app.session.model.status.queue.pauses))  # type: ignore[union-attr]  # live
        await seen.press("p")
        await seen.sees("‖ by me")
        await seen.press("enter")
        await seen.sees("resume the queue in 5 s")
        await seen.press("enter")
        await seen.told("The queue runs again.")
        assert daemon.done == ["pause", "resume"]


async def test_marked_orders_are_synced_and_those_that_cannot_be_are_left_out(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "2", "PO-1008")
        await seen.press("asterisk", "S")
        await seen.sees("Sync 6 of 8 marked orders", "This touches 6 orders:")
        await seen.press("6", "enter")
        await seen.told("6 orders queued.")
        assert len(daemon.done) == 6
        assert "sync PO-1005" not in daemon.done


@pytest.mark.parametrize("key", ["s", "r"])
async def test_with_marks_the_key_for_one_order_is_for_the_marked_ones(
    daemon: FakeDaemon, key: str
) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "2", "PO-1008")
        await seen.press("j", "space", "space", "g", key)
        await seen.sees("Sync 2 of 2 marked orders")
        await seen.press("2", "enter")
        await seen.told("2 orders queued.")
        assert daemon.done == ["sync PO-1002", "retry PO-1003"]


async def test_marked_orders_are_approved_together(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        daemon._put(samples.order("PO-1010", state=OrderState.DRAFT))
        await to(seen, "2", "PO-1010")
        await seen.press("asterisk", "a")
        await seen.sees("Approve 2 of 9 marked orders")
        await seen.press("2", "enter")
        await seen.told("2 orders approved.")
        assert len(daemon.done) == 1
        assert set(daemon.done[0].split()) == {"approve", "PO-1005", "PO-1010"}


async def test_marked_orders_are_held_together_and_released_once_all_are_held(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "2", "PO-1008")
        await seen.press("space", "space", "h")
        await seen.sees("Hold 2 of 2 marked orders")
        await seen.press("2", "enter")
        await seen.told("2 orders held.")
        assert daemon.done == ["hold PO-1001", "hold PO-1002"]
        await seen.press("G", "k", "space", "h")
        await seen.sees("Release 1 of 1 marked orders", "PO-1007")


async def test_marked_orders_that_need_nothing_are_left_alone(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "2", "PO-1008")
        await seen.press("space", "a")
        await seen.told("None of the 1 marked orders can be acted on now: approve.")


async def test_with_a_filter_those_that_match_are_synced(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "2", "PO-1008")
        await seen.press("slash")
        await seen.type("sync:failed")
        await seen.press("enter")
        await seen.misses("PO-1008")
        await seen.press("S")
        await seen.sees("Sync 1 of 1 matching orders", "PO-1003")
        await seen.press("1", "enter")
        await seen.told("1 order queued.")
        assert daemon.done == ["retry PO-1003"]


async def test_without_marks_every_order_never_synced_is_offered(
    daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    monkeypatch.setattr(session, "PAGE", 2)
    for number in range(2010, 2015):
        waiting = samples.order(
            f"PO-{number}", state=OrderState.APPROVED, sync_state=SyncState.NOT_SYNCED
        )
        daemon.orders[waiting.order_number] = waiting
    async with dashboard(daemon) as seen:
        await to(seen, "2", "PO-2014")
        await seen.press("S")
        await seen.sees("Sync 5 of 5 approved and never synced orders", "PO-2014")
        await seen.press("5", "enter")
        await seen.told("5 orders queued.")
        assert sorted(daemon.done) == [f"sync PO-{number}" for number in range(2010, 2015)]


async def test_when_none_waits_for_its_first_sync_it_says_so(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "2", "PO-1008")
        await seen.press("S")
        await seen.told("There are no approved and never synced orders.")
        assert daemon.done == []


@pytest.mark.parametrize(
    ("tab", "there", "key", "arrives"),
    [
        ("2", "PO-1008", "J", "[3 Jobs]"),
        ("3", "catalogue", "P", "PO-1001  ✓ synced"),
        ("4", "14:03:05", "P", "PO-1001  ✓ synced"),
        ("5", "consignment.receive", "J", "Job 46"),
    ],
)
async def test_ways_from_a_row_to_what_belongs_to_it(
    daemon: FakeDaemon, tab: str, there: str, key: str, arrives: str
) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, tab, there)
        await seen.press(key)
        await seen.sees(arrives)


async def test_keys_typed_right_after_enter_go_to_the_list(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "2", "PO-1008")
        await seen.press("slash")
        await seen.type("PO-1004")
        await seen.misses("PO-1001")
        await seen.press("enter", "s")
        await seen.until(lambda: daemon.done == ["sync PO-1004"])


@pytest.mark.parametrize(
    ("tab", "there", "key", "words"),
    [
        ("5", "consignment.receive", "P", "There is none for this row."),
        ("6", "consignments/20", "l", "This row is about no order."),
    ],
)
async def test_where_nothing_belongs_to_a_row_it_says_so(
    daemon: FakeDaemon, tab: str, there: str, key: str, words: str
) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, tab, there)
        await seen.press(key)
        await seen.told(words)
