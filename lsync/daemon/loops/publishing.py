"""Sends the overview to live listeners when something has changed, at most once a second."""

from lsync.core.control.messages import StatusMessage
from lsync.daemon.application import Application
from lsync.daemon.events import EventHub
from lsync.daemon.operations import overview

EVERY_SECONDS = 1.0
FORCED_ROUNDS = 5
"""Ages and the budget change by themselves, so every so many seconds it is looked at anyway."""


class StatusPublisher:
    """Publishes ``status`` events."""

    def __init__(self, application: Application, hub: EventHub) -> None:
        """``hub`` counts the changes since the last time."""
        self._application = application
        self._hub = hub
        self._changes = -1
        self._rounds = 0
        self._last: StatusMessage | None = None

    async def publish(self) -> None:
        """Publish the status if it is not what was published last."""
        if not self._hub.listeners:
            self._last = None
            return
        self._rounds += 1
        if self._changes == self._hub.changes and self._rounds < FORCED_ROUNDS:
            return
        self._changes, self._rounds = self._hub.changes, 0
        status = await overview.status(self._application)
        if self._last is None or _lasting(status) != _lasting(self._last):
            self._last = status
            self._hub.publish("status", status.model_dump(mode="json"))


def _lasting(status: StatusMessage) -> StatusMessage:
    """The status without what changes by the mere passing of time."""
    queue = status.queue.model_copy(update={"oldest_pending_seconds": None})
    minute = status.at.replace(second=0, microsecond=0)
    return status.model_copy(update={"at": minute, "queue": queue})
