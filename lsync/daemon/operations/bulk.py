"""Acting on many jobs in two calls: a plan with a hash of what it saw, then the commit of it.

Deleting finished ones is ``pruning``'s.
"""

import hashlib
import json
from collections.abc import Sequence
from functools import partial

from lsync.core import queue as jobs
from lsync.core.control import messages as m
from lsync.core.domain.job import IllegalJobMoveError, Job, JobState, Priority
from lsync.core.queue import JobFilter, UnknownJobError
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


async def plan_bulk(application: Application, request: m.BulkRequest) -> m.BulkPlan:
    """What the action would touch now."""
    async with application.database.read() as tx:
        wanted = await _wanted(tx, request)
    return m.BulkPlan(
        action=request.action,
        count=len(wanted),
        sample=tuple(f"job {job.id} ({job.type})" for job in wanted[:SAMPLE]),
        state_hash=state_hash(request.action, wanted),
        more=len(wanted) >= MOST,
    )


async def commit_bulk(application: Application, request: m.BulkRequest) -> m.BulkResult:
    """Act on exactly what the plan showed, a slice at a time.

    A job that somebody changes meanwhile is skipped with the reason.

    Raises:
        ControlError: 409: something has changed since the plan; nothing was done.
    """
    async with application.database.read() as tx:
        wanted = await _wanted(tx, request)
    if state_hash(request.action, wanted) != request.commit:
        raise not_allowed(
            "Nothing was done: the jobs have changed since they were shown.",
            why=f"The action would now touch {len(wanted)} jobs.",
            next_step="Look at the new plan, then confirm again.",
        )
    changed = 0
    skipped: list[str] = []
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


async def _wanted(tx: Transaction, request: m.BulkRequest) -> list[Job]:
    which = _filter(request)
    if not request.ids and which == JobFilter():
        raise bad_input(
            f"It is not said which jobs to {request.action}.",
            why="A bulk action needs job ids or a filter.",
            next_step="Name what is meant; nothing was changed.",
        )
    if request.ids:
        found = [await _find(tx, job_id) for job_id in sorted(set(request.ids))[:MOST]]
    else:
        found = list(await jobs.listing(tx, which, limit=MOST))
    return [job for job in found if job is not None and _fits(job, request)]


def _filter(request: m.BulkRequest) -> JobFilter:
    return JobFilter(
        state=request.state,
        type=request.type,
        priority=None if request.priority is None else Priority[request.priority.upper()],
        error_class=request.error_class,
        text=request.text,
    )


async def _find(tx: Transaction, job_id: int) -> Job | None:
    try:
        return await jobs.find(tx, job_id)
    except UnknownJobError:
        return None


def _fits(job: Job, request: m.BulkRequest) -> bool:
    return (
        job.state in MOVES[request.action]
        and request.state in {None, job.state}
        and request.type in {None, job.type}
    )


async def _act(tx: Transaction, *, action: str, wanted: Sequence[Job]) -> m.BulkResult:
    changed, skipped = 0, []
    for job in wanted:
        try:
            await _act_on_one(tx, action, job)
        except DatabaseUnavailable:
            raise
        except (IllegalJobMoveError, StoreError) as failure:
            skipped.append(f"job {job.id}: {failure}")
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
