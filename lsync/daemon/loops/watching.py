"""Notices what was approved, changed or cancelled and not queued, well within a second.

Whoever wrote it: a command, the control socket, or another program straight into the tables.
"""

from lsync.core.store.database import Change
from lsync.core.sync.push_queueing import queue_unqueued
from lsync.daemon.application import Application

EVERY_SECONDS = 0.5
ROUND = 100
FORCED_LOOKS = 60
"""Every so many looks the tables are read even if nothing seems to have been committed."""


class ApprovalWatcher:
    """Queues each revision and each withdrawal once. A look costs little when nobody wrote."""

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
        """Queue what waits for it; return how many orders that were.

        With ``sync.auto_on_approval`` off, approvals wait for a person; what Lightspeed has
        already is kept in step all the same.

        Raises:
            DatabaseUnavailable: nothing was queued in this round; the next look finds it again.
        """
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
                approved=self._application.settings.sync.auto_on_approval,
            )
            total += len(queued)
            if len(queued) < ROUND:
                return total
