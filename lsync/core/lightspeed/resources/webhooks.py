"""Webhook subscriptions."""

from dataclasses import replace
from typing import Literal

from lsync.core.lightspeed.models.webhooks import Webhook
from lsync.core.lightspeed.readers import anything, many, one
from lsync.core.lightspeed.requests import Call, form, read, write
from lsync.core.lightspeed.resources.resource import Resource
from lsync.core.lightspeed.wire import Json, write_json

PATH = "webhooks"


class Webhooks(Resource):
    """Who is told about events.

    The legacy versions have them in 0.9 only, where content is a form with JSON in its field
    `data`.
    """

    async def list(self) -> tuple[Webhook, ...]:
        """The subscriptions of this application."""
        return await self._caller.run(self._placed(read("list the webhooks", PATH)), many(Webhook))

    async def get(self, webhook_id: str) -> Webhook:
        """One subscription; NotFound if there is none."""
        call = self._placed(read("read the webhook", PATH, webhook_id))
        return await self._caller.run(call, one(Webhook))

    async def create(self, *, type: str, url: str, active: bool = True) -> Webhook:  # noqa: A002  the API's word
        """Subscribe. Conflict if this type and URL are subscribed already."""
        body = {"active": active, "type": type, "url": url}
        call = self._sending("create the webhook", "POST", PATH, body=body)
        return await self._caller.run(call, one(Webhook))

    async def update(self, webhook_id: str, *, type: str, url: str, active: bool) -> Webhook:  # noqa: A002  the API's word
        """Replace a subscription; the API wants all three fields."""
        body = {"active": active, "type": type, "url": url}
        call = self._sending("update the webhook", "PUT", PATH, webhook_id, body=body)
        return await self._caller.run(call, one(Webhook))

    async def delete(self, webhook_id: str) -> None:
        """Unsubscribe; NotFound if there is none."""
        call = self._placed(write("delete the webhook", "DELETE", PATH, webhook_id))
        await self._caller.run(call, anything)

    def _sending(self, doing: str, method: Literal["POST", "PUT"], *path: str, body: Json) -> Call:
        if self._caller.dated:
            return write(doing, method, *path, body=body)
        fields = {"data": write_json(body).decode("utf-8")}
        return self._placed(form(doing, method, *path, fields=fields))

    def _placed(self, call: Call) -> Call:
        return call if self._caller.dated else replace(call, version="")
