"""Webhook subscriptions at Lightspeed, and what a failed call means to the person who asked."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from functools import partial

from lsync.core.control import messages as m
from lsync.core.control.errors import ControlError
from lsync.core.lightspeed import (
    WEBHOOK_TYPES,
    BudgetSpent,
    Conflict,
    LightspeedError,
    NotExecuted,
    RateLimited,
    Unavailable,
    Webhook,
    XSeries,
)
from lsync.daemon.application import Application
from lsync.daemon.operations.callback_url import (
    check_public,
    delivery_url,
    is_ours,
    known_bases,
    remember,
)
from lsync.daemon.operations.missing import bad_input

BUDGET_WAIT = timedelta(seconds=5)
"""A person waits: longer than this for the budget is an answer too."""
EXIT_LATER, EXIT_UNREACHABLE = 75, 69


async def list_subscriptions(application: Application) -> list[m.WebhookSubscription]:
    """Every subscription of this application at Lightspeed.

    Raises:
        ControlError: Lightspeed refused or was not reached.
    """
    try:
        found = await impatient(application).webhooks.list()
    except LightspeedError as failure:
        raise lightspeed_failure(failure) from failure
    return _present(found, await _bases(application))


async def create_subscriptions(
    application: Application, request: m.WebhookCreateRequest
) -> list[m.WebhookSubscription]:
    """Subscribe to the wanted types at one address; those that exist stay as they are.

    Raises:
        ControlError: the address cannot be used, a type does not exist, or Lightspeed refused.
    """
    base = request.url or application.settings.webhooks.public_url
    if base is None:
        raise bad_input(
            "There is no address to deliver webhooks to.",
            why="No URL was given and webhooks.public_url is not set.",
            next_step="Give the URL, or set webhooks.public_url to the daemon's public address.",
        )
    types = _known_types(request.types)
    if not request.insecure:
        await check_public(base)
    client = impatient(application)
    await application.database.run(partial(remember, base=base), idempotent=True)
    try:
        made = await _subscribe(client, base, types)
    except LightspeedError as failure:
        raise lightspeed_failure(failure) from failure
    return _present(made, await _bases(application))


def lightspeed_failure(failure: LightspeedError) -> ControlError:
    """A failed call as the answer to the person who asked for it."""
    message = m.ErrorMessage(
        error=f"{failure.what}.",
        why=f"{failure.why}.",
        next_step=f"{failure.next_step}.",
        exit_code=exit_code_of(failure),
    )
    return ControlError(message, status=502)


def impatient(application: Application) -> XSeries:
    """The client for what a person waits for. Raises like ``Application.client``."""
    return application.client.scoped(urgent=True, max_wait=BUDGET_WAIT)


def exit_code_of(failure: LightspeedError) -> int:
    """What a command ends with that meets the failure, as docs/commands.md lists them."""
    if isinstance(failure, BudgetSpent | RateLimited):
        return EXIT_LATER
    return EXIT_UNREACHABLE if isinstance(failure, NotExecuted | Unavailable) else 1


def _known_types(wanted: Sequence[str]) -> Sequence[str]:
    unknown = [each for each in wanted if each not in WEBHOOK_TYPES]
    if unknown:
        raise bad_input(
            f"Lightspeed has no webhook type {unknown[0]}.",
            why=f"The types are {', '.join(WEBHOOK_TYPES)}.",
            next_step="Leave the type out to subscribe to all of them.",
        )
    return wanted or WEBHOOK_TYPES


async def _subscribe(client: XSeries, base: str, types: Sequence[str]) -> list[Webhook]:
    existing = {(each.type, each.url): each for each in await client.webhooks.list()}
    made = []
    for event_type in types:
        url = delivery_url(base, event_type)
        known = existing.get((event_type, url))
        if known is None:
            made.append(await _create(client, event_type, url))
        elif known.active:
            made.append(known)
        else:
            made.append(
                await client.webhooks.update(known.id, type=event_type, url=url, active=True)
            )
    return made


async def _create(client: XSeries, event_type: str, url: str) -> Webhook:
    """Create one; if someone else just did, theirs serves as well."""
    try:
        return await client.webhooks.create(type=event_type, url=url)
    except Conflict:
        for each in await client.webhooks.list():
            if (each.type, each.url) == (event_type, url):
                return each
        raise


async def _bases(application: Application) -> Collection[str]:
    async with application.database.read() as tx:
        return await known_bases(tx, public_url=application.settings.webhooks.public_url)


def _present(found: Sequence[Webhook], bases: Collection[str]) -> list[m.WebhookSubscription]:
    return [
        m.WebhookSubscription(
            id=each.id,
            type=each.type,
            url=each.url,
            active=each.active,
            ours=is_ours(each.url, bases),
        )
        for each in found
    ]
