"""Writes the steps of one sync into the sync log, with how long each took and its calls.

What went wrong is told to the process's own log too, for those who read only that one.
"""

import logging
from datetime import datetime

import structlog

from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.store import sync_log
from lsync.core.store.database import Transaction
from lsync.core.sync.attribution import current_work
from lsync.core.sync.engine import Engine
from lsync.core.sync.said import Said

log = structlog.get_logger(__name__)
_LEVELS = {LogStatus.WARNING: logging.WARNING, LogStatus.FAILED: logging.ERROR}


class Journal:
    """The log of one run of one operation, for one order or for none."""

    def __init__(
        self, engine: Engine, *, operation: str, order: PurchaseOrder | None = None
    ) -> None:
        self._clock = engine.clock
        self._operation = operation
        self._order = order
        self._work = current_work()
        self._began: datetime | None = None

    @property
    def calls(self) -> int:
        """HTTP exchanges made for this work so far."""
        return self._work.calls

    def begin(self) -> None:
        """A step begins: the next entry tells how long it took."""
        self._began = self._clock()

    async def write(
        self, tx: Transaction, said: Said, *, now: datetime, consignment_id: str | None = None
    ) -> None:
        """Append an entry; its time is the transaction's."""
        requests = self._work.take_requests()
        detail = {**said.detail, "requests": requests} if requests else said.detail
        entry = SyncLogEntry(
            created_at=now,
            operation=self._operation,
            step=said.step,
            status=said.status,
            message=said.message,
            detail=dict(detail) or None,
            order_id=self._order.id if self._order else None,
            order_number=self._order.order_number if self._order else None,
            consignment_id=consignment_id,
            job_id=self._work.job_id,
            duration_ms=self._duration(),
        )
        await sync_log.append(tx, entry)
        _tell(entry)

    def _duration(self) -> float | None:
        if self._began is None:
            return None
        began, self._began = self._began, None
        return max((self._clock() - began).total_seconds() * 1000, 0.0)


def _tell(entry: SyncLogEntry) -> None:
    level = _LEVELS.get(entry.status)
    if level is not None:
        log.log(
            level,
            "a sync needs a look",
            operation=entry.operation,
            step=entry.step,
            reason=entry.message,
            order=entry.order_number,
            job=entry.job_id,
        )
