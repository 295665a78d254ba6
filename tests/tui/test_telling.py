"""Messages: on a low screen the newest alone shows, and all can be read again."""

from textual.widgets._toast import ToastRack

from tests.tui.fake_daemon import FakeDaemon
from tests.tui.harness import Driven, dashboard


def shown(seen: Driven) -> list[str]:
    """The messages on the screen now."""
    rows = [row for row in seen.rows() if "message " in row]
    return [row[row.index("message ") :].split("  ")[0].strip() for row in rows]


async def say(seen: Driven, *numbers: int) -> None:
    for number in numbers:
        seen.app.notify(f"message {number}", markup=False, timeout=600)
    await seen.sees(f"message {numbers[-1]}")


async def test_on_a_low_screen_one_message_shows_and_covers_few_rows(daemon: FakeDaemon) -> None:
    async with dashboard(daemon, size=(80, 24), toasts=True) as seen:
        await say(seen, 1, 2, 3)
        await seen.until(lambda: shown(seen) == ["message 3"], what="only the newest")
        rack = seen.app.screen.query_one(ToastRack)
        assert rack.region.height <= 3


async def test_a_message_covers_neither_the_countdown_nor_the_keys(daemon: FakeDaemon) -> None:
    async with dashboard(daemon, size=(80, 24), toasts=True, undo_seconds=5) as seen:
        await seen.sees("PO-1003")
        seen.app.notify("a long message " * 30, markup=False, timeout=600)
        await seen.sees("a long message")
        await seen.press("r")
        await seen.sees("retry PO-1003 in 5 s   Enter start now   z take back", "q Quit")


async def test_a_high_screen_has_room_for_several(daemon: FakeDaemon) -> None:
    async with dashboard(daemon, size=(120, 50), toasts=True) as seen:
        await say(seen, 1, 2, 3)
        await seen.sees("message 1", "message 2", "message 3")


async def test_messages_can_be_read_again_newest_first(daemon: FakeDaemon) -> None:
    async with dashboard(daemon) as seen:
        await seen.press("M")
        await seen.sees("nothing has been said yet")
        await seen.press("escape")
        seen.app.notify("the first\nwith its reason", title="Trouble", severity="error")
        seen.app.notify("the second", markup=False)
        await seen.press("M")
        await seen.sees("Messages, newest first", "· 14:03:05  the second")
        await seen.sees("✗ 14:03:05  Trouble", "  with its reason")
        assert seen.text().index("the second") < seen.text().index("Trouble")
