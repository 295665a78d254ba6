"""Looking at jobs, retrying and cancelling them, and pausing the queue."""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Coroutine
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from lsync.core import queue as jobs
from lsync.core.control import messages as m
from lsync.core.domain.job import FINISHED, Job, JobState
from lsync.core.domain.order import PurchaseOrder, SyncState
from lsync.core.domain.pausing import EVERYTHING
from lsync.core.domain.sanitise import visible
from lsync.core.queue import JobFilter, Recovered
from lsync.core.store import orders
from lsync.core.store.database import Change, Transaction
from lsync.core.sync.aftermath import put_to_rest
from lsync.core.sync.deserted import is_pushed_by_another
from lsync.core.sync.handlers import JOB_TYPES
from lsync.core.sync.payloads import faults_of_payload
from lsync.core.sync.push_queueing import PUSH
from lsync.daemon.application import Application
from lsync.daemon.operations.missing import bad_input, not_allowed
from lsync.daemon.presenting.jobs import job_message, pause_message

LOOK_SECONDS = 1.0
"""How often a waiting client's job is looked at when another process may run it."""
LONGEST_TYPE = 64


async def list_jobs(
    application: Application,
    *,
    which: JobFilter,
    stuck: bool = False,
    limit: int = 100,
    after: int | None = None,
) -> list[m.JobMessage]:
    """A page of jobs, newest first; with ``stuck`` those whose lease has expired by now."""
    async with application.database.read() as tx:
        if stuck:
            which = replace(which, stuck_at=await tx.now())
        found = await jobs.listing(tx, which, limit=limit, after=after)
    return [job_message(each) for each in found]


async def find_job(
    application: Application, job_id: int, *, wait_seconds: float = 0
) -> m.JobMessage:
    """One job with its attempts; with ``wait_seconds`` when it has finished, or after that.

    Raises:
        UnknownJobError: there is none.
    """
    changed = asyncio.Event()

    def notice(change: Change) -> None:
        if (change.kind, change.key) == ("job", str(job_id)):
            changed.set()

    stop_listening = application.database.listen(notice)
    try:
        return job_message(await _once_finished(application, job_id, wait_seconds, changed))
    finally:
        stop_listening()


async def retry_job(application: Application, job_id: int) -> m.JobMessage:
    """Let a failed or cancelled job run again, a resting one at once."""

    async def work(tx: Transaction) -> Job:
        job = await jobs.retry(tx, job_id, now=await tx.now())
        await requeue_order(tx, job)
        return job

    return job_message(await application.database.run(work))


async def cancel_job(application: Application, job_id: int) -> m.JobMessage:
    """Cancel a job that waits, or ask a running one to stop."""

    async def work(tx: Transaction) -> Job:
        job = await jobs.cancel(tx, job_id, now=await tx.now())
        await release_order(tx, job)
        return job

    return job_message(await application.database.run(work))


async def edit_job(
    application: Application, job_id: int, payload: dict[str, object]
) -> m.JobMessage:
    """Correct the payload of a failed job, which stays failed until it is retried.

    Raises:
        ControlError: 409: it has not failed; 422: its type cannot work with that payload.
    """

    async def work(tx: Transaction) -> Job:
        job = await jobs.find(tx, job_id)
        if job.state is not JobState.FAILED:
            raise not_allowed(
                f"The payload of job {job_id} was not changed.",
                why=f"The job is {job.state}; only a failed one is corrected.",
                next_step=f"`lsync queue show {job_id}` shows how it stands and what it works "
                "with.",
            )
        faults = faults_of_payload(job.type, payload, before=job.payload)
        if faults:
            raise bad_input(
                f"A {job.type} job cannot work with that payload.",
                why=visible(" ".join(faults)),
                next_step=f"`lsync queue show {job_id}` shows the present payload; give one of "
                "the same shape. Nothing was changed.",
            )
        return await jobs.replace_payload(tx, job_id, payload)

    return job_message(await application.database.run(work, idempotent=True))


