"""Suppliers, as read and as sent."""

from typing import Annotated

from pydantic import Field

from lsync.core.lightspeed.models.entity import Draft, Entity
from lsync.core.lightspeed.wire import (
    INFORMS,
    Id,
    InfoText,
    Moment,
    OptionalQuantity,
    Text,
    Version,
)


class Contact(Entity):
    """How to reach a supplier."""

    first_name: InfoText = None
    last_name: InfoText = None
    company_name: InfoText = None
    email: InfoText = None
    phone: InfoText = None
    mobile: InfoText = None
    fax: InfoText = None
    twitter: InfoText = None
    website: InfoText = None
    physical_address1: InfoText = None
    physical_address2: InfoText = None
    physical_suburb: InfoText = None
    physical_city: InfoText = None
    physical_postcode: InfoText = None
    physical_state: InfoText = None
    physical_country_id: InfoText = None
    postal_address1: InfoText = None
    postal_address2: InfoText = None
    postal_suburb: InfoText = None
    postal_city: InfoText = None
    postal_postcode: InfoText = None
    postal_state: InfoText = None
    postal_country_id: InfoText = None


class Supplier(Entity):
    """Who delivers goods."""

    id: Id
    name: Text = ""
    description: str | None = None
    default_markup: OptionalQuantity = None
    source: InfoText = None
    contact: Annotated[Contact | None, INFORMS] = None
    version: Version | None = None
    deleted_at: Moment = None


class SupplierDraft(Draft):
    """A supplier to create or the whole new content of one. Lightspeed requires `contact`."""

    name: str = Field(min_length=1)
    description: str | None = None
    contact: dict[str, str | None] = Field(default_factory=dict)
