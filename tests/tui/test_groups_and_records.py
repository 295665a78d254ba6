"""Jobs by error and type, payloads, webhooks, settings, export, palette and themes."""

import csv
import json
from pathlib import Path

from lsync.core.control import messages as m
from tests.tui import samples
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.harness import Driven, dashboard

GROUP = m.ErrorGroupMessage(error_class="Blocked", jobs=1, newest_job=44, example="2 problems")


async def to(seen: Driven, key: str, part: str) -> None:
    await seen.press(key)
    await seen.sees(part)


def with_groups(daemon: FakeDaemon) -> None:
    queue = daemon.status.queue.model_copy(
        update={"error_groups": (GROUP,), "by_type": {"sync.push": {"pending": 3}}}
    )
    daemon.status = daemon.status.model_copy(update={"queue": queue})


async def test_b_groups_by_error_and_shows_the_group(daemon: FakeDaemon) -> None:
    with_groups(daemon)
    async with dashboard(daemon) as seen:
        await to(seen, "3", "catalogue")
        await seen.press("b")
        await seen.sees("Failed jobs by error", "Blocked", "2 problems")
        await seen.press("enter")
        await seen.sees("state:failed error:Blocked")


async def test_one_type_is_paused_after_asking(daemon: FakeDaemon) -> None:
    with_groups(daemon)
    async with dashboard(daemon) as seen:
        await to(seen, "3", "catalogue")
        await seen.press("p")
        await seen.sees("the whole queue", "sync.push")
        await seen.press("j", "enter")
        await seen.sees("Pause sync.push? What runs now goes on.")
        await seen.press("enter")
        assert daemon.done == []


async def test_a_dead_jobs_payload_is_edited(daemon: FakeDaemon) -> None:
    async with dashboard(daemon, size=(100, 40)) as seen:
        await to(seen, "3", "catalogue")
        await seen.press("n", "E")
        await seen.sees("Payload of job 44", '"revision": 2')
        await seen.press("down", "down", "end", "backspace", "ctrl+o")
        await seen.told("This is no JSON")
        await seen.sees("Payload of job 44")
        await seen.press("escape")
        assert daemon.done == []


async def test_the_payload_of_a_job_that_may_still_run_is_not_edited(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "3", "catalogue")
        await seen.press("E")
        await seen.told("only the payload of dead jobs is edited")


async def test_a_webhook_is_replayed_and_shows_its_body(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "5", "consignment.receive")
        await seen.press("r")
        await seen.told("1 webhook looked into again.")
        await seen.press("enter")
        await seen.sees("Body", '"id": "c-1"', "x-id: 7")


async def test_a_sample_webhook_is_followed_through(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "5", "consignment.receive")
        await seen.press("t")
        await seen.sees("✓ accepted  202 in time")


async def test_a_subscription_is_deleted_after_asking(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "5", "consignment.receive")
        await seen.press("u")
        await seen.sees("✓ active")
        await seen.press("X")
        await seen.sees("Delete the subscription to consignment.receive?")
        await seen.press("y")
        await seen.told("1 subscription deleted.")
        assert daemon.done == [f"unsubscribe ['{samples.SUBSCRIPTIONS[0].id}']"]


async def test_a_setting_is_changed_after_asking(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "7", "sync.poll_seconds")
        await seen.press("G", "e")
        await seen.sees("The daemon checks it")
        await seen.type("65")
        await seen.press("enter")
        await seen.sees("Set sync.poll_seconds to 65?")
        await seen.press("y")
        await seen.told("sync.poll_seconds is set.")
        assert daemon.done == ["set sync.poll_seconds 65"]


async def test_doctors_findings_are_shown_worst_first(daemon: FakeDaemon) -> None:
    found = [("disk", "ok", "full of room", ""), ("clock", "failed", "an hour off", "set it")]
    async with dashboard(daemon, doctor=lambda: found) as seen:
        await to(seen, "7", "sync.poll_seconds")
        await seen.press("d")
        await seen.sees("✗ failed  clock  an hour off", "fix: set it", "full of room")


async def test_the_log_is_exported_as_filtered_and_safe(daemon: FakeDaemon, tmp_path: Path) -> None:
    daemon.log.insert(0, samples.entry(41, message="=HYPERLINK(1)"))
    file = tmp_path / "log.csv"
    async with dashboard(daemon, size=(150, 30)) as seen:
        await to(seen, "4", "14:03:05")
        await seen.press("slash")
        await seen.type("!verified")
        await seen.press("enter")
        await seen.misses("12 lines verified")
        await seen.press("e")
        await seen.sees("Export the log")
        await seen.type(str(file))
        await seen.press("enter")
        await seen.told("written to")
    rows = list(csv.DictReader(file.open()))
    assert rows[0]["message"] == "'=HYPERLINK(1)"
    assert len(rows) == sum("verified" not in each.message for each in daemon.log)


async def test_an_export_needs_an_ending_that_says_how(daemon: FakeDaemon, tmp_path: Path) -> None:
    async with dashboard(daemon, size=(150, 30)) as seen:
        await to(seen, "4", "14:03:05")
        await seen.press("e")
        await seen.sees("Export the log")
        await seen.type(str(tmp_path / "log.txt"))
        await seen.press("enter")
        await seen.told("name it something.csv or something.jsonl")


async def test_at_shows_who_did_what(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("at")
        await seen.sees("[4 Log]", "operation:operator")


async def test_the_palette_finds_a_key_by_what_it_does(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "2", "PO-1008")
        await seen.press("colon")
        await seen.sees("Search for commands")
        await seen.type("Go to Jobs")
        await seen.sees("Go to Jobs")
        await seen.press("enter", "enter")
        await seen.sees("[3 Jobs]")


async def test_filter_sort_tab_and_theme_are_kept_for_the_next_run(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "3", "catalogue")
        await seen.press("o", "O")
        await seen.press("slash")
        await seen.type("!catalogue")
        await seen.press("enter")
        await seen.misses("catalogue.")
        seen.app.action_turn_theme()
        kept = seen.app.preferences()
    again = type(kept).model_validate(json.loads(kept.model_dump_json()))
    assert (again.tab, again.theme) == ("jobs", "textual-light")
    async with dashboard(daemon, preferences=again) as seen:
        await seen.sees("[3 Jobs]", "!catalogue", "state ▼")
        await seen.misses("catalogue.")


async def test_it_opens_at_a_row_or_a_filter(daemon: FakeDaemon) -> None:
    async with dashboard(daemon, start="jobs", key=44) as seen:
        await seen.sees("Job 44")
    async with dashboard(daemon, start="orders", typed="sync:failed") as seen:
        await seen.sees("PO-1003")
        await seen.misses("PO-1001")


async def test_negation_and_age_keep_rows_out(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "3", "catalogue")
        await seen.press("slash")
        await seen.type("!sync.push age<10000d")
        await seen.misses("PO-1003")
        assert "catalogue" in seen.text()


async def test_a_range_is_marked_from_v_to_v(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to(seen, "3", "catalogue")
        await seen.press("v", "j", "j", "v")
        assert [row[1] for row in seen.rows()[3:7]] == ["*", "*", "*", " "]


async def test_a_real_shop_is_marked_and_the_host_named(daemon: FakeDaemon) -> None:
    daemon.hello = samples.HELLO.model_copy(update={"production": True})
    async with dashboard(daemon, host="ops@shop") as seen:
        await seen.sees("[LIVE SHOP]", "on ops@shop")
