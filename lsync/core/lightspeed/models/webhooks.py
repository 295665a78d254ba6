"""Webhook subscriptions."""

from lsync.core.lightspeed.models.entity import Entity
from lsync.core.lightspeed.wire import Id, InfoText

WEBHOOK_TYPES = (
    "sale.update",
    "product.update",
    "customer.update",
    "inventory.update",
    "register_closure.create",
    "consignment.send",
    "consignment.receive",
)
"""Every event type there is (2026-07)."""


class Webhook(Entity):
    """One subscription: events of `type` are posted to `url` while `active`."""

    id: Id
    type: str
    url: str
    active: bool = True
    retailer_id: InfoText = None
