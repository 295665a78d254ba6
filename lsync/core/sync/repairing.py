"""Makes Lightspeed equal to an order again, when a person has seen the plan and said yes."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from lsync.core.domain.consignment import ConsignmentView
from lsync.core.domain.job import Priority, UniqueScope
from lsync.core.domain.order import OrderState
from lsync.core.domain.outcome import Dead, Outcome
from lsync.core.domain.problem import Severity
from lsync.core.domain.push import Step
from lsync.core.domain.records import LogStatus
from lsync.core.domain.reference import generation_of, reference_of
from lsync.core.domain.repair import Repair, Standing, plan_repair
from lsync.core.domain.sanitise import visible
from lsync.core.queue import NewJob, enqueue
from lsync.core.store import consignments, orders, pushes
from lsync.core.store.consignments import DUPLICATE
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id
from lsync.core.sync import recording
from lsync.core.sync.agreement import is_agreed, write_agreement
from lsync.core.sync.attribution import working
from lsync.core.sync.comparing import Compared, compare_order
from lsync.core.sync.engine import Engine, Interrupted
from lsync.core.sync.journal import Journal
from lsync.core.sync.pull import pull_consignment, pull_order
from lsync.core.sync.push import push_order
from lsync.core.sync.push_queueing import order_key, repair_key
from lsync.core.sync.said import Said
from lsync.core.sync.watermark import watermark
from lsync.core.sync.withdrawing import withdraw_one

REPAIR = "sync.repair"


async def queue_repair(
    tx: Transaction, order_number: str, *, expected: str, max_attempts: int
) -> tuple[int, bool]:
    """Queue the repair a person agreed to; return the job's id and whether it was waiting before.

    ``expected`` is the hash of the plan that was shown.
    """
    job = NewJob(
        type=REPAIR,
        payload={"order_number": order_number, "expected": expected},
        priority=Priority.HIGH,
        max_attempts=max_attempts,
        unique_key=repair_key(order_number),
        unique_scope=UniqueScope.PENDING,
        concurrency_key=order_key(order_number),
    )
    enqueued = await enqueue(tx, job, now=await tx.now())
    return enqueued.job_id, not enqueued.created


def repair_of(compared: Compared) -> Repair:
    """Return the repair that what was just read asks for.

    A difference that it has no call for is left to a person, with what is safe to do.
    """
    repair = plan_repair(
        Standing(
            state=compared.order.state,
            lines=compared.lines,
            seen=compared.seen,
            orphans=compared.orphans,
            step=compared.step,
            lost=bool(compared.missing),
        )
    )
    if repair.steps or repair.by_hand:
        return repair
    left = [it for it in compared.problems if it.severity is Severity.DRIFT]
    return replace(repair, by_hand=tuple(f"{it.message}: {it.fix}" for it in left))


def seen_hash(compared: Compared) -> str:
    """Return a short name for everything the repair was planned from."""
    order = compared.order
    there = (compared.seen, compared.orphans, compared.missing)
    facts = (order.state, order.revision, compared.step, compared.lines, there)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


async def repair_order(
    engine: Engine,
    order_number: str,
    *,
    expected: str | None = None,
    job_id: int | None = None,
    interrupted: Interrupted = lambda: None,
    holds_lease: Callable[[], bool] = lambda: True,
) -> Outcome:
    """Carry the repair out; each write goes through the push's own recovery points.

    With ``expected``, the hash of the plan that was shown, nothing is done if anything changed
    since. A repair that was begun and interrupted goes on, whatever it changed itself.
    """
    with working(job_id=job_id, order_number=order_number):
        compared = await compare_order(engine, order_number, job_id=job_id)
        if compared is None:
            unknown = f"there is no order {visible(order_number)}"
            return Dead(error=unknown, error_class="UnknownOrder")
        if not await _agreed(engine, compared, expected=expected, job_id=job_id):
            return Dead(
                error="the order or its consignment changed since the plan; nothing was done",
                error_class="PlanOutdated",
            )
        compared = await _take_in(engine, compared, job_id=job_id)
        repair = repair_of(compared)
        await _withdraw_duplicates(engine, compared)
        if repair.renews:
            await _renew(engine, compared)
        if not repair.writes and not _is_unfinished(compared):
            return await pull_order(engine, order_number, job_id=job_id)
        for withdrawn in compared.seen.duplicates if compared.seen else ():
            await pull_consignment(engine, withdrawn.consignment_id, order_number=order_number)
        return await push_order(
            engine,
            order_number,
            job_id=job_id,
            repairing=_products(compared),
            interrupted=interrupted,
            holds_lease=holds_lease,
        )


async def _agreed(
    engine: Engine, compared: Compared, *, expected: str | None, job_id: int | None
) -> bool:
    """Whether this is what was agreed to, or goes on with it; the first time, it is noted."""
    if expected is None or await is_agreed(engine.database, job_id=job_id):
        return True
    if seen_hash(compared) != expected:
        return False
    await write_agreement(engine, compared.order, operation="repair", plan=expected)
    return True


async def _take_in(engine: Engine, compared: Compared, *, job_id: int | None) -> Compared:
    """Write down whose the orphans are, and look again with them on record."""
    number = compared.order.order_number
    repair = repair_of(compared)
    if repair.adopts is not None:
        await _adopt(engine, compared, repair.adopts)
    for orphan in repair.joins:
        await pull_consignment(engine, orphan.consignment_id, order_number=number, job_id=job_id)
    if repair.adopts is None and not repair.joins:
        return compared
    return await compare_order(engine, number, job_id=job_id) or compared


async def _adopt(engine: Engine, compared: Compared, orphan: ConsignmentView) -> None:
    """Make it the order's consignment; its push goes on by reading it back."""
    order = compared.order
    order_id = stored_id(order)
    generation = generation_of(orphan.reference, order_number=order.order_number) or 1
    journal = Journal(engine, operation="repair", order=order)

    async def work(tx: Transaction) -> None:
        now = await tx.now()
        row = await pushes.current(tx, order_id)
        if row is None or row.generation < generation:
            row = await pushes.arm(
                tx,
                order_id,
                generation=generation,
                reference=reference_of(order.order_number, generation=generation),
                step=Step.ARMED.value,
                revision=order.revision,
                watermark=orphan.version - 1,
                now=now,
            )
        for consignment_id in compared.missing:
            await consignments.forget(tx, consignment_id)
        for other in compared.seen.members if compared.seen else ():
            await consignments.assign(tx, other.consignment_id, order_id=order_id, role=DUPLICATE)
        await recording.link(tx, order, orphan, now=now)
        await recording.keep_consignment(tx, order, orphan, lines=compared.lines, now=now)
        await pushes.advance(
            tx, row, step=Step.CREATED.value, now=now, consignment_id=orphan.consignment_id
        )
        name = visible(orphan.consignment_id)
        said = Said(step="adopt", message=f"Adopted consignment {name}", status=LogStatus.WARNING)
        await journal.write(tx, said, now=now, consignment_id=orphan.consignment_id)

    await engine.database.run(work)


