"""What the queue refuses, as a sentence for a person."""

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
