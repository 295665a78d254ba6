"""Calls to Lightspeed that a person waits for, and what a failed one means to them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from lsync.core.control import messages as m
from lsync.core.control.errors import ControlError
from lsync.core.domain.explain import sentence
from lsync.core.lightspeed import (
    BudgetSpent,
    LightspeedError,
    NotExecuted,
    RateLimited,
    Unavailable,
    XSeries,
)
from lsync.daemon.application import Application

BUDGET_WAIT = timedelta(seconds=5)
"""A person waits: longer than this for the budget is an answer too."""
EXIT_LATER, EXIT_UNREACHABLE = 75, 69


def lightspeed_failure(failure: LightspeedError) -> ControlError:
    """A failed call as the answer to the person who asked for it."""
    message = m.ErrorMessage(
        error=sentence(failure.what),
        why=sentence(failure.why),
        next_step=sentence(failure.next_step),
        exit_code=exit_code_of(failure),
    )
    return ControlError(message, status=502)


def impatient(application: Application) -> XSeries:
    """The client for what a person waits for. Raises like ``Application.client``."""
    return application.client.scoped(urgent=True, max_wait=BUDGET_WAIT)


@asynccontextmanager
async def reader(application: Application) -> AsyncIterator[XSeries]:
    """A client for what a person wants to see, which needs no database either.

    Without one nothing is recorded, and the calls of other processes are not known. Raises like
    ``Application.spare_client`` then, and otherwise like ``Application.client``.
    """
    if application.ready:
        yield impatient(application)
        return
    async with application.spare_client() as client:
        yield client.scoped(urgent=True, max_wait=BUDGET_WAIT)


def exit_code_of(failure: LightspeedError) -> int:
    """What a command ends with that meets the failure, as docs/commands.md lists them."""
    if isinstance(failure, BudgetSpent | RateLimited):
        return EXIT_LATER
    return EXIT_UNREACHABLE if isinstance(failure, NotExecuted | Unavailable) else 1
