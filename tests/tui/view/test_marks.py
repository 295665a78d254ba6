"""Marks: no two states look alike without colour, and unknown ones are shown as they are."""

from lsync.core.domain.job import JobState
from lsync.core.domain.order import OrderState, SyncState
from lsync.tui.view.marks import JOB_MARKS, SYNC_MARKS, order_state, severity_mark, status_mark


def test_every_state_has_a_sign_of_its_own() -> None:
    for marks, states in ((JOB_MARKS, JobState), (SYNC_MARKS, SyncState)):
        assert set(marks) == set(states)
        assert len({mark.sign for mark in marks.values()}) == len(marks)
        assert len({mark.word for mark in marks.values()}) == len(marks)


def test_what_a_newer_daemon_says_is_shown() -> None:
    assert status_mark("postponed").span().text == "? postponed"
    assert severity_mark("fatal").word == "fatal"


def test_order_states_read_as_words() -> None:
    assert order_state(OrderState.PARTIALLY_RECEIVED).text == "partially received"
