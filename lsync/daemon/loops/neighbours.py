"""Tells live listeners of rows that another daemon, or a command, has written.

A database says nothing to this process about what others commit, so the newest page of each list
is compared with what it was at the last look. What this process wrote is known already.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from lsync.core import queue
from lsync.core.store import api_log, sync_log, webhooks
from lsync.core.store.database import Change, Transaction
from lsync.daemon.application import Application
from lsync.daemon.events import EventHub

EVERY_SECONDS = 1.0
PAGE = 50
REMEMBERED = 1000
"""Rows of our own that may gather before the lists are read again."""

Page = Mapping[str, object]
"""Rows by key."""

Read = Callable[[Transaction], Awaitable[Page]]


async def _webhooks(tx: Transaction) -> Page:
    return {str(each.id): each for each in await webhooks.listing(tx, limit=PAGE)}


async def _jobs(tx: Transaction) -> Page:
    return {str(each.id): each for each in await queue.listing(tx, limit=PAGE)}


async def _log(tx: Transaction) -> Page:
    return {str(each.id): each.id for each in await sync_log.search(tx, limit=PAGE)}


async def _calls(tx: Transaction) -> Page:
    return {str(each.id): each.id for each in await api_log.search(tx, limit=PAGE)}


LISTS: Sequence[tuple[str, Read]] = (
    ("webhook", _webhooks),
    ("job", _jobs),
    ("log", _log),
    ("api", _calls),
)


class NeighbourWatcher:
    """Notes what others changed; looks only while somebody listens."""

    def __init__(self, application: Application, hub: EventHub) -> None:
        """``hub`` hears of each changed row."""
        self._application = application
        self._hub = hub
        self._seen: dict[str, Page] | None = None
        self._version: int | None = None
        self._own: set[tuple[str, str]] = set()
        application.database.listen(self._hear)

    def _hear(self, change: Change) -> None:
        if self._seen is not None:
            self._own.add((change.kind, change.key))

    async def look(self) -> None:
        """Compare the newest rows with the last look.

        Raises:
            DatabaseUnavailable: the next look finds it.
        """
        if not self._hub.listeners:
            self._seen = None
            self._own.clear()
            return
        version = await self._application.database.data_version()
        alone = version is not None and version == self._version and self._seen is not None
        if alone and len(self._own) < REMEMBERED:
            return
        own, self._own = self._own, set()
        async with self._application.database.read() as tx:
            pages = {kind: await read(tx) for kind, read in LISTS}
        before, self._seen, self._version = self._seen, pages, version
        if before is not None:
            for kind, page in pages.items():
                self._tell(kind, page, before=before[kind], own=own)

    def _tell(self, kind: str, page: Page, *, before: Page, own: set[tuple[str, str]]) -> None:
        for key, row in page.items():
            if before.get(key) != row and (kind, key) not in own:
                self._hub.note(Change(kind=kind, key=key))
