"""Looks once an hour which webhook subscriptions Lightspeed still has, and whether they are on.

One that was switched off sends nothing and says nothing; the status then warns.
"""

import structlog

from lsync.core.control.errors import ControlError
from lsync.daemon.application import Application
from lsync.daemon.operations.callback_url import known_bases
from lsync.daemon.operations.subscribing import list_subscriptions

EVERY_SECONDS = 3600.0

log = structlog.get_logger(__name__)


class SubscriptionWatcher:
    """Costs one call an hour where webhooks are subscribed, and none elsewhere."""

    def __init__(self, application: Application) -> None:
        """Nothing is asked before ``look``."""
        self._application = application

    async def look(self) -> None:
        """Ask Lightspeed; a refusal only leaves the last answer standing.

        Raises:
            DatabaseUnavailable: the next look finds it again.
        """
        async with self._application.database.read() as tx:
            public_url = self._application.settings.webhooks.public_url
            bases = await known_bases(tx, public_url=public_url)
        if not bases:
            return
        try:
            await list_subscriptions(self._application)
        except ControlError as refusal:
            log.info("subscriptions not listed", reason=refusal.message.error)
