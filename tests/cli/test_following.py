"""What is said while a sync waits."""

from datetime import UTC, datetime

from lsync.cli.following import waiting_for
from lsync.core.control.messages import JobMessage, PauseMessage
from lsync.core.domain.job import JobState

NOW = datetime(2026, 3, 1, tzinfo=UTC)
JOB = JobMessage(
    id=1,
    type="sync.push",
    state=JobState.PENDING,
    priority="high",
    attempts=2,
    max_attempts=4,
    payload={},
    available_at=NOW,
    created_at=NOW,
    error="Lightspeed answered 500\nsecond line",
)
PAUSE = PauseMessage(type="*", reason="stock count", paused_by="alex", paused_at=NOW)


def test_a_pause_is_told_before_an_older_error() -> None:
    told = waiting_for(JOB, [PAUSE])
    assert "stock count" in told
    assert "lsync queue resume" in told
    assert "500" not in told


def test_without_a_pause_the_error_is_told_in_one_line() -> None:
    other = PAUSE.model_copy(update={"type": "sync.pull"})
    told = waiting_for(JOB, [other])
    assert told.endswith("after attempt 2: Lightspeed answered 500")
    assert waiting_for(JOB.model_copy(update={"error": None}), []) == "waits for a worker"
