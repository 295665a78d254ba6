"""Webhook subscriptions."""

from lsync.core.lightspeed.models.webhooks import Webhook
from lsync.core.lightspeed.readers import anything, many, one
from lsync.core.lightspeed.requests import read, write
from lsync.core.lightspeed.resources.resource import Resource


class Webhooks(Resource):
    """Who is told about events."""

    async def list(self) -> tuple[Webhook, ...]:
        """The subscriptions of this application."""
        return await self._caller.run(read("list the webhooks", "webhooks"), many(Webhook))

    async def get(self, webhook_id: str) -> Webhook:
        """One subscription; NotFound if there is none."""
        return await self._caller.run(
            read("read the webhook", "webhooks", webhook_id), one(Webhook)
        )

    async def create(self, *, type: str, url: str, active: bool = True) -> Webhook:  # noqa: A002  the API's name
        """Subscribe. Conflict if this type and URL are subscribed already."""
        body = {"active": active, "type": type, "url": url}
        call = write("create the webhook", "POST", "webhooks", body=body)
        return await self._caller.run(call, one(Webhook))

    async def update(self, webhook_id: str, *, type: str, url: str, active: bool) -> Webhook:  # noqa: A002  the API's name
        """Replace a subscription; the API wants all three fields."""
        body = {"active": active, "type": type, "url": url}
        call = write("update the webhook", "PUT", "webhooks", webhook_id, body=body)
        return await self._caller.run(call, one(Webhook))

    async def delete(self, webhook_id: str) -> None:
        """Unsubscribe; NotFound if there is none."""
        call = write("delete the webhook", "DELETE", "webhooks", webhook_id)
        await self._caller.run(call, anything)
