"""Deletes old records, a limited time span at a time, so that nobody waits for it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from lsync.core.store import announcements, api_log, sync_log, webhooks
from lsync.core.store.database import Transaction
from lsync.daemon.application import Application

API_CALLS_KEPT = timedelta(days=14)
"""They hold whole bodies and fill a disk first."""
SYNC_LOG_KEPT = timedelta(days=365)
ANNOUNCEMENTS_KEPT = timedelta(days=8)

Prune = Callable[[Transaction, datetime], Awaitable[int]]


class PruneSome(Protocol):
    """Deletes a few rows from before ``older_than``; 0 when none is left."""

    async def __call__(self, tx: Transaction, *, older_than: datetime) -> int:
        """Return how many went."""


class RecordPruner:
    """Forgets what is too old to be asked for."""

    def __init__(self, application: Application) -> None:
        """Nothing is deleted before ``prune``."""
        self._application = application

    async def prune(self) -> int:
        """Delete what is too old in each log, each in its own transaction; return how much."""
        return sum(
            [
                await self._forget(_prune_calls, API_CALLS_KEPT),
                await self._forget(_prune_log, SYNC_LOG_KEPT),
                await self._forget_slowly(webhooks.prune, self._webhooks_kept),
                await self._forget_slowly(announcements.prune, ANNOUNCEMENTS_KEPT),
            ]
        )

    @property
    def _webhooks_kept(self) -> timedelta:
        return timedelta(days=self._application.settings.webhooks.keep_days)

    async def _forget_slowly(self, prune: PruneSome, kept: timedelta) -> int:
        """A few rows in each transaction, so that deliveries never wait long for the writer."""
        total = 0
        while gone := await self._forget(partial(_prune_some, prune), kept):
            total += gone
        return total

    async def _forget(self, prune: Prune, kept: timedelta) -> int:
        async def work(tx: Transaction) -> int:
            return await prune(tx, await tx.now() - kept)

        return await self._application.database.run(work, idempotent=True)


async def _prune_calls(tx: Transaction, older_than: datetime) -> int:
    return await api_log.prune(tx, older_than=older_than)


async def _prune_log(tx: Transaction, older_than: datetime) -> int:
    return await sync_log.prune(tx, older_than=older_than)


async def _prune_some(prune: PruneSome, tx: Transaction, older_than: datetime) -> int:
    return await prune(tx, older_than=older_than)
