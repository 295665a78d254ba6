"""What the screens ask the daemon for, and whether they may act. Knows no screen."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, tzinfo
from functools import partial
from typing import Any, TypeVar

from lsync.core.control.client import ControlClient, DaemonUnreachable
from lsync.tui.countdown import UNDO_SECONDS, Countdown
from lsync.tui.link import Connect, Link, Notify, Sleep
from lsync.tui.listing import LONGEST, PAGE, Listing
from lsync.tui.model import Model, Subject, Touch
from lsync.tui.preferences import Preferences
from lsync.tui.reading import READERS, read_page
from lsync.tui.view.query import Query
from lsync.tui.view.words import Moment

Answer = TypeVar("Answer")

Doctor = Callable[[], Sequence[tuple[str, str, str, str]]]
"""Finds what is wrong: check, state, message and fix of each thing looked at; takes seconds."""

RELOADED_PAGES = 5
"""Pages read anew at most when a list went stale; the rest comes back by paging."""


class Session:
    """One person at the dashboard: model, link, and the actions about to start."""

    def __init__(
        self,
        connect: Connect,
        *,
        notify: Notify,
        clock: Callable[[], datetime],
        zone: tzinfo | None = None,
        sleep: Sleep = asyncio.sleep,
        undo_seconds: float = UNDO_SECONDS,
        read_only: bool = False,
        preferences: Preferences | None = None,
        host: str = "",
        doctor: Doctor | None = None,
    ) -> None:
        """``notify`` is called after every change of the model; ``zone`` is what times show in.

        ``host`` is the machine the daemon runs on, when it is another one; ``doctor`` examines
        this installation.
        """
        self.host = host.partition(":")[0]
        self.doctor = doctor
        self.preferences = preferences or Preferences()
        self.model = Model()
        self.countdown = Countdown(seconds=undo_seconds)
        self.clock = clock
        self.link = Link(connect, model=self.model, notify=notify, clock=clock, sleep=sleep)
        self._notify = notify
        self._zone = zone
        self._read_only = read_only

    def moment(self) -> Moment:
        """When and where the person looks."""
        return Moment(now=self.clock(), zone=self._zone)

    @property
    def may_act(self) -> bool:
        """Whether actions are allowed: the link is live and nobody asked for reading only."""
        hello = self.model.hello
        read_only = self._read_only or (hello is not None and hello.read_only)
        return self.model.link.live and not read_only

    async def ask(self, call: Callable[[ControlClient], Awaitable[Answer]]) -> Answer:
        """Make one call to the daemon.

        Raises:
            ControlError: the daemon refused.
            DaemonUnreachable: it did not answer; the link looks at once whether it is lost.
        """
        client = self.link.client
        if client is None:
            raise DaemonUnreachable("The link to the daemon is lost; nothing was sent.")
        try:
            return await call(client)
        except DaemonUnreachable:
            self.link.look()
            raise

    def listing(self, subject: Subject) -> Listing[Any]:
        """The list that belongs to a subject."""
        return self.model.lists[subject]

    def filter(self, subject: Subject, query: Query) -> None:
        """Filter a list; its rows stay until the daemon has answered."""
        listing = self.listing(subject)
        if query != listing.query:
            listing.query = query
            listing.stale = True

    async def load(self, subject: Subject) -> None:
        """Read a list anew from its first row, as far as it had been read."""
        listing = self.listing(subject)
        query, read = listing.query, READERS[subject]
        listing.stale = False
        pages = min(RELOADED_PAGES, max(1, -(-len(listing.items) // PAGE)))
        rows: list[Any] = []
        complete = False
        for _ in range(pages):
            page = await self.ask(partial(read_page, read, query, rows[-1] if rows else None))
            rows += page
            complete = len(page) < PAGE or subject is Subject.SETTINGS
            if complete:
                break
        if listing.query == query:
            listing.replace(rows, complete=complete)
            self._notify(frozenset({Touch(subject)}))

    async def read_all(self, subject: Subject, query: Query) -> list[Any]:
        """Read every row that the daemon finds for ``query``, newest first, and show none."""
        rows: list[Any] = []
        while len(rows) < LONGEST:
            last = rows[-1] if rows else None
            page = await self.ask(partial(read_page, READERS[subject], query, last))
            rows += page
            if len(page) < PAGE:
                break
        return rows

    async def more(self, subject: Subject) -> None:
        """Read the page below the last row."""
        listing = self.listing(subject)
        if listing.complete or listing.stale or not listing.items:
            return
        query, last = listing.query, listing.items[-1]
        page = await self.ask(partial(read_page, READERS[subject], query, last))
        if listing.query == query and not listing.stale:
            listing.extend(page, complete=len(page) < PAGE)
            self._notify(frozenset({Touch(subject)}))
