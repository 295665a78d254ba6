"""Acting on many jobs in two calls: a plan with a hash of what it saw, then the commit of it.

Deleting finished ones is ``pruning``'s.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from lsync.core import queue as jobs
from lsync.core.control import messages as m
from lsync.core.domain.job import Job, JobState, Priority
from lsync.core.queue import Deed, JobFilter, JobStateError, UnknownJobError
from lsync.core.store.database import Transaction
from lsync.core.store.errors import DatabaseUnavailable, StoreError
from lsync.daemon.application import Application
from lsync.daemon.operations.jobs import release_order, requeue_order
from lsync.daemon.operations.missing import bad_input, not_allowed

MOST = 10_000
"""Jobs one bulk action may touch; more are taken in several rounds."""
SAMPLE = 5
SLICE = 100
"""Jobs of one transaction, so that no worker waits long for its turn to write."""

MOVES: dict[str, frozenset[JobState]] = {
    "retry": frozenset({JobState.FAILED, JobState.CANCELLED}),
    "cancel": frozenset({JobState.PENDING, JobState.PROCESSING}),
    "discard": frozenset({JobState.FAILED}),
}
"""The states a job must be in for each action to mean anything."""
DEEDS = {"retry": Deed.RETRY, "cancel": Deed.CANCEL, "discard": Deed.DISCARD}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """The jobs that an action touches, and why it does not touch others that were named."""

    jobs: Sequence[Job]
    skipped: tuple[str, ...] = ()


async def plan_bulk(application: Application, request: m.BulkRequest) -> m.BulkPlan:
    """What the action would touch now."""
    async with application.database.read() as tx:
        chosen = await _choose(tx, request)
    return m.BulkPlan(
        action=request.action,
        count=len(chosen.jobs),
        sample=tuple(f"job {job.id} ({job.type})" for job in chosen.jobs[:SAMPLE]),
        state_hash=state_hash(request.action, chosen.jobs),
        more=len(chosen.jobs) >= MOST,
        skipped=chosen.skipped,
    )


async def commit_bulk(application: Application, request: m.BulkRequest) -> m.BulkResult:
    """Act on exactly what the plan showed, a slice at a time.

    A job that somebody changes meanwhile is skipped with the reason.

    Raises:
        ControlError: 409: something has changed since the plan; nothing was done.
    """
    async with application.database.read() as tx:
        chosen = await _choose(tx, request)
    wanted = chosen.jobs
    if state_hash(request.action, wanted) != request.commit:
        raise not_allowed(
            "Nothing was done: the jobs have changed since they were shown.",
            why=f"The action would now touch {len(wanted)} jobs.",
            next_step="Look at the new plan, then confirm again.",
        )
    changed = 0
    skipped = [*chosen.skipped]
    for start in range(0, len(wanted), SLICE):
        work = partial(_act, action=request.action, wanted=wanted[start : start + SLICE])
        done = await application.database.run(work)
        changed += done.changed
        skipped += done.skipped
    return m.BulkResult(action=request.action, changed=changed, skipped=tuple(skipped))


def state_hash(action: str, wanted: Sequence[Job]) -> str:
    """Changes whenever another job, or another state of one, would be touched."""
    seen = [[job.id, job.state.value, job.epoch, job.attempts] for job in wanted]
    return hashlib.sha256(json.dumps([action, seen]).encode()).hexdigest()[:32]


async def _choose(tx: Transaction, request: m.BulkRequest) -> _Chosen:
    which = _filter(request)
    if request.ids:
        return await _named(tx, request)
    if which == JobFilter():
        raise bad_input(
            f"It is not said which jobs to {request.action}.",
            why="A bulk action needs job ids or a filter.",
            next_step="Name what is meant; nothing was changed.",
        )
    found = await jobs.listing(tx, which, limit=MOST)
    return _Chosen(jobs=[job for job in found if job.state in MOVES[request.action]])


async def _named(tx: Transaction, request: m.BulkRequest) -> _Chosen:
    chosen, skipped = [], []
    for job_id in sorted(set(request.ids))[:MOST]:
        try:
            job = await jobs.find(tx, job_id)
            _check(job, request)
        except (UnknownJobError, JobStateError) as failure:
            skipped.append(_told(failure))
        else:
            if request.type in {None, job.type}:
                chosen.append(job)
            else:
                skipped.append(f"Job {job_id} is of type {job.type}, not {request.type}.")
    return _Chosen(jobs=chosen, skipped=tuple(skipped))


def _check(job: Job, request: m.BulkRequest) -> None:
    if job.state not in MOVES[request.action] or request.state not in {None, job.state}:
        raise JobStateError(job.id, state=job.state, deed=DEEDS[request.action])


def _told(failure: StoreError) -> str:
    return f"{failure.what} {failure.why}".strip()


def _filter(request: m.BulkRequest) -> JobFilter:
    return JobFilter(
        state=request.state,
        type=request.type,
        priority=None if request.priority is None else Priority[request.priority.upper()],
        error_class=request.error_class,
        text=request.text,
        order=request.order,
        supplier=request.supplier,
        outlet=request.outlet,
        since=request.since,
        until=request.until,
    )


async def _act(tx: Transaction, *, action: str, wanted: Sequence[Job]) -> m.BulkResult:
    changed, skipped = 0, []
    for job in wanted:
        try:
            await _act_on_one(tx, action, job)
        except DatabaseUnavailable:
            raise
        except StoreError as failure:
            skipped.append(_told(failure))
        else:
            changed += 1
    return m.BulkResult(action=action, changed=changed, skipped=tuple(skipped))


async def _act_on_one(tx: Transaction, action: str, job: Job) -> None:
    now = await tx.now()
    match action:
        case "retry":
            await requeue_order(tx, await jobs.retry(tx, job.id, now=now))
        case "cancel":
            await release_order(tx, await jobs.cancel(tx, job.id, now=now))
        case "discard":
            await release_order(tx, await jobs.discard(tx, job.id, now=now))
