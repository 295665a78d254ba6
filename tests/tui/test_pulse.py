"""Changes are shown together, and not at all while the line has not taken the last."""

from collections.abc import Callable

from lsync.tui.model import Subject, Touch
from lsync.tui.pulse import GATHER_SECONDS, Pulse

JOBS, LOG = Touch(Subject.JOBS, 1), Touch(Subject.LOG, 2)


class Line:
    """A slow line, and a clock that beats when told to."""

    def __init__(self) -> None:
        self.full = False
        self.shown: list[frozenset[Touch]] = []
        self.waiting: list[tuple[float, Callable[[], None]]] = []
        self.pulse = Pulse(
            self.shown.append,
            later=lambda seconds, beat: self.waiting.append((seconds, beat)),
            seconds=0.3,
            congested=lambda: self.full,
        )

    def beat(self) -> None:
        ((_, beat),) = self.waiting
        self.waiting.clear()
        beat()

    @property
    def seconds_to_go(self) -> float:
        ((seconds, _),) = self.waiting
        return seconds


def test_what_comes_between_two_beats_is_shown_once() -> None:
    line = Line()
    line.pulse.touch(frozenset({JOBS}))
    line.pulse.touch(frozenset({LOG}))
    assert line.shown == []
    line.beat()
    assert line.shown == [frozenset({JOBS, LOG})]


def test_the_first_change_is_shown_soon_and_those_after_it_a_beat_later() -> None:
    line = Line()
    line.pulse.touch(frozenset({JOBS}))
    assert line.seconds_to_go == GATHER_SECONDS
    line.beat()
    line.pulse.touch(frozenset({LOG}))
    assert (line.seconds_to_go, len(line.shown)) == (0.3, 1)
    line.beat()
    assert (line.seconds_to_go, line.shown[1:]) == (0.3, [frozenset({LOG})])


def test_a_beat_without_a_change_shows_nothing_and_is_the_last() -> None:
    line = Line()
    line.pulse.touch(frozenset({JOBS}))
    line.beat()
    line.beat()
    assert (line.waiting, len(line.shown)) == ([], 1)
    line.pulse.touch(frozenset({LOG}))
    assert line.seconds_to_go == GATHER_SECONDS


def test_a_line_that_is_behind_gets_nothing_until_it_has_caught_up() -> None:
    line = Line()
    line.full = True
    line.pulse.touch(frozenset({JOBS}))
    for _ in range(5):
        line.beat()
        line.pulse.touch(frozenset({LOG}))
    assert line.shown == []
    assert len(line.waiting) == 1
    line.full = False
    line.beat()
    assert line.shown == [frozenset({JOBS, LOG})]
