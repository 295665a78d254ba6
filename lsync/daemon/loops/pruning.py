"""Deletes old records, a limited time span at a time, so that nobody waits for it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from lsync.core.store import api_log, sync_log, webhooks
from lsync.core.store.database import Transaction
from lsync.daemon.application import Application

API_CALLS_KEPT = timedelta(days=14)
"""They hold whole bodies and fill a disk first."""
SYNC_LOG_KEPT = timedelta(days=365)
WEBHOOKS_KEPT = timedelta(days=90)

Prune = Callable[[Transaction, datetime], Awaitable[int]]


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
                await self._forget(_prune_webhooks, WEBHOOKS_KEPT),
            ]
        )

    async def _forget(self, prune: Prune, kept: timedelta) -> int:
        async def work(tx: Transaction) -> int:
            return await prune(tx, await tx.now() - kept)

        return await self._application.database.run(work, idempotent=True)


async def _prune_calls(tx: Transaction, older_than: datetime) -> int:
    return await api_log.prune(tx, older_than=older_than)


async def _prune_log(tx: Transaction, older_than: datetime) -> int:
    return await sync_log.prune(tx, older_than=older_than)


async def _prune_webhooks(tx: Transaction, older_than: datetime) -> int:
    return await webhooks.prune(tx, older_than=older_than)
