"""Whether Lightspeed answers and takes the token, tried with one cheap call.

It works without a database too: then nothing is recorded, and the shared budget is not asked.
"""

from time import monotonic

from lsync.core.control import messages as m
from lsync.core.lightspeed import BudgetSpent, LightspeedError, XSeries
from lsync.daemon.application import Application
from lsync.daemon.operations.lightspeed import exit_code_of, reader
from lsync.daemon.presenting.budget import budget_message


async def vend_test(application: Application) -> m.VendTest:
    """Try address and token; a refusal by Lightspeed is a result, not an error.

    Raises:
        ControlError: the address or the token is not set.
        StoreError: the token is a login, and the database that keeps it cannot be used.
    """
    async with reader(application) as client:
        return await _try(application, client)


async def _try(application: Application, client: XSeries) -> m.VendTest:
    began, counts = monotonic(), True
    try:
        ping = await client.ping()
    except LightspeedError as failure:
        counts = _is_counted(failure)
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
            "budget": await _budget(application) if counts else None,
            "duration_ms": (monotonic() - began) * 1000,
        }
    )


def _token_source(application: Application) -> str:
    if application.settings.lightspeed.api_token is None:
        return "vend login"
    return application.settings.told_origin("lightspeed.api_token")


def _is_counted(failure: LightspeedError) -> bool:
    """Whether the budget says something: Lightspeed answered, or had no calls left for us.

    What did not get there was counted here only, and a shop that is not reached has no count.
    """
    return failure.status is not None or isinstance(failure, BudgetSpent)


async def _budget(application: Application) -> m.BudgetMessage:
    if application.ready:
        return budget_message(await application.budget.state())
    own = application.spare_budget
    return m.BudgetMessage(limit=own.limit, used=own.limit - own.left, remaining=own.left)
