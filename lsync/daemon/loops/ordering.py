"""Looks at a back office's own order tables, over and over, whatever is wrong with them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from lsync.core.store.errors import DatabaseUnavailable, StoreError
from lsync.core.sync.approving import ApprovalRules
from lsync.core.sync.source_looking import SourceLooker
from lsync.daemon.application import Application
from lsync.daemon.source import SourceConnection

EVERY_SECONDS = 0.5
REST_LOOKS = 20
"""Looks that are left out after one failed: a broken table is not asked twice a second."""

log = structlog.get_logger(__name__)


class SourceWatcher:
    """Reads and writes back, each on its own: rows that cannot be written are still read."""

    def __init__(self, application: Application, connection: SourceConnection) -> None:
        """Nothing is asked before ``look``."""
        self._application = application
        self._connection = connection
        self._rest = 0
        self._told = ""
        self._looker = SourceLooker(
            connection.source,
            rules=ApprovalRules(
                auto_queue=application.settings.sync.auto_on_approval,
                max_attempts=application.rules.max_attempts,
            ),
            compare_every=timedelta(seconds=application.settings.source.compare_seconds),
            clock=application.clock,
        )

    async def look(self) -> None:
        """Take in what is new and write back what became of it.

        What is wrong with the back office's tables is kept and told, and tried again later; it
        ends nothing here.

        Raises:
            DatabaseUnavailable: lsync's own database cannot be used.
        """
        if self._rest:
            self._rest -= 1
            return
        first = await self._try(self._read)
        second = await self._try(self._looker.write_back)
        self._keep(first or second)

    async def _read(self) -> None:
        await self._connection.check()
        await self._looker.look()

    async def _try(self, work: Callable[[], Awaitable[object]]) -> StoreError | None:
        try:
            await work()
        except DatabaseUnavailable as outage:
            if self._connection.source.there is self._connection.source.own:
                raise
            return outage
        except StoreError as trouble:
            return trouble
        return None

    def _keep(self, trouble: StoreError | None) -> None:
        self._connection.trouble = trouble
        told = "" if trouble is None else str(trouble)
        self._rest = REST_LOOKS if trouble is not None else 0
        if told != self._told:
            if trouble is not None:
                log.error("the back office's orders cannot be synced", reason=told)
            else:
                log.info("the back office's orders are synced again")
        self._told = told
