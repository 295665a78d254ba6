"""Routes of webhooks: what came in, and who sends them."""

from collections.abc import Sequence

from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.routing import Route

from lsync.core.control import messages as m
from lsync.core.domain.records import WebhookStatus
from lsync.core.store.webhooks import WebhookFilter
from lsync.daemon.application import Application
from lsync.daemon.operations import subscribing, webhook_testing, webhooks
from lsync.daemon.routes.answers import (
    PAGE,
    Limit,
    Query,
    Several,
    changing,
    read_body,
    read_query,
    reading,
)


class EventsQuery(Query):
    """``GET /v1/webhooks/events``."""

    type: Several[str] = ()
    status: Several[WebhookStatus] = ()
    entity: str | None = None
    text: str | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    limit: Limit = PAGE
    before: int | None = None


async def list_events(request: Request, application: Application) -> Sequence[m.WebhookEvent]:
    """Received webhooks."""
    query = read_query(request, EventsQuery)
    which = WebhookFilter(
        event_types=query.type,
        statuses=query.status,
        entity_id=query.entity,
        text=query.text,
        since=query.since,
        until=query.until,
    )
    return await webhooks.list_events(application, which, limit=query.limit, before=query.before)


async def find_event(request: Request, application: Application) -> m.WebhookDetail:
    """One received webhook whole."""
    return await webhooks.find_event(application, request.path_params["webhook_id"])


async def replay(request: Request, application: Application) -> m.WebhookReplay:
    """Look again."""
    wanted = await read_body(request, m.WebhookReplayRequest)
    return await webhooks.replay(application, wanted)


async def try_webhook(request: Request, application: Application) -> m.WebhookTest:
    """Send a sample and follow it through."""
    wanted = await read_body(request, m.WebhookTestRequest)
    return await webhook_testing.try_webhook(application, wanted)


async def list_subscriptions(
    request: Request,  # noqa: ARG001 - a handler's signature
    application: Application,
) -> Sequence[m.WebhookSubscription]:
    """Subscriptions as Lightspeed lists them."""
    return await subscribing.list_subscriptions(application)


async def create_subscriptions(
    request: Request, application: Application
) -> Sequence[m.WebhookSubscription]:
    """Subscribe to webhooks."""
    wanted = await read_body(request, m.WebhookCreateRequest)
    return await subscribing.create_subscriptions(application, wanted)


async def delete_subscriptions(
    request: Request, application: Application
) -> Sequence[m.WebhookSubscription]:
    """Unsubscribe."""
    wanted = await read_body(request, m.WebhookDeleteRequest)
    return await subscribing.delete_subscriptions(application, wanted)


def routes() -> list[Route]:
    """This family's routes."""
    return [
        reading("/v1/webhooks/events", list_events),
        reading("/v1/webhooks/events/{webhook_id:int}", find_event),
        changing("/v1/webhooks/replay", replay),
        changing("/v1/webhooks/test", try_webhook),
        reading("/v1/webhooks/subscriptions", list_subscriptions),
        changing("/v1/webhooks/subscriptions", create_subscriptions),
        changing("/v1/webhooks/subscriptions/delete", delete_subscriptions),
    ]
