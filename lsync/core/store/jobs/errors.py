"""What the queue refuses, as a sentence for a person."""

from enum import StrEnum

from lsync.core.domain.job import JobState
from lsync.core.store.errors import StoreError


class BadJobError(StoreError):
    """A new job breaks a rule; nothing was enqueued."""

    exit_code = 2


class UnknownJobError(StoreError):
    """There is no job with that id."""

    def __init__(self, job_id: int) -> None:
        """Name the job."""
        super().__init__(
            f"There is no job {job_id}.",
            why="It never existed, or it was pruned.",
            next_step="`lsync queue list` shows the jobs there are.",
        )
        self.job_id = job_id


class Deed(StrEnum):
    """What a person wants done to a job, as it is told of one that was not."""

    CANCEL = "cancelled"
    RETRY = "queued again"
    DISCARD = "discarded"
    CORRECT = "corrected"


FITTING: dict[Deed, frozenset[JobState]] = {
    Deed.CANCEL: frozenset({JobState.PENDING, JobState.PROCESSING}),
    Deed.RETRY: frozenset({JobState.PENDING, JobState.FAILED, JobState.CANCELLED}),
    Deed.DISCARD: frozenset({JobState.FAILED}),
    Deed.CORRECT: frozenset({JobState.PENDING, JobState.FAILED, JobState.CANCELLED}),
}
"""The states a job must be in. To retry one that waits means to run it now."""

_STANDS = {
    JobState.PENDING: "It waits for its turn",
    JobState.PROCESSING: "It is running",
    JobState.COMPLETED: "It is completed",
    JobState.FAILED: "It has failed",
    JobState.CANCELLED: "It is cancelled already",
}
_KINDS = {
    Deed.CANCEL: "a job that waits or runs",
    Deed.RETRY: "a job that has failed or was cancelled",
    Deed.DISCARD: "a job that has failed",
    Deed.CORRECT: "a job that neither runs nor is completed",
}


class JobStateError(StoreError):
    """The state of a job does not allow what somebody wants; nothing was changed."""

    def __init__(self, job_id: int, *, state: JobState, deed: Deed) -> None:
        """Say how the job stands and which way leads on from there."""
        super().__init__(
            f"Job {job_id} was not {deed}.",
            why=f"{_STANDS[state]}; only {_KINDS[deed]} can be {deed}.",
            next_step=_way_on(job_id, state, deed),
        )
        self.job_id = job_id
        self.state = state
        self.deed = deed


def check_state(job_id: int, state: JobState, deed: Deed) -> None:
    """Let a job pass whose state fits the deed.

    Raises:
        JobStateError: it does not.
    """
    if state not in FITTING[deed]:
        raise JobStateError(job_id, state=state, deed=deed)


def _way_on(job_id: int, state: JobState, deed: Deed) -> str:
    if state is JobState.PROCESSING:
        return f"Wait until it has ended, or stop it with `lsync queue cancel {job_id}`."
    if state is JobState.PENDING and deed is Deed.RETRY:
        return "Nothing to do: it runs by itself."
    if state is JobState.PENDING:
        return f"`lsync queue cancel {job_id}` takes it off the queue."
    if state is JobState.FAILED and deed is Deed.CANCEL:
        return f"`lsync queue discard {job_id}` gives it up."
    return f"`lsync queue show {job_id}` shows how it ended."


class UniqueKeyTakenError(StoreError):
    """The job may not become pending: another one with its unique key is there already."""

    def __init__(self, job_id: int, *, other: int) -> None:
        """Name both jobs."""
        super().__init__(
            f"Job {job_id} was not queued again.",
            why=f"Job {other} does the same and is queued or running.",
            next_step=f"Wait for job {other}, or cancel it first.",
        )
        self.job_id = job_id
        self.other = other


class ParentUnfinishedError(StoreError):
    """The job cannot run: one that it waits for failed or was cancelled."""

    def __init__(self, job_id: int, *, parent: int) -> None:
        """Name both jobs."""
        super().__init__(
            f"Job {job_id} was not queued again.",
            why=f"It waits for job {parent}, which failed or was cancelled.",
            next_step=f"Retry job {parent}; that revives this one too.",
        )
        self.job_id = job_id
        self.parent = parent
