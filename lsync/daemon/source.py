"""The back office's own order tables as this daemon uses them: opened, checked, and how they are.

Reading and writing them is ``core.sync.source_looking``'s.
"""

from contextlib import suppress

from lsync.core.settings import Settings
from lsync.core.store.database import Database
from lsync.core.store.errors import DatabaseUnavailable, StoreError
from lsync.core.store.source_layout import SourceLayout
from lsync.core.store.source_reading import database_at
from lsync.core.store.source_tables import check_layout
from lsync.core.store.source_writing import writing
from lsync.core.sync.source_telling import OrderSource
from lsync.daemon.naming import worker_id


class SourceConnection:
    """The tables named in ``[source]``, and why they cannot be used if they cannot."""

    def __init__(
        self, layout: SourceLayout, *, holder: str, url: str | None, own: Database
    ) -> None:
        """Nothing is asked yet. Without ``url`` the tables lie in lsync's own database."""
        self._foreign = database_at(url) if url is not None else None
        self.source = OrderSource(holder=holder, own=own, there=self._foreign or own, layout=layout)
        self.trouble: StoreError | None = None
        """Why they could not be read or written the last time; None once they could."""
        self._checked = False

    @classmethod
    def of(cls, settings: Settings, *, own: Database) -> "SourceConnection | None":
        """Return what the settings name; None if they name no tables."""
        layout = settings.source.layout()
        url = settings.source.url
        if layout is None:
            return None
        there = None if url is None else url.get_secret_value()
        return cls(layout, holder=worker_id(settings), url=there, own=own)

    async def check(self) -> None:
        """Try every table and column, once.

        Raises:
            SourceMismatch: a table, column or right is missing; the setting is named.
            DatabaseUnavailable: the server does not answer.
        """
        if self._checked:
            return
        try:
            async with writing(self.source.there) as tx:
                await check_layout(tx, self.source.layout)
        except StoreError as trouble:
            self.trouble = trouble
            raise
        self.trouble, self._checked = None, True

    async def aclose(self) -> None:
        """Close the connections to the back office's server."""
        if self._foreign is not None:
            with suppress(DatabaseUnavailable):
                await self._foreign.aclose()