async def requeue_order(tx: Transaction, job: Job) -> None:
    """An order whose push waits again is queued again."""
    if job.state is not JobState.PENDING:
        return
    order = await _order_of_push(tx, job)
    if order is not None and order.sync_state is not SyncState.SYNCING:
        order_id, now = orders.stored_id(order), await tx.now()
        await orders.set_sync_state(tx, order_id, sync_state=SyncState.QUEUED, now=now)


async def release_order(tx: Transaction, job: Job) -> None:
    """An order whose push was taken off the queue is no longer queued or failed."""
    if job.state not in FINISHED:
        return
    order = await _order_of_push(tx, job)
    if order is None or order.sync_state not in {SyncState.QUEUED, SyncState.FAILED}:
        return
    if not await is_pushed_by_another(tx, order.order_number):
        given_up = order.sync_state is SyncState.FAILED
        await put_to_rest(tx, order, given_up=given_up)


async def _order_of_push(tx: Transaction, job: Job) -> PurchaseOrder | None:
    """Return the order that a job pushes, if it is a push of one that is stored."""
    number = job.payload.get("order_number")
    if job.type != PUSH or not isinstance(number, str):
        return None
    return await orders.find(tx, number)


async def pause(
    application: Application, request: m.PauseRequest, *, by: str
) -> list[m.PauseMessage]:
    """Claim no more jobs of a type, or of all; return what is paused now.

    Raises:
        ControlError: 422: there is no such type.
    """
    _check_type(request.type, among=JOB_TYPES)

    async def work(tx: Transaction) -> None:
        now = await tx.now()
        await jobs.pause(tx, now=now, by=by, reason=request.reason, type=request.type)

    return await _pauses_after(application, work)


async def resume(application: Application, request: m.PauseRequest) -> list[m.PauseMessage]:
    """Claim again; return what is still paused.

    Raises:
        ControlError: 422: there is no such type, and none of that name is paused.
    """

    async def work(tx: Transaction) -> None:
        paused = [each.type for each in await jobs.pauses(tx)]
        _check_type(request.type, among=(*JOB_TYPES, *paused))
        await jobs.resume(tx, type=request.type)

    return await _pauses_after(application, work)


def _check_type(wanted: str, *, among: Collection[str]) -> None:
    if wanted == EVERYTHING or wanted in among:
        return

    def unlikeness(kind: str) -> tuple[float, str]:
        return -SequenceMatcher(None, wanted[:LONGEST_TYPE], kind).ratio(), kind

    known = sorted(JOB_TYPES, key=unlikeness)
    raise bad_input(
        f"There is no job type {visible(wanted[:LONGEST_TYPE])}.",
        why=f"The types are {', '.join(known)}.",
        next_step=f"Name one of them, such as {known[0]}; without a type the whole queue is meant.",
    )


async def recover(application: Application) -> m.BulkResult:
    """Take back the jobs of workers that died, without waiting for the next look at leases."""

    async def work(tx: Transaction) -> Recovered:
        return await jobs.recover(tx, now=await tx.now())

    recovered = await application.database.run(work)
    return m.BulkResult(action="recover", changed=len(recovered.ids))


async def _pauses_after(
    application: Application, work: Callable[[Transaction], Coroutine[Any, Any, None]]
) -> list[m.PauseMessage]:
    await application.database.run(work, idempotent=True)
    async with application.database.read() as tx:
        return [pause_message(each) for each in await jobs.pauses(tx)]


async def _once_finished(
    application: Application, job_id: int, wait_seconds: float, changed: asyncio.Event
) -> Job:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait_seconds
    while True:
        changed.clear()
        job = await application.database.look(lambda tx: jobs.find(tx, job_id))
        left = deadline - loop.time()
        if job.state in FINISHED or left <= 0:
            return job
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(left, LOOK_SECONDS)):
                await changed.wait()
