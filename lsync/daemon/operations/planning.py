"""What a sync of an order would do and cost. Writes nothing and asks nobody."""

from lsync.core.control import messages as m
from lsync.core.sync.planning import plan_order
from lsync.daemon.application import Application
from lsync.daemon.operations.missing import no_order
from lsync.daemon.presenting.budget import budget_message
from lsync.daemon.presenting.orders import problem


async def plan(application: Application, order_number: str) -> m.PlanMessage:
    """The steps, their calls, and the budget they would be paid from.

    Raises:
        ControlError: 404.
    """
    planned = await plan_order(application.database, order_number, rules=application.rules)
    if planned is None:
        raise no_order(order_number)
    return m.PlanMessage(
        order_number=planned.order_number,
        action=planned.action,
        steps=tuple(
            m.PlanStep(step=each.step, description=each.description, calls=each.calls)
            for each in planned.steps
        ),
        calls=planned.calls,
        problems=tuple(problem(each) for each in planned.problems),
        budget=budget_message(await application.budget.state()),
        state_hash=planned.state_hash,
        catalogue_calls=planned.catalogue_calls,
    )
