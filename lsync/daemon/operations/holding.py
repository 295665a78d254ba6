"""Holding orders back and letting them go."""

from lsync.core.control import messages as m
from lsync.core.store.database import Transaction
from lsync.core.sync import holding
from lsync.core.sync.approving import ApprovalRules
from lsync.daemon.application import Application
from lsync.daemon.operations.missing import not_allowed
from lsync.daemon.operations.orders import find_order, require_order


async def hold(application: Application, order_number: str) -> m.OrderDetail:
    """Keep an order from being pushed.

    Raises:
        ControlError: 404 unknown order, 409 it has gone out already.
    """

    async def work(tx: Transaction) -> None:
        order = await require_order(tx, order_number)
        if order.state not in holding.HOLDABLE:
            raise not_allowed(
                f"Order {order_number} cannot be held.",
                why=f"It is {order.state} and has gone out already.",
                next_step="Cancel it in Lightspeed if it must not be delivered.",
            )
        await holding.hold(tx, order)

    await application.database.run(work, idempotent=True)
    return await find_order(application, order_number)


async def release(application: Application, order_number: str) -> m.OrderDetail:
    """Let a held order go; an approved one is queued.

    Raises:
        ControlError: 404 unknown order.
    """
    rules = ApprovalRules(
        auto_queue=application.settings.sync.auto_on_approval,
        max_attempts=application.rules.max_attempts,
    )

    async def work(tx: Transaction) -> None:
        await holding.release(tx, await require_order(tx, order_number), rules=rules)

    await application.database.run(work, idempotent=True)
    return await find_order(application, order_number)
