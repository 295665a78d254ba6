"""The client's methods for webhooks: what came in, and who sends them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lsync.core.control import messages as m
from lsync.core.control.expecting import many, one
from lsync.core.control.link import READ_SECONDS, Link

SUBSCRIBING_SECONDS = 120.0
"""Each subscription is a call to Lightspeed."""


class WebhookCalls:
    """One typed method for each route about webhooks. Raises as ``ControlClient`` says."""

    _link: Link

    async def webhook_events(
        self,
        *,
        type: str | None = None,  # noqa: A002 - the route's own parameter name
        status: str | None = None,
        entity: str | None = None,
        text: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
        before: int | None = None,
    ) -> tuple[m.WebhookEvent, ...]:
        """Received webhooks that match, newest first; ``type`` and ``status`` may name several."""
        query = {
            "type": type,
            "status": status,
            "entity": entity,
            "text": text,
            "since": since and since.isoformat(),
            "until": until and until.isoformat(),
            "limit": limit,
            "before": before,
        }
        return await self._link.get("/v1/webhooks/events", many(m.WebhookEvent), query=query)

    async def webhook_event(self, webhook_id: int) -> m.WebhookDetail:
        """One received webhook with its body."""
        return await self._link.get(f"/v1/webhooks/events/{webhook_id}", one(m.WebhookDetail))

    async def replay_webhooks(self, request: m.WebhookReplayRequest) -> m.WebhookReplay:
        """Look again into webhooks that were received."""
        return await self._link.post("/v1/webhooks/replay", one(m.WebhookReplay), body=request)

    async def try_webhook(self, request: m.WebhookTestRequest) -> m.WebhookTest:
        """Send a sample to the daemon's public port and follow it through."""
        return await self._link.post(
            "/v1/webhooks/test",
            one(m.WebhookTest),
            body=request,
            read_seconds=READ_SECONDS + 2 * request.wait_seconds,
        )

    async def subscriptions(self) -> tuple[m.WebhookSubscription, ...]:
        """Webhook subscriptions as Lightspeed lists them; costs a call."""
        return await self._link.get("/v1/webhooks/subscriptions", many(m.WebhookSubscription))

    async def create_subscriptions(
        self, url: str | None = None, *, types: Sequence[str] = (), insecure: bool = False
    ) -> tuple[m.WebhookSubscription, ...]:
        """Subscribe to webhooks, all seven types by default; existing ones stay."""
        body = m.WebhookCreateRequest(url=url, types=tuple(types), insecure=insecure)
        return await self._link.post(
            "/v1/webhooks/subscriptions",
            many(m.WebhookSubscription),
            body=body,
            read_seconds=SUBSCRIBING_SECONDS,
        )

    async def delete_subscriptions(
        self,
        ids: Sequence[str] = (),
        *,
        all: bool = False,  # noqa: A002 - the message's own field name
    ) -> tuple[m.WebhookSubscription, ...]:
        """Unsubscribe by id, or ``all`` of ours; answers what is gone."""
        body = m.WebhookDeleteRequest(ids=tuple(ids), all=all)
        return await self._link.post(
            "/v1/webhooks/subscriptions/delete",
            many(m.WebhookSubscription),
            body=body,
            read_seconds=SUBSCRIBING_SECONDS,
        )
