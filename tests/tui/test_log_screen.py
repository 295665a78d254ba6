"""The sync log as a person sees and uses it."""

from lsync.tui.model import Subject
from tests.tui import samples
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.harness import Driven, dashboard


async def to_log(seen: Driven) -> None:
    await seen.press("4")
    await seen.sees("[4 Log]", "14:03:05")


def entries(seen: Driven) -> list[str]:
    """The rows on the screen, without the scrollbar, which does move."""
    return [row[:78].rstrip() for row in seen.rows()[3:22]]


def report(daemon: FakeDaemon, number: int, message: str) -> None:
    new = samples.entry(number, message=message)
    daemon.log.insert(0, new)
    daemon.emit("log", new)


async def test_search_as_you_type(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_log(seen)
        await seen.press("slash")
        await seen.type("nothing was")
        await seen.misses("12 lines verified")
        assert "2 problems stop the push" in seen.text()
        await seen.press("escape")
        await seen.sees("12 lines verified")


async def test_filter_by_status_and_order(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_log(seen)
        await seen.press("slash")
        await seen.type("status:failed order:PO-1004")
        await seen.press("enter")
        await seen.misses("PO-1001")
        assert all("PO-1004" in row for row in seen.rows()[3:21] if "✗ failed" in row)


async def test_the_newest_entry_is_followed_from_the_first_row(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_log(seen)
        report(daemon, 41, "fresh news")
        await seen.until(lambda: "fresh news" in seen.row("›"), what="the cursor on the newest")


async def test_the_list_does_not_jump_while_somebody_reads_further_down(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon) as seen:
        await to_log(seen)
        await seen.press(*["j"] * 25)
        before = entries(seen)
        report(daemon, 41, "fresh news")
        await seen.until(lambda: len(seen.app.session.listing(Subject.LOG).items) == 41)
        await seen.pilot.pause(0.1)
        assert entries(seen) == before


async def test_pause_holds_the_list_still_and_follow_catches_up(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_log(seen)
        await seen.press("f")
        await seen.sees("held still since", "nothing new above")
        report(daemon, 41, "fresh news")
        await seen.sees("1 new above")
        assert "fresh news" not in seen.text()
        await seen.press("f")
        await seen.sees("fresh news")
        await seen.misses("held still")


async def test_a_filter_typed_into_a_paused_log_is_answered(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_log(seen)
        await seen.press("f")
        await seen.sees("held still since")
        await seen.press("slash")
        await seen.type("nothing was")
        await seen.misses("12 lines verified")
        await seen.misses("held still")


async def test_enter_shows_the_detail_and_escape_returns(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_log(seen)
        await seen.press("enter")
        await seen.sees("Log 40", '"unknown_sku"', "182 ms")
        await seen.press("escape")
        await seen.sees("status", "12 lines verified")


async def test_next_and_previous_failure(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_log(seen)
        await seen.press("n")
        assert "14:02:15" in seen.row("›")
        await seen.press("n", "N")
        assert "14:02:15" in seen.row("›")
        await seen.press("N")
        assert "14:02:15" not in seen.row("›"), "before the first comes the last"
        await seen.press("n")
        assert "14:02:15" in seen.row("›")


async def test_copy_offers_the_message(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await to_log(seen)
        await seen.press("Y")
        await seen.sees("lsync sync status PO-1001", "2 problems stop the push")


async def test_an_entry_shows_what_was_asked_and_answered(daemon: FakeDaemon) -> None:
    calls = (samples.whole_call(samples.API_CALLS[0]), samples.whole_call(samples.API_CALLS[1]))
    detail = {"requests": ["req-20", "req-19"], "lines": 3}
    daemon.log[0] = daemon.log[0].model_copy(update={"calls": calls, "detail": detail})
    async with dashboard(daemon, size=(80, 60)) as seen:
        await to_log(seen)
        await seen.press("enter")
        await seen.sees('"lines": 3', "GET /consignments/20", "GET /consignments/19", "[removed]")
        assert '"req-20"' not in seen.text(), "the requests themselves say more than their ids"
        assert seen.rows().index(" Request") < seen.rows().index(" Response")


async def test_request_and_response_stand_side_by_side_where_there_is_room(
    daemon: FakeDaemon,
) -> None:
    calls = (samples.whole_call(samples.API_CALLS[0]),)
    daemon.log[0] = daemon.log[0].model_copy(update={"calls": calls})
    async with dashboard(daemon, size=(200, 60)) as seen:
        await to_log(seen)
        await seen.sees("GET /consignments/20")
        assert "Response" in seen.row("Request")
        await seen.pilot.resize_terminal(120, 60)
        await seen.until(lambda: "Response" not in seen.row("Request"), what="below one another")
