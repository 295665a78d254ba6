"""A daemon that goes away, comes back, was never there, or cannot be trusted."""

from lsync.core.control import messages as m
from lsync.core.control.client import ControlClient, ControlError
from tests.tui import samples
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.harness import Clock, dashboard


async def test_without_a_daemon_the_screen_says_how_to_start_it_and_keeps_trying(
    daemon: FakeDaemon,
) -> None:
    daemon.up = False
    async with dashboard(daemon) as seen:
        await seen.sees("No daemon answers on /run/example.sock.", "lsync daemon")
        await seen.sees("Nothing to show yet", "nothing read from the daemon yet")
        daemon.start()
        await seen.sees("● live", "PO-1003")
        assert "No daemon answers" not in seen.text()


async def test_a_lost_daemon_leaves_a_banner_with_the_age_of_the_data(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon) as seen:
        await seen.sees("PO-1003")
        daemon.stop()
        await seen.sees("✗ stale", "actions are off")
        seen.clock.advance(seconds=75)
        await seen.sees("stale, 1 min 15 s old", "The data below is 1 min 15 s old")
        assert "PO-1003" in seen.text()


async def test_actions_are_off_while_the_link_is_lost(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("3")
        await seen.sees("[3 Jobs]", "catalogue")
        daemon.stop()
        await seen.sees("✗ stale")
        await seen.press("x", "r", "2", "s", "a", "d")
        assert "Are you sure?" not in seen.text()
        assert not seen.app.session.countdown.waiting
        assert daemon.done == []


async def test_what_was_counting_down_is_taken_back_when_the_link_is_lost(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon, undo_seconds=5) as seen:
        await seen.press("r")
        await seen.sees("retry PO-1003 in 5 s")
        daemon.stop()
        await seen.told("retry PO-1003: taken back, the daemon is gone")
        daemon.start()
        await seen.sees("● live")
        seen.clock.advance(seconds=9)
        await seen.pilot.pause(0.05)
        assert daemon.done == []


async def test_on_return_every_screen_shows_what_changed_meanwhile(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("2")
        await seen.sees("PO-1008")
        daemon.stop()
        await seen.sees("✗ stale")
        daemon.orders["PO-1009"] = samples.order("PO-1009")
        daemon.log.insert(0, samples.entry(41, message="while you were away"))
        daemon.start()
        await seen.sees("● live", "PO-1009")
        await seen.press("4")
        await seen.sees("while you were away")


async def test_the_stream_resumes_after_the_last_event_seen(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        daemon.emit("log", samples.entry(41))
        await seen.until(lambda: len(daemon.resumed_from) == 1)
        await seen.sees("● live")
        await seen.until(lambda: seen.app.session.link._last_id == "b1:1")
        daemon.stop()
        await seen.sees("✗ stale")
        daemon.start()
        await seen.until(lambda: daemon.resumed_from == [None, "b1:1"])


async def test_it_keeps_trying_for_ever(daemon: FakeDaemon) -> None:
    daemon.up = False
    tries = 0

    async def connect() -> ControlClient:
        nonlocal tries
        tries += 1
        return await FakeDaemon.connect(daemon)

    daemon.connect = connect  # type: ignore[method-assign]  # counts the tries
    async with dashboard(daemon) as seen:
        await seen.until(lambda: tries > 20)
        daemon.start()
        await seen.sees("● live")


async def test_a_daemon_that_stops_answering_is_noticed_without_an_event(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon) as seen:
        daemon.up = False
        seen.app.session.link.look()
        await seen.sees("✗ stale")


async def test_a_daemon_of_another_protocol_is_named_not_a_crash(daemon: FakeDaemon) -> None:
    async def refuse() -> ControlClient:
        raise ControlError(
            m.ErrorMessage(
                error="The daemon speaks protocol 9, not 1.", next_step="Upgrade this lsync."
            )
        )

    daemon.connect = refuse  # type: ignore[method-assign]  # refuses on purpose
    daemon.up = False
    async with dashboard(daemon) as seen:
        await seen.sees("The daemon speaks protocol 9, not 1.", "Upgrade this lsync.")


async def test_an_event_that_cannot_be_read_makes_everything_be_read_anew(
    daemon: FakeDaemon,
) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("2")
        await seen.sees("PO-1008")
        daemon.orders["PO-1009"] = samples.order("PO-1009")
        daemon.emit("order", samples.BUDGET)
        await seen.sees("PO-1009")


async def test_resync_reads_everything_anew(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("3")
        await seen.sees("catalogue")
        daemon.jobs[50] = samples.job(50)
        daemon.emit("resync")
        await seen.sees("  50  ")


async def test_time_alone_writes_nothing_while_the_link_is_live(daemon: FakeDaemon) -> None:
    clock = Clock()
    async with dashboard(daemon, clock=clock) as seen:
        await seen.sees("PO-1003", "12 lines verified", "q Quit")
        before = await seen.settled()
        clock.advance(seconds=50)
        await seen.pilot.pause(0.1)
        assert seen.text() == before


async def test_a_key_that_is_off_says_why(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.sees("PO-1003")
        daemon.stop()
        await seen.sees("✗ stale")
        await seen.press("s")
        await seen.told("Sync: not while the daemon is away")
        assert daemon.done == []
