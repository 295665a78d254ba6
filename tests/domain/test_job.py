"""The job state machine, the verdict on an outcome, and backoff."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsync.core.domain.backoff import retry_delay
from lsync.core.domain.job import FINISHED, TRANSITIONS, IllegalJobMoveError, JobState, move
from lsync.core.domain.outcome import Cancelled, Dead, Done, Outcome, Retry, Snooze, Verdict, judge

NOW = datetime(2026, 11, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def judged(outcome: Outcome, *, attempts: int = 1) -> Verdict:
    return judge(outcome, now=NOW, attempts=attempts, max_attempts=4, delay=MINUTE)


@given(st.sampled_from(JobState), st.sampled_from(JobState))
def test_only_listed_moves_are_allowed(current: JobState, wanted: JobState) -> None:
    if wanted in TRANSITIONS[current]:
        assert move(current, wanted) is wanted
    else:
        with pytest.raises(IllegalJobMoveError):
            move(current, wanted)


def test_what_completed_never_runs_again() -> None:
    assert TRANSITIONS[JobState.COMPLETED] == frozenset()
    assert all(JobState.PROCESSING not in TRANSITIONS[state] for state in FINISHED)


def test_a_failed_attempt_waits_for_the_configured_delay() -> None:
    verdict = judged(Retry(error="busy"))
    assert (verdict.state, verdict.available_at) == (JobState.PENDING, NOW + MINUTE)
    assert verdict.spends_attempt


def test_an_error_may_bring_its_own_delay() -> None:
    assert judged(Retry(error="busy", delay=timedelta(0))).available_at == NOW


def test_the_fourth_failure_is_a_dead_letter_with_its_reason() -> None:
    assert judged(Retry(error="busy"), attempts=3).state is JobState.PENDING
    verdict = judged(Retry(error="busy", error_class="Unavailable"), attempts=4)
    assert (verdict.state, verdict.error) == (JobState.FAILED, "busy")
    assert verdict.error_class == "Unavailable"


def test_a_snooze_spends_no_attempt() -> None:
    verdict = judged(Snooze(until=NOW + MINUTE, reason="budget spent"), attempts=4)
    assert verdict.state is JobState.PENDING
    assert not verdict.spends_attempt
    assert verdict.available_at == NOW + MINUTE


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Done(), JobState.COMPLETED),
        (Dead(error="no"), JobState.FAILED),
        (Cancelled(), JobState.CANCELLED),
    ],
)
def test_final_outcomes_end_the_job(outcome: Outcome, state: JobState) -> None:
    assert judged(outcome).state is state


DELAYS = [timedelta(seconds=s) for s in (60, 300, 900)]


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 60), (2, 300), (3, 900), (4, 900), (9, 900)])
def test_delays_follow_the_list_and_the_last_repeats(attempt: int, seconds: int) -> None:
    assert retry_delay(attempt, delays=DELAYS, jitter=0).total_seconds() == seconds


@given(st.integers(1, 50), st.floats(allow_nan=False))
def test_jitter_stays_within_a_fifth(attempt: int, jitter: float) -> None:
    base = retry_delay(attempt, delays=DELAYS, jitter=0)
    spread = retry_delay(attempt, delays=DELAYS, jitter=jitter)
    assert base * 0.8 <= spread <= base * 1.2


def test_attempts_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        retry_delay(0, delays=DELAYS, jitter=0)
