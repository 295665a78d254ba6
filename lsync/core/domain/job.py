"""Jobs of the queue: states, priorities and the one table of allowed moves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import NamedTuple


class JobState(StrEnum):
    """Where a job stands. A failed attempt that will be retried is ``PENDING`` again."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Priority(IntEnum):
    """Smaller runs first. Stored as the number, shown as the lower-case name."""

    CRITICAL = 0
    HIGH = 1
    NORMAL = 2
    LOW = 3

    @property
    def label(self) -> str:
        """The word people use: critical, high, normal or low."""
        return self.name.lower()


class UniqueScope(StrEnum):
    """While a job with the same unique key is in these states, a second one is not added."""

    PENDING = "pending"
    ACTIVE = "active"


J = JobState

TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    J.PENDING: frozenset({J.PROCESSING, J.CANCELLED, J.FAILED}),
    J.PROCESSING: frozenset({J.PENDING, J.COMPLETED, J.FAILED, J.CANCELLED}),
    J.COMPLETED: frozenset(),
    J.FAILED: frozenset({J.PENDING, J.CANCELLED}),
    J.CANCELLED: frozenset({J.PENDING}),
}

FINISHED = frozenset({J.COMPLETED, J.FAILED, J.CANCELLED})

CANCEL_GRACE = timedelta(seconds=10)
"""How long a running job that shall stop may take to its next safe point; then it is broken off."""


class IllegalJobMoveError(ValueError):
    """A job was asked to make a move that the table does not allow."""

    def __init__(self, current: JobState, wanted: JobState) -> None:
        """Keep both states so that the border can explain them."""
        super().__init__(f"A job that is {current} cannot become {wanted}")
        self.current = current
        self.wanted = wanted


def move(current: JobState, wanted: JobState) -> JobState:
    """Return ``wanted`` if the table has that edge.

    Raises:
        IllegalJobMoveError: it has not.
    """
    if wanted not in TRANSITIONS[current]:
        raise IllegalJobMoveError(current, wanted)
    return wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One run of a job. ``outcome`` is the name of the handler's outcome."""

    number: int
    worker_id: str
    started_at: datetime
    ended_at: datetime | None = None
    outcome: str | None = None
    error_class: str | None = None
    message: str | None = None
    trace: str | None = None


class Job(NamedTuple):
    """One unit of queued work. ``epoch`` counts claims: a stale worker's epoch is refused.

    A tuple, named by its fields: a claim makes hundreds, and a frozen dataclass of this size
    takes ten times as long to make.
    """

    id: int
    type: str
    payload: dict[str, object]
    state: JobState
    priority: Priority
    attempts: int
    max_attempts: int
    epoch: int
    available_at: datetime
    created_at: datetime
    worker_id: str | None = None
    lease_expires_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    error: str | None = None
    error_class: str | None = None
    unique_key: str | None = None
    concurrency_key: str | None = None
    concurrency_limit: int = 1
    cancel_requested: bool = False
    timeout: timedelta | None = None
    result: dict[str, object] | None = None
    waiting_for: int = 0
    """How many jobs it depends on are not completed."""
    alone: bool = False
    """Its worker died while it ran beside others: it next runs with nothing beside it."""
    crashes: int = 0
    """How often its worker died while it ran alone."""
    history: tuple[Attempt, ...] = ()
