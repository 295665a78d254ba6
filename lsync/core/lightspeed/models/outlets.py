"""Outlets and registers."""

from lsync.core.lightspeed.models.entity import Entity
from lsync.core.lightspeed.wire import Id, Moment, Text, Version


class Outlet(Entity):
    """A shop. `time_zone` is an IANA name such as Europe/Berlin."""

    id: Id
    name: Text = ""
    time_zone: str | None = None
    currency: str | None = None
    version: Version | None = None
    deleted_at: Moment = None


class Register(Entity):
    """A till. Their number sets the API budget."""

    id: Id
    name: Text = ""
    outlet_id: Id | None = None
    is_open: bool | None = None
    version: Version | None = None
    deleted_at: Moment = None
