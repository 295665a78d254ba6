"""Approving orders and queueing their syncs."""

from collections.abc import Mapping

from lsync.core.control import messages as m
from lsync.core.domain.job import Priority
from lsync.core.domain.order import OrderState, PurchaseOrder
from lsync.core.store.database import Transaction
from lsync.core.sync import approving, push_queueing
from lsync.core.sync.approving import Approval, ApprovalRules
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
    OrderState.CANCELLED: ("It is cancelled.", "Nothing needs to be done."),
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
    """Queue approved orders without a consignment, oldest first, at most one round of them."""
    batch = application.settings.sync.batch_size
    queued = await push_queueing.queue_pending(
        application.database,
        limit=batch if request.limit is None else max(0, min(request.limit, batch)),
        max_attempts=application.rules.max_attempts,
    )
    return [_accepted(each) for each in queued]


async def sync(
    application: Application, order_number: str, request: m.SyncRequest
) -> m.SyncAccepted:
    """Queue a sync of one order.

    Raises:
        ControlError: 404 unknown order, 409 its state or a hold does not allow it, 422 priority.
    """
    priority = _priority(request.priority)

    async def work(tx: Transaction) -> QueuedPush:
        order = await require_order(tx, order_number)
        _check_syncable(order)
        return await push_queueing.queue_push(
            tx,
            order,
            max_attempts=application.rules.max_attempts,
            priority=priority,
            wish=Wish.LOOK if request.look else None,
        )

    return _accepted(await application.database.run(work, idempotent=True))


def _check_syncable(order: PurchaseOrder) -> None:
    if order.state in UNSYNCABLE:
        why, next_step = UNSYNCABLE[order.state]
    elif order.held:
        why, next_step = "It is on hold.", "Release it first: `lsync po release {number}`."
    else:
        return
    raise not_allowed(
        f"Order {order.order_number} is not synced.",
        why=why,
        next_step=next_step.format(number=order.order_number),
    )


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
