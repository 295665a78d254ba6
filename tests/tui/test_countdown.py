"""Actions that can be taken back."""

from datetime import timedelta

from lsync.tui.countdown import Action, Countdown
from lsync.tui.view.spans import text_of
from tests.tui.samples import NOW


async def nothing() -> str:
    return ""


def action(words: str) -> Action:
    return Action(words=words, work=nothing)


def test_an_action_is_due_after_its_delay_and_only_once() -> None:
    countdown = Countdown(seconds=5)
    countdown.add(action("sync PO-1"), now=NOW)
    assert countdown.due(now=NOW + timedelta(seconds=4.9)) == []
    assert [each.words for each in countdown.due(now=NOW + timedelta(seconds=5))] == ["sync PO-1"]
    assert countdown.due(now=NOW + timedelta(hours=1)) == []


def test_the_same_action_twice_is_one() -> None:
    countdown = Countdown()
    for _ in range(3):
        countdown.add(action("sync PO-1"), now=NOW)
    assert len(countdown.start_now()) == 1


def test_what_is_taken_back_never_starts() -> None:
    countdown = Countdown()
    countdown.add(action("sync PO-1"), now=NOW)
    assert [each.words for each in countdown.take_back()] == ["sync PO-1"]
    assert countdown.due(now=NOW + timedelta(hours=1)) == []


def test_the_line_counts_down_and_counts_the_others() -> None:
    countdown = Countdown(seconds=5)
    countdown.add(action("sync PO-1"), now=NOW)
    countdown.add(action("sync PO-2"), now=NOW)
    words = text_of(countdown.line(now=NOW + timedelta(seconds=1.2)))
    assert "sync PO-1 (and 1 more) in 4 s" in words
