"""Suppliers, as read and as sent."""

from pydantic import Field

from lsync.core.lightspeed.models.entity import Draft, Entity
from lsync.core.lightspeed.wire import Id, Moment, OptionalQuantity, Text, Version


class Supplier(Entity):
    """Who delivers goods."""

    id: Id
    name: Text = ""
    description: str | None = None
    default_markup: OptionalQuantity = None
    version: Version | None = None
    deleted_at: Moment = None


class SupplierDraft(Draft):
    """A supplier to create or the whole new content of one. Lightspeed requires `contact`."""

    name: str = Field(min_length=1)
    description: str | None = None
    contact: dict[str, str | None] = Field(default_factory=dict)
