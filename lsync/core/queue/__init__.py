"""Jobs: enqueue, claim, lease, acknowledge, retry. Knows nothing of purchase orders.

Functions take the caller's transaction, so that a job is queued, retried or cancelled together
with whatever else the caller writes. ``Worker`` carries jobs out.
"""

from lsync.core.queue.context import Handler, JobContext, Translate, retry_any
from lsync.core.queue.housekeeping import Retention, prune_all
from lsync.core.queue.stats import Stats, stats
from lsync.core.queue.worker import Ending, Worker
from lsync.core.store.jobs import (
    BadJobError,
    Deed,
    Enqueued,
    JobFilter,
    JobStateError,
    NewJob,
    ParentUnfinishedError,
    Pause,
    Recovered,
    UniqueKeyTakenError,
    UnknownJobError,
    cancel,
    discard,
    enqueue,
    enqueue_alone,
    enqueue_batch,
    find,
    ids_matching,
    listing,
    pause,
    pauses,
    prunable,
    prune,
    replace_payload,
    resume,
    retry,
)
from lsync.core.store.jobs import recover_expired as recover
from lsync.core.store.schedules import Missed, Schedule
from lsync.core.store.schedules import define as define_schedules
from lsync.core.store.workers import WorkerRow

__all__ = [
    "BadJobError",
    "Deed",
    "Ending",
    "Enqueued",
    "Handler",
    "JobContext",
    "JobFilter",
    "JobStateError",
    "Missed",
    "NewJob",
    "ParentUnfinishedError",
    "Pause",
    "Recovered",
    "Retention",
    "Schedule",
    "Stats",
    "Translate",
    "UniqueKeyTakenError",
    "UnknownJobError",
    "Worker",
    "WorkerRow",
    "cancel",
    "define_schedules",
    "discard",
    "enqueue",
    "enqueue_alone",
    "enqueue_batch",
    "find",
    "ids_matching",
    "listing",
    "pause",
    "pauses",
    "prunable",
    "prune",
    "prune_all",
    "recover",
    "replace_payload",
    "resume",
    "retry",
    "retry_any",
    "stats",
]
