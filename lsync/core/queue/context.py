"""What a handler gets to know about its run, and what it and its exceptions are called."""

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from lsync.core.domain.job import Job
from lsync.core.domain.outcome import Outcome, Retry


@dataclass(slots=True, kw_only=True)
class JobContext:
    """One run of one job.

    ``cancelled``: someone asked for this job to stop; the handler stops at a safe point and
    returns ``Cancelled``. ``stopping``: the worker shuts down; long work should come to a
    recovery point and return ``Snooze``. ``lease_ends`` is on the clock of ``time.monotonic``,
    which is the event loop's.
    """

    job: Job
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    lease_ends: float = float("inf")

    @property
    def holds_lease(self) -> bool:
        """Whether the job is still surely this worker's; look before every effect outside.

        False after a pause of the process that outlasted the lease, even before the worker
        itself has noticed.
        """
        return time.monotonic() < self.lease_ends


Handler = Callable[[JobContext], Awaitable[Outcome]]
Translate = Callable[[BaseException], Outcome]


def retry_any(error: BaseException) -> Outcome:
    """Translate every exception into a retry. Programs that know their errors inject better."""
    return Retry(
        error=str(error) or type(error).__name__,
        error_class=type(error).__name__,
        trace="".join(traceback.format_exception(error)),
    )
