"""What becomes of a run that has ended."""

from datetime import UTC, datetime, timedelta

import pytest

from lsync.core.domain.job import Job, JobState, Priority
from lsync.core.domain.outcome import Cancelled, Dead, Done, Outcome, Retry, Snooze
from lsync.core.queue.concluding import Ended, conclude

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DELAYS = (timedelta(seconds=60), timedelta(seconds=300))


def job(*, attempts: int = 0) -> Job:
    return Job(
        id=1,
        type="work",
        payload={},
        state=JobState.PROCESSING,
        priority=Priority.NORMAL,
        attempts=attempts,
        max_attempts=4,
        epoch=3,
        available_at=NOW,
        created_at=NOW,
        error="before",
    )


@pytest.mark.parametrize(
    ("outcome", "state", "name"),
    [
        (Done(), JobState.COMPLETED, "done"),
        (Retry(error="x"), JobState.PENDING, "retry"),
        (Snooze(until=NOW, reason="x"), JobState.PENDING, "snooze"),
        (Dead(error="x"), JobState.FAILED, "dead"),
        (Cancelled(), JobState.CANCELLED, "cancelled"),
    ],
)
def test_each_outcome_has_its_state_and_its_word(
    outcome: Outcome, state: JobState, name: str
) -> None:
    found = conclude(Ended(job=job(), outcome=outcome), delays=DELAYS, now=NOW)
    assert (found.verdict.state, found.outcome) == (state, name)


def test_the_delay_follows_the_attempt_and_is_spread() -> None:
    def rest(attempts: int, jitter: float) -> timedelta | None:
        ended = Ended(job=job(attempts=attempts), outcome=Retry(error="x"), jitter=jitter)
        at = conclude(ended, delays=DELAYS, now=NOW).verdict.available_at
        return None if at is None else at - NOW

    assert rest(0, 0) == timedelta(seconds=60)
    assert rest(1, 0) == timedelta(seconds=300)
    assert rest(2, 0) == timedelta(seconds=300)
    assert rest(0, 1) == timedelta(seconds=72)
    assert rest(0, -1) == timedelta(seconds=48)
    assert rest(3, 0) is None


def test_a_run_broken_off_leaves_the_job_as_it_was() -> None:
    found = conclude(Ended(job=job(), outcome=None), delays=DELAYS, now=NOW).verdict
    assert (found.state, found.spends_attempt, found.error, found.available_at) == (
        JobState.PENDING,
        False,
        "before",
        NOW,
    )


def test_the_result_of_a_done_job_is_kept() -> None:
    ended = Ended(job=job(), outcome=Done(result={"a": 1}))
    assert conclude(ended, delays=DELAYS, now=NOW).result == {"a": 1}
