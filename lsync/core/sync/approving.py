"""Approval of orders. With ``sync.auto_on_approval`` it and the sync job are one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from lsync.core.domain.order import OrderState, PurchaseOrder
from lsync.core.domain.problem import Problem, Severity
from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.domain.sanitise import visible
from lsync.core.store import orders, sync_log
from lsync.core.store.database import Database, Transaction
from lsync.core.sync.foreseeing import foresee
from lsync.core.sync.push_queueing import QueuedPush, queue_push

APPROVABLE = (OrderState.DRAFT, OrderState.PENDING_APPROVAL)
CHUNK = 50
"""Orders per transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What became of one approval. ``approved`` also holds if it had been approved before.

    ``warnings`` are the problems its sync will find.
    """

    order_number: str
    approved: bool
    message: str
    job_id: int | None = None
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRules:
    """The settings that decide what an approval does."""

    auto_queue: bool = True
    max_attempts: int = 4


async def approve(
    database: Database, numbers: Sequence[str], *, rules: ApprovalRules
) -> list[Approval]:
    """Approve the orders with these numbers; each is approved and queued, or left as it is.

    An order with blocking problems may be approved: its sync will fail and list them.
    """
    done: list[Approval] = []
    wanted = list(dict.fromkeys(numbers))
    for start in range(0, len(wanted), CHUNK):
        done += await _approve_some(database, wanted[start : start + CHUNK], rules=rules)
    return done


async def _approve_some(
    database: Database, numbers: Sequence[str], *, rules: ApprovalRules
) -> list[Approval]:
    found = await database.look(lambda tx: orders.find_many(tx, numbers))
    foreseen = await foresee(database, list(found.values()))

    async def work(tx: Transaction) -> list[Approval]:
        current = await orders.find_many(tx, numbers)
        return [
            await _approve(
                tx,
                number,
                current.get(number),
                problems=foreseen.get(number, ()),
                rules=rules,
            )
            for number in numbers
        ]

    return await database.run(work, idempotent=True)


async def approve_all(database: Database, *, rules: ApprovalRules) -> list[Approval]:
    """Approve every order that waits for approval, oldest first."""
    return await approve(database, await waiting(database), rules=rules)


async def waiting(database: Database) -> list[str]:
    """Return the numbers of all orders that may be approved, oldest first."""
    async with database.read() as tx:
        return await orders.numbers_in(tx, APPROVABLE)


async def _approve(
    tx: Transaction,
    number: str,
    order: PurchaseOrder | None,
    *,
    problems: tuple[Problem, ...],
    rules: ApprovalRules,
) -> Approval:
    if order is None:
        message = f"there is no order {visible(number)}; `lsync po list` shows what there is"
        return Approval(order_number=number, approved=False, message=message)
    if order.state is OrderState.APPROVED:
        return Approval(order_number=number, approved=True, message="was already approved")
    if order.state not in APPROVABLE:
        message = f"it is {order.state}; only a draft or pending order can be approved"
        return Approval(order_number=number, approved=False, message=message)
    now = await tx.now()
    try:
        approved = await orders.set_state(tx, order, state=OrderState.APPROVED, now=now)
    except orders.OrderConflict as error:
        return Approval(order_number=number, approved=False, message=str(error))
    queued = await _queue(tx, approved, rules)
    message = _message(approved, problems, queued=queued)
    entry = SyncLogEntry(
        created_at=now,
        operation="approve",
        step="approved",
        status=LogStatus.WARNING if problems else LogStatus.OK,
        message=message,
        order_id=approved.id,
        order_number=number,
        job_id=queued.job_id if queued else None,
    )
    await sync_log.append(tx, entry)
    return Approval(
        order_number=number,
        approved=True,
        message=message,
        job_id=queued.job_id if queued else None,
        warnings=problems,
    )


async def _queue(tx: Transaction, order: PurchaseOrder, rules: ApprovalRules) -> QueuedPush | None:
    if order.held or not rules.auto_queue:
        return None
    return await queue_push(tx, order, max_attempts=rules.max_attempts)


def _message(
    order: PurchaseOrder, problems: Sequence[Problem], *, queued: QueuedPush | None
) -> str:
    blocking = sum(problem.severity is Severity.BLOCKING for problem in problems)
    if blocking:
        return f"approved, but its sync will fail: {blocking} to solve first"
    if order.held:
        return "approved; it is on hold and is synced once released"
    return "approved; its sync is queued" if queued else "approved"
