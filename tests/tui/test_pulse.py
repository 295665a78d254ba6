"""Changes are shown together, and not at all while the line has not taken the last."""

from collections.abc import Callable

from lsync.tui.model import Subject, Touch
from lsync.tui.pulse import Pulse

JOBS, LOG = Touch(Subject.JOBS, 1), Touch(Subject.LOG, 2)


class Line:
    """A slow line, and a clock that beats when told to."""

    def __init__(self) -> None:
        self.full = False
        self.shown: list[frozenset[Touch]] = []
        self.waiting: list[Callable[[], None]] = []
        self.pulse = Pulse(
            self.shown.append,
            later=lambda _seconds, beat: self.waiting.append(beat),
            seconds=0.3,
            congested=lambda: self.full,
        )

    def beat(self) -> None:
        self.waiting.pop(0)()


def test_what_comes_between_two_beats_is_shown_once() -> None:
    line = Line()
    line.pulse.touch(frozenset({JOBS}))
    line.pulse.touch(frozenset({LOG}))
    assert line.shown == []
    line.beat()
    assert line.shown == [frozenset({JOBS, LOG})]
    assert line.waiting == []


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