def _is_unfinished(compared: Compared) -> bool:
    """Whether the push has something left to do: it was interrupted, or has to be withdrawn."""
    interrupted = compared.step not in {None, Step.VERIFIED, Step.DONE}
    return interrupted or compared.order.state is OrderState.CANCELLED


def _products(compared: Compared) -> frozenset[str]:
    lines = compared.seen.primary.lines if compared.seen else ()
    return frozenset(line.product_id for line in lines)


async def _withdraw_duplicates(engine: Engine, compared: Compared) -> None:
    journal = Journal(engine, operation="repair", order=compared.order)
    client = engine.client.scoped(max_wait=engine.rules.budget_wait)
    for duplicate in compared.seen.duplicates if compared.seen else ():
        await withdraw_one(engine, client, compared.order, duplicate.consignment_id, journal)


async def _renew(engine: Engine, compared: Compared) -> None:
    """Arm a push under the next reference; the old consignment is no longer the order's."""
    order = compared.order
    order_id = stored_id(order)
    highest = await watermark(engine)
    journal = Journal(engine, operation="repair", order=order)

    async def work(tx: Transaction) -> None:
        now = await tx.now()
        last = await pushes.current(tx, order_id)
        generation = 1 if last is None else last.generation + 1
        reference = reference_of(order.order_number, generation=generation)
        for consignment_id in compared.missing:
            await consignments.forget(tx, consignment_id)
        await orders.link_consignment(tx, order_id, consignment_id=None, now=now)
        await pushes.arm(
            tx,
            order_id,
            generation=generation,
            reference=reference,
            step=Step.ARMED.value,
            revision=order.revision,
            watermark=highest,
            now=now,
        )
        message = f"The order is pushed anew as {visible(reference)}"
        said = Said(step="renew", message=message, status=LogStatus.WARNING)
        await journal.write(tx, said, now=now)

    await engine.database.run(work)
