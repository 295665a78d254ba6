"""Approving orders and queueing their syncs."""

from collections.abc import Mapping
from shlex import quote

from lsync.core.control import messages as m
from lsync.core.domain.job import Priority
from lsync.core.domain.order import OrderState, PurchaseOrder
from lsync.core.domain.sanitise import visible
from lsync.core.store import pushes
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id
from lsync.core.sync import approving, push_queueing
from lsync.core.sync.approving import Approval, ApprovalRules
from lsync.core.sync.planning import plan_in
from lsync.core.sync.push_queueing import QueuedPush, Wish
from lsync.daemon.application import Application
from lsync.daemon.operations.missing import bad_input, not_allowed
from lsync.daemon.operations.orders import require_order
from lsync.daemon.presenting.orders import problem

UNSYNCABLE: Mapping[OrderState, tuple[str, str]] = {
    OrderState.DRAFT: ("It is a draft.", "Approve it first: `lsync po approve {number}`."),
    OrderState.PENDING_APPROVAL: (
        "It waits for approval.",
        "Approve it first: `lsync po approve {number}`.",
    ),
    OrderState.CANCELLED: (
        "It is cancelled, and Lightspeed has nothing of it.",
        "Nothing needs to be done.",
    ),
    OrderState.CLOSED: ("It is closed.", "Nothing needs to be done."),
}
"""States in which an order is not synced: why, and what to do."""


async def approve(application: Application, request: m.ApproveRequest) -> list[m.ApprovedOrder]:
    """Approve the named orders, or all that wait; with auto_on_approval each is queued.

    Raises:
        ControlError: 422: neither numbers nor ``all`` were given.
    """
    rules = ApprovalRules(
        auto_queue=application.settings.sync.auto_on_approval,
        max_attempts=application.rules.max_attempts,
    )
    if request.all:
        done = await approving.approve_all(application.database, rules=rules)
    elif request.order_numbers:
        done = await approving.approve(application.database, request.order_numbers, rules=rules)
    else:
        raise bad_input(
            "No order was named.",
            why="Approval starts syncs, so it must be clear which orders are meant.",
            next_step="Give order numbers, or --all for every order that waits.",
        )
    return [_approved(each) for each in done]


async def sync_pending(application: Application, request: m.PendingRequest) -> list[m.SyncAccepted]:
    """Queue approved orders without a consignment, oldest first, one batch at most."""
    batch = application.settings.sync.batch_size
    queued = await push_queueing.queue_pending(
        application.database,
        limit=batch if request.limit is None else max(0, min(request.limit, batch)),
        max_attempts=application.rules.max_attempts,
        after=request.after,
        failed=request.failed,
    )
    return [_accepted(each) for each in queued]


async def sync(
    application: Application, order_number: str, request: m.SyncRequest
) -> m.SyncAccepted:
    """Queue a sync of one order; for one that was cancelled here, its withdrawal.

    Raises:
        ControlError: 404 unknown order, 409 its state, a hold or a plan that no longer holds
            does not allow it, 422 priority or contradictory wishes.
    """
    priority, wish = _priority(request.priority), _wish(request)

    async def work(tx: Transaction) -> QueuedPush:
        order = await require_order(tx, order_number)
        await _check_syncable(tx, order)
        await _check_plan(application, tx, order, agreed=request.plan)
        return await push_queueing.queue_push(
            tx,
            order,
            max_attempts=application.rules.max_attempts,
            priority=priority,
            wish=wish,
            plan=request.plan,
        )

    return _accepted(await application.database.run(work, idempotent=True))


async def _check_syncable(tx: Transaction, order: PurchaseOrder) -> None:
    if order.state is OrderState.CANCELLED and await _may_be_there(tx, order):
        return
    if order.state in UNSYNCABLE:
        why, next_step = UNSYNCABLE[order.state]
    elif order.held:
        why, next_step = "It is on hold.", "Release it first: `lsync po release {number}`."
    else:
        return
    raise not_allowed(
        f"Order {order.order_number} is not synced.",
        why=why,
        next_step=next_step.format(number=quote(order.order_number)),
    )


async def _may_be_there(tx: Transaction, order: PurchaseOrder) -> bool:
    """Whether Lightspeed has, or may come to have, a consignment of the order."""
    push = await pushes.current(tx, stored_id(order))
    return order.consignment_id is not None or push is not None


async def _check_plan(
    application: Application, tx: Transaction, order: PurchaseOrder, *, agreed: str | None
) -> None:
    if agreed is None:
        return
    planned = await plan_in(tx, order.order_number, rules=application.rules)
    if planned is None or planned.state_hash != agreed:
        number = visible(order.order_number)
        raise not_allowed(
            f"Order {number} is not synced.",
            why="What the plan was made from has changed since.",
            next_step=f"Look at the new plan: `lsync sync plan {quote(number)}`.",
        )


def _wish(request: m.SyncRequest) -> Wish | None:
    if request.look and request.send:
        raise bad_input(
            "A sync cannot only look and also send.",
            why="To look never writes; to send does.",
            next_step="Ask for one of them.",
        )
    if request.look:
        return Wish.LOOK
    return Wish.SEND if request.send else None


def _priority(label: str) -> Priority:
    try:
        return Priority[label.upper()]
    except KeyError:
        raise bad_input(
            f"There is no priority {label}.",
            why="Priorities are critical, high, normal and low.",
            next_step="Choose one of them.",
        ) from None


def _accepted(queued: QueuedPush) -> m.SyncAccepted:
    return m.SyncAccepted(
        order_number=queued.order_number,
        job_id=queued.job_id,
        already_queued=queued.already_queued,
    )


def _approved(done: Approval) -> m.ApprovedOrder:
    return m.ApprovedOrder(
        order_number=done.order_number,
        approved=done.approved,
        message=done.message,
        job_id=done.job_id,
        warnings=tuple(problem(each) for each in done.warnings),
    )
