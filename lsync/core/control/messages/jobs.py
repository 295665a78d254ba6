"""The queue: jobs, workers, pauses, statistics and bulk actions."""

from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from lsync.core.control.messages.base import Message
from lsync.core.domain.job import JobState


class AttemptMessage(Message):
    """One run of a job."""

    number: int
    worker_id: str
    started_at: datetime
    ended_at: datetime | None = None
    outcome: str | None = None
    error_class: str | None = None
    message: str | None = None
    trace: str | None = None


class JobMessage(Message):
    """A job. ``history`` is filled only when one job is asked for."""

    id: int
    type: str
    state: JobState
    priority: str
    attempts: int
    max_attempts: int
    payload: dict[str, Any]
    available_at: datetime
    created_at: datetime
    started_at: datetime | None = None
    completed_at: datetime | None = None
    worker_id: str | None = None
    error: str | None = None
    error_class: str | None = None
    lease_expires_at: datetime | None = None
    """While it runs: when it counts as lost unless its worker renews it."""
    waiting_for: int = 0
    """How many jobs that it depends on are not completed."""
    result: dict[str, Any] | None = None
    explained: str | None = None
    """What happened, why and the safe next step, as one text for a person."""
    unique_key: str | None = None
    cancel_requested: bool = False
    history: tuple[AttemptMessage, ...] = ()


class WorkerMessage(Message):
    """One worker, which is one daemon process."""

    id: str
    host: str
    pid: int
    started_at: datetime
    heartbeat_at: datetime
    stopped_at: datetime | None = None
    alive: bool
    running: tuple[int, ...] = ()
    jobs_done: int = 0
    jobs_failed: int = 0
    memory_mb: float | None = None


class ErrorGroupMessage(Message):
    """Failed jobs of one reason; ``example`` is the error of the newest of them."""

    error_class: str
    jobs: int
    newest_job: int
    example: str


class PauseMessage(Message):
    """A paused job type; ``*`` is the whole queue."""

    type: str
    reason: str
    paused_by: str
    paused_at: datetime


class QueueStats(Message):
    """``GET /v1/stats``. ``counts`` maps state, then priority label, to a number of jobs."""

    counts: dict[str, dict[str, int]]
    by_type: dict[str, dict[str, int]]
    oldest_pending_seconds: float | None = None
    average_seconds: float | None = None
    wait_p50_ms: float | None = None
    wait_p95_ms: float | None = None
    run_p50_ms: float | None = None
    run_p95_ms: float | None = None
    throughput: tuple[int, ...] = ()
    """Jobs completed in each of the last 60 minutes, oldest first."""
    failures: tuple[int, ...] = ()
    """Jobs dead-lettered in each of the last 60 minutes, oldest first."""
    workers: tuple[WorkerMessage, ...] = ()
    pauses: tuple[PauseMessage, ...] = ()
    error_groups: tuple[ErrorGroupMessage, ...] = ()
    """Failed jobs by the class of their error, the largest group first."""


class PauseRequest(Message):
    """``POST /v1/queue/pause`` and ``/v1/queue/resume``."""

    type: str = "*"
    reason: str = ""


class BulkPlan(Message):
    """First half of a bulk action: what it would touch."""

    action: str
    count: int
    sample: tuple[str, ...] = ()
    state_hash: str
    more: bool = False
    """Whether more match than one action may touch; then plan again after it."""
    skipped: tuple[str, ...] = ()
    """Of named jobs: a sentence for each that will not be touched, and why."""


class BulkRequest(Message):
    """A bulk action over jobs. Without ``commit`` it plans; with the plan's hash it acts."""

    action: Literal["retry", "cancel", "discard"]
    ids: tuple[int, ...] = ()
    state: JobState | None = None
    type: str | None = None
    priority: Literal["critical", "high", "normal", "low"] | None = None
    error_class: str | None = None
    text: str | None = None
    order: str | None = None
    supplier: str | None = None
    outlet: str | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    commit: str | None = None


class BulkResult(Message):
    """What a committed bulk action did."""

    action: str
    changed: int
    skipped: tuple[str, ...] = ()
    """A sentence for each job that was named or planned and not touched, and why."""


class PayloadRequest(Message):
    """``POST /v1/jobs/{id}/payload``: what a failed job shall work with instead."""

    payload: dict[str, Any]


class PruneRequest(Message):
    """``POST /v1/queue/prune``. With the plan's ``before`` it deletes, without it plans."""

    states: tuple[JobState, ...]
    older_than_days: float = Field(default=0, ge=0, le=36500)
    before: AwareDatetime | None = None


class PrunePlan(Message):
    """Finished jobs that would be deleted, by state: those that ended before ``before``."""

    before: datetime
    counts: dict[str, int]


class PruneResult(Message):
    """What one round deleted; until ``finished`` there is more to delete."""

    deleted: int
    finished: bool
