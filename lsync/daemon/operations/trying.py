"""Whether Lightspeed answers and takes the token, tried with one cheap call.

It works without a database too: then nothing is recorded, and the shared budget is not asked.
"""

from collections.abc import Awaitable, Callable
from time import monotonic

from lsync.core.control import messages as m
from lsync.core.lightspeed import LightspeedError, MemoryBudget, XSeries, limit_for
from lsync.daemon.application import Application
from lsync.daemon.operations.lightspeed import BUDGET_WAIT, exit_code_of, impatient
from lsync.daemon.presenting.budget import budget_message

State = Callable[[], Awaitable[m.BudgetMessage]]


async def vend_test(application: Application) -> m.VendTest:
    """Try address and token; a refusal by Lightspeed is a result, not an error.

    Raises:
        ControlError: the address or the token is not set.
        StoreError: the token is a login, and the database that keeps it cannot be used.
    """
    if application.ready:
        return await _try(application, impatient(application), state=_shared(application))
    limit = limit_for(application.settings.lightspeed.registers)
    budget = MemoryBudget(limit=limit, clock=application.clock)
    async with application.spare_client(budget) as client:
        patience = client.scoped(urgent=True, max_wait=BUDGET_WAIT)
        return await _try(application, patience, state=_own(budget))


async def _try(application: Application, client: XSeries, *, state: State) -> m.VendTest:
    began = monotonic()
    try:
        ping = await client.ping()
    except LightspeedError as failure:
        tried = m.VendTest(
            ok=False,
            message=f"{failure.what}: {failure.why}.",
            next_step=failure.next_step,
            base_url=application.settings.api_url(),
            exit_code=exit_code_of(failure),
        )
    else:
        tried = m.VendTest(
            ok=True,
            message="Lightspeed answers and accepts the token.",
            base_url=application.settings.api_url(),
            outlets=tuple(outlet.name for outlet in ping.outlets),
        )
    return tried.model_copy(
        update={
            "domain_prefix": application.settings.lightspeed.domain_prefix,
            "token_source": _token_source(application),
            "tested_by": application.mode,
            "budget": await state(),
            "duration_ms": (monotonic() - began) * 1000,
        }
    )


def _token_source(application: Application) -> str:
    if application.settings.lightspeed.api_token is None:
        return "vend login"
    return application.settings.source("lightspeed.api_token")


def _shared(application: Application) -> State:
    async def state() -> m.BudgetMessage:
        return budget_message(await application.budget.state())

    return state


def _own(budget: MemoryBudget) -> State:
    async def state() -> m.BudgetMessage:
        left = budget.left
        return m.BudgetMessage(limit=budget.limit, used=budget.limit - left, remaining=left)

    return state
