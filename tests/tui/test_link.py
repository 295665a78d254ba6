"""How long the link waits before it tries again."""

from lsync.tui.link import LONGEST_WAIT, wait_seconds


def test_waits_grow_to_a_few_seconds_and_stay_there() -> None:
    waits = [wait_seconds(attempt) for attempt in (1, 2, 3, 4, 5, 50, 10**6)]
    assert waits == [0.5, 1.0, 2.0, 4.0, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT]
