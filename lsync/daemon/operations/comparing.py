"""Holding an order against Lightspeed: diff, proof and repair. Only a repair's job writes."""

from lsync.core.control import messages as m
from lsync.core.lightspeed import LightspeedError
from lsync.core.store.database import Transaction
from lsync.core.sync import repairing
from lsync.core.sync.comparing import Compared, compare_order
from lsync.core.sync.proving import prove_order
from lsync.daemon.application import Application
from lsync.daemon.operations.lightspeed import lightspeed_failure
from lsync.daemon.operations.missing import no_order, not_allowed
from lsync.daemon.operations.orders import require_order
from lsync.daemon.presenting.budget import budget_message
from lsync.daemon.presenting.comparing import order_diff, order_proof, plan_step
from lsync.daemon.presenting.orders import problem


async def diff(application: Application, order_number: str) -> m.OrderDiff:
    """The order beside what Lightspeed has of it now.

    Raises:
        ControlError: 404; or Lightspeed refused or was not reached.
    """
    return order_diff(await _compare(application, order_number))


async def prove(application: Application, order_number: str) -> m.OrderProof:
    """The chain that shows the order has exactly one consignment. Raises like ``diff``."""
    try:
        proof = await prove_order(application.engine, order_number, urgent=True)
    except LightspeedError as failure:
        raise lightspeed_failure(failure) from failure
    if proof is None:
        raise no_order(order_number)
    return order_proof(proof)


async def plan_repair(application: Application, order_number: str) -> m.RepairPlan:
    """The fewest calls that make Lightspeed equal to the order. Raises like ``diff``."""
    compared = await _compare(application, order_number)
    repair = repairing.repair_of(compared)
    return m.RepairPlan(
        order_number=order_number,
        steps=tuple(plan_step(each) for each in repair.steps),
        calls=repair.calls,
        by_hand=repair.by_hand,
        problems=tuple(problem(each) for each in compared.problems),
        budget=budget_message(await application.budget.state()),
        plan_hash=repairing.seen_hash(compared),
    )


async def repair(
    application: Application, order_number: str, request: m.RepairRequest
) -> m.SyncAccepted:
    """Queue the repair that was planned; its job does nothing if anything changed since.

    Raises:
        ControlError: 404 unknown order; 409 another repair of it waits.
    """

    async def work(tx: Transaction) -> tuple[int, bool]:
        await require_order(tx, order_number)
        return await repairing.queue_repair(
            tx,
            order_number,
            expected=request.plan_hash,
            max_attempts=application.rules.max_attempts,
        )

    job_id, waiting = await application.database.run(work, idempotent=True)
    if waiting:
        raise not_allowed(
            f"Order {order_number} is not repaired a second time.",
            why=f"A repair of it waits already, as job {job_id}.",
            next_step=f"Follow it with `lsync queue show {job_id}`, then look at the diff again.",
        )
    return m.SyncAccepted(order_number=order_number, job_id=job_id)


async def _compare(application: Application, order_number: str) -> Compared:
    try:
        compared = await compare_order(application.engine, order_number, urgent=True)
    except LightspeedError as failure:
        raise lightspeed_failure(failure) from failure
    if compared is None:
        raise no_order(order_number)
    return compared
