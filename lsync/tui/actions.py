"""What a person can set going, each with the sentence that tells how it went. No screen."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from lsync.core.control.client import ControlClient, ControlError, DaemonUnreachable
from lsync.core.control.messages import (
    BulkPlan,
    BulkRequest,
    JobMessage,
    OrderDetail,
    OrderSummary,
    SyncAccepted,
    WebhookReplayRequest,
)
from lsync.core.domain.job import JobState
from lsync.core.domain.order import OrderState
from lsync.tui.countdown import Action
from lsync.tui.model import Subject
from lsync.tui.session import Session
from lsync.tui.view.job_groups import EVERY_TYPE
from lsync.tui.view.jobs import CANCELLABLE, RETRYABLE
from lsync.tui.view.words import count

Order = OrderSummary | OrderDetail
WAITS_FOR_APPROVAL = frozenset({OrderState.DRAFT, OrderState.PENDING_APPROVAL})
SYNCABLE = frozenset(OrderState) - WAITS_FOR_APPROVAL - {OrderState.CLOSED, OrderState.CANCELLED}


def why_not_sync(order: Order) -> str | None:
    """Return why an order cannot be synced now, or ``None`` when it can."""
    if order.held:
        return f"{order.order_number} is held: release it first."
    if order.state in WAITS_FOR_APPROVAL:
        return f"{order.order_number} is not approved yet: a approves it."
    if order.state not in SYNCABLE:
        return f"{order.order_number} is {order.state}: there is nothing left to sync."
    return None


def why_not_approve(order: Order) -> str | None:
    """Return why an order cannot be approved now, or ``None`` when it can."""
    if order.state in WAITS_FOR_APPROVAL:
        return None
    return f"{order.order_number} is already {order.state.replace('_', ' ')}."


def why_not_retry(job: JobMessage) -> str | None:
    """Return why a job cannot be retried now, or ``None`` when it can."""
    if job.state in RETRYABLE:
        return None
    if job.state is JobState.PENDING:
        return f"Job {job.id} is waiting already; it runs by itself."
    return f"Job {job.id} is {job.state}: only failed or cancelled jobs are retried."


def why_not_cancel(job: JobMessage) -> str | None:
    """Return why a job cannot be cancelled now, or ``None`` when it can."""
    if job.cancel_requested and job.state is JobState.PROCESSING:
        return f"Job {job.id} has been asked to stop and does so at its next safe point."
    if job.state in CANCELLABLE:
        return None
    return f"Job {job.id} is {job.state}: there is nothing to cancel."


def sync_order(session: Session, number: str, *, retry: bool = False) -> Action:
    """Queue a sync of an order ahead of others."""

    async def work() -> str:
        accepted = await session.ask(lambda client: client.sync(number, retry=retry))
        if accepted.already_queued:
            return f"{number} was queued already, as job {accepted.job_id}."
        return f"{number} is queued as job {accepted.job_id}."

    return Action(words=f"{'retry' if retry else 'sync'} {number}", work=work)


def approve_order(session: Session, number: str) -> Action:
    """Approve an order; the daemon queues its sync."""

    async def work() -> str:
        results = await session.ask(lambda client: client.approve([number]))
        result = next((each for each in results if each.order_number == number), None)
        if result is None or not result.approved:
            reason = result.message if result else "the daemon did not mention it"
            return f"{number} was not approved: {reason}"
        queued = f" and queued as job {result.job_id}" if result.job_id is not None else ""
        warnings = "".join(f"\n! {warning.message}" for warning in result.warnings)
        return f"{number} is approved{queued}.{warnings}"

    return Action(words=f"approve {number}", work=work)


def approve_orders(session: Session, numbers: Sequence[str]) -> Action:
    """Approve each order; one that is refused does not stop the others."""

    async def work() -> str:
        results = await session.ask(lambda client: client.approve(numbers))
        done = sum(1 for each in results if each.approved)
        refused = [f"\n! {each.message}" for each in results if not each.approved]
        return f"{count(done, 'order')} approved.{''.join(refused[:5])}"

    return Action(words=f"approve {count(len(numbers), 'order')}", work=work)


def retry_job(session: Session, job_id: int) -> Action:
    """Let a failed or cancelled job run again."""

    async def work() -> str:
        job = await session.ask(lambda client: client.retry_job(job_id))
        return f"Job {job.id} is {job.state} again."

    return Action(words=f"retry job {job_id}", work=work)


def why_not_discard(job: JobMessage) -> str | None:
    """Return why a job cannot be given up, or ``None`` when it can."""
    if job.state is JobState.FAILED:
        return None
    return f"Job {job.id} is {job.state}: only failed jobs are discarded."


def discard_job(session: Session, job_id: int) -> Action:
    """Give up a dead job: planned and committed at once, as it is only one."""
    request = BulkRequest(action="discard", ids=(job_id,))

    async def work() -> str:
        plan = await session.ask(lambda client: client.plan_bulk(request))
        return await bulk_jobs(session, request, plan).work()

    return Action(words=f"discard job {job_id}", work=work)


def bulk_jobs(session: Session, request: BulkRequest, plan: BulkPlan) -> Action:
    """Carry out exactly what ``plan`` showed; the daemon refuses if anything changed since."""
    commit = request.model_copy(update={"commit": plan.state_hash})

    async def work() -> str:
        result = await session.ask(lambda client: client.bulk_jobs(commit))
        skipped = "".join(f"\n! {each}" for each in result.skipped[:5])
        return f"{request.action}: {count(result.changed, 'job')} done.{skipped}"

    return Action(words=f"{request.action} {count(plan.count, 'job')}", work=work)


def pause_queue(session: Session, *, type: str) -> Action:  # noqa: A002 - as the daemon calls it
    """Stop claiming jobs of a type, or of all (``*``)."""
    what = "the queue" if type == EVERY_TYPE else type

    async def work() -> str:
        await session.ask(lambda client: client.pause(type, reason="paused from the dashboard"))
        return f"{what.capitalize()} is paused: nothing new of it starts until p resumes it."

    return Action(words=f"pause {what}", work=work)


def resume_queue(session: Session, *, type: str) -> Action:  # noqa: A002 - as the daemon calls it
    """Claim jobs of a type, or of all, again."""
    what = "the queue" if type == EVERY_TYPE else type

    async def work() -> str:
        pauses = await session.ask(lambda client: client.resume(type))
        left = ", ".join("all jobs" if each.type == EVERY_TYPE else each.type for each in pauses)
        return f"{what.capitalize()} runs again." + (f" Still paused: {left}." if left else "")

    return Action(words=f"resume {what}", work=work)


def edit_job(session: Session, job_id: int, payload: dict[str, Any]) -> Action:
    """Give a dead job another payload."""

    async def work() -> str:
        job = await session.ask(lambda client: client.edit_job(job_id, payload))
        return f"Job {job.id} has the new payload: r retries it."

    return Action(words=f"edit job {job_id}", work=work)


def sync_orders(session: Session, numbers: Sequence[str], *, retry: Sequence[str] = ()) -> Action:
    """Queue a sync of each order; one that is refused does not stop the others.

    ``retry`` names those of them whose sync failed before.
    """

    async def work() -> str:
        refused: list[str] = []
        for number in numbers:
            try:
                await session.ask(partial(_queue_sync, number, retry=number in retry))
            except DaemonUnreachable:
                raise
            except ControlError as error:
                refused.append(f"\n! {error.message.error}")
        queued = len(numbers) - len(refused)
        return f"{count(queued, 'order')} queued.{''.join(refused[:5])}"

    return Action(words=f"sync {count(len(numbers), 'order')}", work=work)


async def _queue_sync(number: str, client: ControlClient, *, retry: bool) -> SyncAccepted:
    return await client.sync(number, retry=retry)


def subscribe(session: Session) -> Action:
    """Subscribe to all webhook types; existing subscriptions stay."""

    async def work() -> str:
        ours = await session.ask(lambda client: client.create_subscriptions())
        active = sum(1 for each in ours if each.ours and each.active)
        return f"Lightspeed sends {count(active, 'type')} of webhooks to this lsync."

    return Action(words="subscribe to webhooks", work=work)


def cancel_job(session: Session, job_id: int) -> Action:
    """Cancel a waiting job, or ask a running one to stop."""

    async def work() -> str:
        job = await session.ask(lambda client: client.cancel_job(job_id))
        if job.state is JobState.PROCESSING:
            return f"Job {job.id} was asked to stop at its next safe point."
        return f"Job {job.id} is {job.state}."

    return Action(words=f"cancel job {job_id}", work=work)


def unsubscribe(session: Session, ids: Sequence[str]) -> Action:
    """Delete subscriptions at Lightspeed."""

    async def work() -> str:
        gone = await session.ask(lambda client: client.delete_subscriptions(ids))
        return f"{count(len(gone), 'subscription')} deleted."

    return Action(words=f"delete {count(len(ids), 'subscription')}", work=work)


def replay_webhooks(session: Session, ids: Sequence[int]) -> Action:
    """Look again into received webhooks."""
    what = f"webhook {ids[0]}" if len(ids) == 1 else count(len(ids), "webhook")

    async def work() -> str:
        request = WebhookReplayRequest(ids=tuple(ids))
        done = await session.ask(lambda client: client.replay_webhooks(request))
        gone = f" {len(done.unknown)} are deleted by now." if done.unknown else ""
        refused = "".join(f"\n! {each}" for each in done.refused[:5])
        return f"{count(done.replayed, 'webhook')} looked into again.{gone}{refused}"

    return Action(words=f"replay {what}", work=work)


def retry_adjustments(session: Session, names: Sequence[str]) -> Action:
    """Have failed stock adjustments judged anew."""
    what = f"adjustment {names[0]}" if len(names) == 1 else count(len(names), "adjustment")

    async def work() -> str:
        done = await session.ask(lambda client: client.retry_adjustments(names))
        return f"{count(len(done), 'adjustment')} judged anew."

    return Action(words=f"retry {what}", work=work)


def change_setting(session: Session, key: str, value: str) -> Action:
    """Keep another value of a setting in the database."""

    async def work() -> str:
        changed = await session.ask(lambda client: client.change_setting(key, value))
        session.listing(Subject.SETTINGS).stale = True
        return f"{changed.key} is set."

    return Action(words=f"set {key}", work=work)
