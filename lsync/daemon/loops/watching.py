"""Notices approved revisions that nobody queued, well within a second, whoever wrote them."""

from lsync.core.store.database import Change
from lsync.core.sync.push_queueing import queue_unqueued
from lsync.daemon.application import Application

EVERY_SECONDS = 0.5
ROUND = 100
FORCED_LOOKS = 60
"""Every so many looks the tables are read even if nothing seems to have been committed."""


class ApprovalWatcher:
    """Queues each approved revision once. A look costs nearly nothing when nobody wrote."""

    def __init__(self, application: Application) -> None:
        """The first look always reads the tables: much may have happened before the start."""
        self._application = application
        self._seen: int | None = None
        self._quiet = 0
        application.database.listen(self._hear)

    def _hear(self, change: Change) -> None:
        """An order changed in this process, which the database does not tell of."""
        if change.kind == "order":
            self._seen = None

    async def look(self) -> int:
        """Queue what is approved and not queued; return how many orders that were.

        Raises:
            DatabaseUnavailable: nothing was queued in this round; the next look finds it again.
        """
        if not self._application.settings.sync.auto_on_approval:
            return 0
        version = await self._application.database.data_version()
        if self._nothing_new(version):
            return 0
        self._seen, self._quiet = version, 0
        try:
            return await self._queue_all()
        except BaseException:
            self._seen = None
            raise

    def _nothing_new(self, version: int | None) -> bool:
        """MariaDB has no such version and is asked each time; SQLite seldom needs to be."""
        self._quiet += 1
        return version is not None and version == self._seen and self._quiet < FORCED_LOOKS

    async def _queue_all(self) -> int:
        total = 0
        while True:
            queued = await queue_unqueued(
                self._application.database,
                max_attempts=self._application.rules.max_attempts,
                limit=ROUND,
            )
            total += len(queued)
            if len(queued) < ROUND:
                return total
