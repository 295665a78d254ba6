"""Webhook subscriptions at Lightspeed: list, create, delete. Each asks Lightspeed."""

from collections.abc import Collection, Sequence
from functools import partial

from lsync.core.control import messages as m
from lsync.core.domain.sanitise import visible
from lsync.core.lightspeed import (
    WEBHOOK_TYPES,
    Conflict,
    LightspeedError,
    NotFound,
    Webhook,
    XSeries,
)
from lsync.core.store import subscriptions
from lsync.core.store.database import Transaction
from lsync.core.store.subscriptions import Subscription
from lsync.daemon.application import Application
from lsync.daemon.operations.callback_url import (
    check_plain,
    check_public,
    delivery_url,
    is_ours,
    known_bases,
    remember,
    shown_url,
)
from lsync.daemon.operations.lightspeed import impatient, lightspeed_failure
from lsync.daemon.operations.missing import bad_input, not_found


async def list_subscriptions(application: Application) -> list[m.WebhookSubscription]:
    """Every subscription of this application at Lightspeed.

    Raises:
        ControlError: Lightspeed refused or was not reached.
    """
    return await _listed(application, impatient(application))


async def create_subscriptions(
    application: Application, request: m.WebhookCreateRequest
) -> list[m.WebhookSubscription]:
    """Subscribe to the wanted types at one address; those that exist stay as they are.

    Where ``webhooks.url_token`` is set it goes into the address; a subscription of ours with
    another token, or with none, is given the present one.

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
    check_plain(base)
    if not request.insecure:
        await check_public(base)
    client = impatient(application)
    await application.database.run(partial(remember, base=base), idempotent=True)
    try:
        made = await _subscribe(client, base, types, query=_query(application))
    except LightspeedError as failure:
        raise lightspeed_failure(failure) from failure
    ids = {each.id for each in made}
    return [each for each in await _listed(application, client) if each.id in ids]


async def delete_subscriptions(
    application: Application, request: m.WebhookDeleteRequest
) -> list[m.WebhookSubscription]:
    """Unsubscribe by id, or all that are ours; answer what is gone.

    Raises:
        ControlError: 404 for an id that Lightspeed does not list, before anything is deleted;
            422 when nothing was named; or Lightspeed refused.
    """
    if not request.ids and not request.all:
        raise bad_input(
            "No subscription was named.",
            why="Deleting needs ids, or all of ours.",
            next_step="`lsync webhook list` shows the ids.",
        )
    client = impatient(application)
    listed = await _listed(application, client)
    doomed = [each for each in listed if (each.ours and request.all) or each.id in request.ids]
    unknown = set(request.ids) - {each.id for each in doomed}
    if unknown:
        raise not_found(
            f"webhook subscription {visible(min(unknown))}",
            next_step="`lsync webhook list` shows what there is; nothing was deleted.",
        )
    try:
        for each in doomed:
            await _delete(client, each.id)
    except LightspeedError as failure:
        raise lightspeed_failure(failure) from failure
    await _listed(application, client)
    return doomed


async def _listed(application: Application, client: XSeries) -> list[m.WebhookSubscription]:
    """Ask Lightspeed, and remember its answer for the meter of webhooks that never came."""
    try:
        found = await client.webhooks.list()
    except LightspeedError as failure:
        raise lightspeed_failure(failure) from failure
    if not application.read_only:
        await application.database.run(partial(_remember, application, found), idempotent=True)
    return _present(found, await _bases(application))


async def _remember(application: Application, found: Sequence[Webhook], tx: Transaction) -> None:
    bases = await known_bases(tx, public_url=application.settings.webhooks.public_url)
    kept = [
        Subscription(
            id=each.id, event_type=each.type, active=each.active, ours=is_ours(each.url, bases)
        )
        for each in found
    ]
    await subscriptions.replace_all(tx, kept, now=await tx.now())


async def _delete(client: XSeries, webhook_id: str) -> None:
    """One that is gone already is what was wanted."""
    try:
        await client.webhooks.delete(webhook_id)
    except NotFound:
        return


def _query(application: Application) -> str:
    token = application.settings.webhooks.url_token
    return "" if token is None else f"?token={token.get_secret_value()}"


def _known_types(wanted: Sequence[str]) -> Sequence[str]:
    unknown = [each for each in wanted if each not in WEBHOOK_TYPES]
    if unknown:
        raise bad_input(
            f"Lightspeed has no webhook type {visible(unknown[0])}.",
            why=f"The types are {', '.join(WEBHOOK_TYPES)}.",
            next_step="Leave the type out to subscribe to all of them.",
        )
    return wanted or WEBHOOK_TYPES


async def _subscribe(
    client: XSeries, base: str, types: Sequence[str], *, query: str
) -> list[Webhook]:
    existing = {(each.type, _bare(each.url)): each for each in await client.webhooks.list()}
    made = []
    for event_type in types:
        url = delivery_url(base, event_type)
        known = existing.get((event_type, url))
        url += query
        if known is None:
            made.append(await _create(client, event_type, url))
        elif known.active and known.url == url:
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


def _bare(url: str) -> str:
    return url.partition("?")[0]


async def _bases(application: Application) -> Collection[str]:
    async with application.database.read() as tx:
        return await known_bases(tx, public_url=application.settings.webhooks.public_url)


def _present(found: Sequence[Webhook], bases: Collection[str]) -> list[m.WebhookSubscription]:
    return [
        m.WebhookSubscription(
            id=each.id,
            type=each.type,
            url=shown_url(each.url),
            active=each.active,
            ours=is_ours(each.url, bases),
        )
        for each in found
    ]
