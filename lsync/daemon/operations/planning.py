"""What a sync of an order would do and cost. Writes nothing and asks nobody."""

from collections.abc import Mapping

from lsync.core.control import messages as m
from lsync.core.domain.job import JobState
from lsync.core.domain.order import SyncState
from lsync.core.store import job_stats, orders
from lsync.core.sync.planning import plan_order
from lsync.core.sync.pull_queueing import PULL
from lsync.core.sync.push_queueing import PUSH
from lsync.core.sync.reconciling import RECONCILE
from lsync.core.sync.repairing import REPAIR
from lsync.daemon.application import Application
from lsync.daemon.operations.missing import no_order
from lsync.daemon.presenting.budget import budget_message
from lsync.daemon.presenting.comparing import plan_step
from lsync.daemon.presenting.orders import problem

USUAL_CALLS: Mapping[str, int] = {PUSH: 4, PULL: 2, REPAIR: 6, RECONCILE: 0}
"""What a job of a type usually costs; the others cost one call."""


async def plan(application: Application, order_number: str) -> m.PlanMessage:
    """The steps, their calls, and the budget they would be paid from.

    Raises:
        ControlError: 404.
    """
    planned = await plan_order(application.database, order_number, rules=application.rules)
    if planned is None:
        raise no_order(order_number)
    own = 0 if planned.action == "blocked" else planned.calls + planned.catalogue_calls
    ahead = await _ahead(application, order_number)
    return m.PlanMessage(
        order_number=planned.order_number,
        action=planned.action,
        steps=tuple(plan_step(each) for each in planned.steps),
        calls=planned.calls,
        at_most=planned.at_most,
        problems=tuple(problem(each) for each in planned.problems),
        budget=budget_message(await application.budget.state()),
        state_hash=planned.state_hash,
        catalogue_calls=planned.catalogue_calls,
        ahead_calls=ahead,
        finishes_at=await application.budget.forecast(ahead + own) if own else None,
    )


async def _ahead(application: Application, order_number: str) -> int:
    """Calls that the jobs waiting now are likely to need, without the sync of this order."""
    async with application.database.read() as tx:
        counts = (await job_stats.counts(tx)).by_type
        order = await orders.find(tx, order_number)
    waiting = {kind: states.get(JobState.PENDING, 0) for kind, states in counts.items()}
    if order is not None and order.sync_state is SyncState.QUEUED:
        waiting[PUSH] = max(waiting.get(PUSH, 0) - 1, 0)
    return sum(count * USUAL_CALLS.get(kind, 1) for kind, count in waiting.items())
