"""Makes Lightspeed equal to an order again, when a person has seen the plan and said yes."""

import hashlib
from collections.abc import Callable

from lsync.core.domain.outcome import Dead, Outcome
from lsync.core.domain.push import Step
from lsync.core.domain.records import LogStatus
from lsync.core.domain.reference import reference_of
from lsync.core.domain.repair import Repair, plan_repair
from lsync.core.domain.sanitise import visible
from lsync.core.store import consignments, orders, pushes
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id
from lsync.core.sync.attribution import working
from lsync.core.sync.comparing import Compared, compare_order
from lsync.core.sync.engine import Engine, Interrupted
from lsync.core.sync.journal import Journal
from lsync.core.sync.pull import pull_order
from lsync.core.sync.push import push_order
from lsync.core.sync.said import Said
from lsync.core.sync.watermark import watermark
from lsync.core.sync.withdrawing import withdraw_one


def repair_of(compared: Compared) -> Repair:
    """Return the repair that what was just read asks for."""
    return plan_repair(compared.order.state, compared.lines, compared.seen)


def seen_hash(compared: Compared) -> str:
    """Return a short name for everything the repair was planned from."""
    facts = (compared.order.state, compared.order.revision, compared.lines, compared.seen)
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

    With ``expected``, the hash of the plan that was shown, nothing is done if anything changed.
    """
    with working(job_id=job_id, order_number=order_number):
        compared = await compare_order(engine, order_number, job_id=job_id)
        if compared is None:
            unknown = f"there is no order {visible(order_number)}"
            return Dead(error=unknown, error_class="UnknownOrder")
        if expected is not None and seen_hash(compared) != expected:
            return Dead(
                error="the order or its consignment changed since the plan; nothing was done",
                error_class="PlanOutdated",
            )
        repair = repair_of(compared)
        await _withdraw_duplicates(engine, compared)
        if repair.renews:
            await _renew(engine, compared)
        if not any(step.step in {"remove", "lines", "create"} for step in repair.steps):
            return await pull_order(engine, order_number, job_id=job_id)
        return await push_order(
            engine,
            order_number,
            job_id=job_id,
            repairing=_products(compared),
            interrupted=interrupted,
            holds_lease=holds_lease,
        )


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
