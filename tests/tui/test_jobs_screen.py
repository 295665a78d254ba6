"""Jobs as a person sees and uses them."""

from typing import Any

import pytest

from lsync.core.domain.job import JobState
from tests.tui import samples
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.harness import Driven, dashboard

PENDING, RUNNING, DEAD = 0, 2, 4
"""Rows of the sample jobs."""


async def to_job(seen: Driven, row: int) -> None:
    await seen.press("3")
    await seen.sees("[3 Jobs]", "catalogue")
    await seen.press(*["j"] * row)


async def test_the_list_is_newest_first_with_state_tries_and_time(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_job(seen, 0)
        assert "○ pending          48" in seen.rows()[3]
        assert "↻ retrying         47" in seen.rows()[4]
        assert "4/4" in seen.row("✗ failed           44")


async def test_the_detail_explains_the_error_and_names_the_next_key(daemon: FakeDaemon) -> None:
    async with dashboard(daemon, size=(80, 60)) as seen:
        await to_job(seen, DEAD)
        await seen.press("enter")
        await seen.sees("Job 44  ✗ failed", "stopped before it wrote anything", "→ r  retry")
        await seen.sees('"revision": 2', "#1 dead", "… 18 earlier lines of the trace", "step_29")
        assert "step_11" not in seen.text()


async def test_retry_of_a_dead_job(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_job(seen, DEAD)
        await seen.press("r")
        await seen.told("Job 44 is pending again.")
        await seen.until(lambda: "↻ retrying" in seen.row("  44  "), what="the row changes")


async def test_retry_of_a_waiting_job_says_why_not(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_job(seen, PENDING)
        await seen.press("r")
        await seen.told("Job 48 is waiting already")
        assert daemon.done == []


async def test_cancel_happens_on_y(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_job(seen, PENDING)
        await seen.press("x")
        await seen.sees("Cancel job 48 (sync.push PO-1001, pending)?", "[ n no ]")
        await seen.press("y")
        await seen.told("Job 48 is cancelled.")
        assert daemon.done == ["cancel job 48"]


@pytest.mark.parametrize("key", ["enter", "n", "escape"])
async def test_closing_the_question_cancels_nothing(daemon: FakeDaemon, key: str) -> None:
    async with dashboard(daemon) as seen:
        await to_job(seen, PENDING)
        await seen.press("x", key)
        await seen.misses("Are you sure?")
        assert daemon.done == []


async def test_the_key_that_asks_does_not_confirm(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_job(seen, PENDING)
        await seen.press("x", "x", "space", "r")
        assert "Are you sure?" in seen.text()
        assert daemon.done == []


async def test_cancel_of_a_finished_job_says_why_not(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_job(seen, 5)
        await seen.press("x")
        await seen.told("Job 43 is completed: there is nothing to cancel.")


async def test_a_new_job_appears_on_top_while_the_cursor_keeps_its_row(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_job(seen, RUNNING)
        daemon.jobs[49] = samples.job(49, state=JobState.PENDING)
        daemon.emit("job", daemon.jobs[49])
        await seen.sees("  49  ")
        assert "49" in seen.rows()[3]
        assert "46" in seen.row("›")


async def test_a_filtered_list_is_read_anew_when_a_job_changes(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_job(seen, 0)
        await seen.press("slash")
        await seen.type("state:failed")
        await seen.press("enter")
        await seen.misses("  48  ")
        daemon.jobs[48] = samples.job(48, state=JobState.FAILED)
        daemon.emit("job", daemon.jobs[48])
        await seen.sees("  48  ")


async def test_rows_below_are_read_when_the_cursor_comes_near(daemon: FakeDaemon) -> None:
    daemon.jobs = {number: samples.job(number) for number in range(1, 701)}
    async with dashboard(daemon) as seen:
        await seen.press("3")
        await seen.sees("   700  ")
        presses = 0
        while not any("›" in row and "    1  " in row for row in seen.rows()):
            presses += 1
            assert presses < 100, "the last row is never reached"
            await seen.press("G")
            await seen.settled()


async def test_copy_and_log_of_a_job(daemon: FakeDaemon, monkeypatch: Any) -> None:
    copied: list[str] = []
    async with dashboard(daemon) as seen:
        monkeypatch.setattr(seen.app, "copy_to_clipboard", copied.append)
        await to_job(seen, DEAD)
        await seen.press("Y", "r")
        assert copied == ["lsync queue retry 44"]
        await seen.press("l")
        await seen.sees("[4 Log]", "order:PO-1003")
