"""Recording goods that were counted here. Telling Lightspeed is ``receipt_push``'s business."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lsync.core.domain.amount import plain
from lsync.core.domain.goods import Counted, check_counted, remarks, totals
from lsync.core.domain.job import Priority, UniqueScope
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.receipt import NOTHING
from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.domain.sanitise import visible
from lsync.core.store import goods, sync_log
from lsync.core.store.database import Transaction
from lsync.core.store.jobs import NewJob, enqueue
from lsync.core.store.orders import OrderConflict, stored_id
from lsync.core.sync.push_queueing import order_key

RECEIPT = "receipt.push"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of a count. ``fresh`` is False when the delivery had been recorded before."""

    fresh: bool
    counted: tuple[Counted, ...]
    remarks: tuple[str, ...] = ()
    job_id: int | None = None


class BadCountError(Exception):
    """The count cannot be recorded. ``problems`` say why; nothing was changed."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Keep every reason."""
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


async def record_goods(
    tx: Transaction,
    order: PurchaseOrder,
    *,
    counted: Sequence[Counted],
    delivery: str,
    by: str,
    push: bool,
    max_attempts: int,
) -> Recorded:
    """Write one delivery down, once; with ``push`` queue telling Lightspeed.

    Raises:
        BadCountError: a line is unknown, a number is impossible, or the delivery was recorded
            with other numbers.
        OrderConflict: the same delivery is being recorded by somebody else.
    """
    order_id, now = stored_id(order), await tx.now()
    before = await goods.of_order(tx, order_id)
    known = [each for each in before if each.delivery == delivery]
    if known:
        return _again(known, counted, delivery=delivery)
    sums = totals(before)
    problems = check_counted(order, counted, before=sums)
    if problems:
        raise BadCountError(problems)
    fresh = tuple(
        replace(each, delivery=delivery, recorded_at=now, recorded_by=by) for each in counted
    )
    await goods.add(tx, order_id, counted=fresh)
    told = remarks(order, fresh, before=sums)
    await sync_log.append(tx, _entry(order, fresh, told, delivery=delivery, by=by))
    job_id = await queue_receipts(tx, order, max_attempts=max_attempts) if push else None
    return Recorded(fresh=True, counted=fresh, remarks=tuple(told), job_id=job_id)


def _again(known: Sequence[Counted], counted: Sequence[Counted], *, delivery: str) -> Recorded:
    """The same delivery again is no new goods."""
    same = sorted(map(_numbers, known)) == sorted(map(_numbers, counted))
    if not same:
        told = f"delivery {visible(delivery)} was recorded already, with other numbers"
        raise BadCountError([f"{told}; correct it by a new one"])
    return Recorded(fresh=False, counted=tuple(known))


def _numbers(each: Counted) -> tuple[object, ...]:
    return (each.line_no, each.received, each.damaged, each.short)


def missing(order: PurchaseOrder, before: Sequence[Counted]) -> list[Counted]:
    """Return a count of everything that is still to come, in full."""
    sums = totals(before)
    rest = [(line.line_no, line.quantity - sums.get(line.line_no, NOTHING)) for line in order.lines]
    return [Counted(line_no=line_no, received=amount) for line_no, amount in rest if amount > 0]


async def queue_receipts(tx: Transaction, order: PurchaseOrder, *, max_attempts: int) -> int:
    """Queue the job that tells Lightspeed the totals; it never runs beside the order's push."""
    job = NewJob(
        type=RECEIPT,
        payload={"order_number": order.order_number},
        priority=Priority.NORMAL,
        max_attempts=max_attempts,
        unique_key=f"receipt:{stored_id(order)}",
        unique_scope=UniqueScope.PENDING,
        concurrency_key=order_key(order.order_number),
    )
    return (await enqueue(tx, job, now=await tx.now())).job_id


def _entry(
    order: PurchaseOrder,
    counted: Sequence[Counted],
    told: Sequence[str],
    *,
    delivery: str,
    by: str,
) -> SyncLogEntry:
    received = sum((each.received for each in counted), NOTHING)
    damaged = sum((each.damaged for each in counted), NOTHING)
    short = sum((each.short for each in counted), NOTHING)
    parts = [f"{plain(received)} received"]
    parts += [f"{plain(damaged)} damaged"] if damaged else []
    parts += [f"{plain(short)} short"] if short else []
    recorded_at = counted[0].recorded_at
    if recorded_at is None:
        raise OrderConflict(order.order_number, why="The count has no time.")
    return SyncLogEntry(
        created_at=recorded_at,
        operation="receive",
        step="counted",
        status=LogStatus.WARNING if told or damaged or short else LogStatus.OK,
        message=f"Delivery {visible(delivery)} counted by {by}: {', '.join(parts)}",
        detail={"remarks": list(told)} if told else None,
        order_id=order.id,
        order_number=order.order_number,
    )
