"""The statements of the queue, one module per thing that can happen to a job.

Every function takes the transaction (or the cursor of one) first and the time as ``now``. They
keep the books of each other's tables: counts, slots, dependencies and history change together
with the job.
"""

from lsync.core.store.jobs.acknowledging import Acknowledgement, acknowledge
from lsync.core.store.jobs.changing import cancel, discard, replace_payload, retry
from lsync.core.store.jobs.claiming import Claim, claim
from lsync.core.store.jobs.enqueueing import enqueue, enqueue_alone, enqueue_batch
from lsync.core.store.jobs.errors import (
    BadJobError,
    Deed,
    JobStateError,
    ParentUnfinishedError,
    UniqueKeyTakenError,
    UnknownJobError,
)
from lsync.core.store.jobs.listing import JobFilter, find, ids_matching, listing
from lsync.core.store.jobs.new_job import Enqueued, NewJob
from lsync.core.store.jobs.pausing import Pause, pause, pauses, resume
from lsync.core.store.jobs.promoting import promote
from lsync.core.store.jobs.pruning import prunable, prune
from lsync.core.store.jobs.recovering import Recovered, recover_expired, recover_own
from lsync.core.store.jobs.renewing import Held, Renewal, renew

__all__ = [
    "Acknowledgement",
    "BadJobError",
    "Claim",
    "Deed",
    "Enqueued",
    "Held",
    "JobFilter",
    "JobStateError",
    "NewJob",
    "ParentUnfinishedError",
    "Pause",
    "Recovered",
    "Renewal",
    "UniqueKeyTakenError",
    "UnknownJobError",
    "acknowledge",
    "cancel",
    "claim",
    "discard",
    "enqueue",
    "enqueue_alone",
    "enqueue_batch",
    "find",
    "ids_matching",
    "listing",
    "pause",
    "pauses",
    "promote",
    "prunable",
    "prune",
    "recover_expired",
    "recover_own",
    "renew",
    "replace_payload",
    "resume",
    "retry",
]
