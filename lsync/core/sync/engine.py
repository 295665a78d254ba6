"""What every sync operation works with: database, client, rules, clock."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from lsync.core.domain.adjustment import StockLimits
from lsync.core.domain.outcome import Outcome
from lsync.core.domain.remote_change import Policy
from lsync.core.lightspeed import XSeries
from lsync.core.store.cache import CatalogueCache, ProcessMemory
from lsync.core.store.database import Database

PAGE_SIZE = 1000
"""Entries of the catalogue asked for at once where the account's maximum is not known."""

LARGEST_PAGE = 2500
"""The same where it is: ten megabytes of products are read at once, no more."""

REMEMBERED_SECONDS = 900.0
"""How long look-ups are remembered where no setting says otherwise."""

Interrupted = Callable[[], Outcome | None]
"""Asked between steps: an outcome ends the run there, None lets it go on."""


def utc_now() -> datetime:
    """The process's time, aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRules:
    """The settings that decide what a sync does.

    ``quiet`` is how long a write without an answer rests before it may be repeated.
    ``budget_wait`` is how long a job holds its place for a call before it is put back.
    ``max_attempts`` is for jobs that a sync queues. The policies say what a cost or a line that
    was changed at Lightspeed does to the order. ``page_size`` is how many entries of the catalogue
    are asked for at once; a server may give fewer.
    """

    auto_send: bool = True
    quiet: timedelta = timedelta(seconds=360)
    budget_wait: timedelta = timedelta(seconds=2)
    max_attempts: int = 4
    page_size: int = PAGE_SIZE
    cost_policy: Policy = Policy.PROPOSE
    line_policy: Policy = Policy.PROPOSE
    stock_limits: StockLimits = field(default_factory=StockLimits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The parts a sync is made of. ``clock`` measures durations; the database has its own time.

    ``reading`` lets one job at a time ask Lightspeed for what the local copy lacks: the others
    wait and find it there, instead of paying the same calls again. ``cache`` remembers what was
    looked up in the local copy.
    """

    database: Database
    client: XSeries
    rules: SyncRules = field(default_factory=SyncRules)
    clock: Callable[[], datetime] = utc_now
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    cache: CatalogueCache = field(
        default_factory=lambda: CatalogueCache(ProcessMemory(ttl_seconds=REMEMBERED_SECONDS))
    )
