"""Makes accepted webhooks durable: their rows and the job that looks into them in one transaction.

Deliveries that arrive while a transaction is on its way share the next one (group commit): the
disk is waited for once per batch, and still nobody is answered before the commit.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from lsync.core.store.deliveries import Delivery, keep_step
from lsync.core.store.errors import StoreError
from lsync.core.sync.hints import webhook_job
from lsync.daemon.application import Application

BATCH = 64
"""Deliveries per transaction; more would keep the worker waiting for the writer."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    delivery: Delivery
    duplicate: "asyncio.Future[bool]"


class WebhookIntake:
    """Keeps deliveries in batches."""

    def __init__(self, application: Application, *, batch: int = BATCH) -> None:
        """Nothing runs until the first delivery."""
        self._application = application
        self._batch = batch
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, delivery: Delivery) -> bool:
        """Return once the delivery and its job are committed; True if it was known already.

        A duplicate is counted and gets no second job.

        Raises:
            StoreError: it was not kept; the sender must try again.
        """
        waiting = _Waiting(delivery, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return await waiting.duplicate

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._batch], self._waiting[self._batch :]
            await self._write(batch)

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        try:
            duplicates = await self._commit([each.delivery for each in batch])
        except StoreError as failure:
            for each in batch:
                _fail(each, failure)
        except Exception as failure:  # noqa: BLE001 - handed to the request that caused it
            await self._write_alone(batch, failure)
        else:
            for each, duplicate in zip(batch, duplicates, strict=True):
                if not each.duplicate.done():
                    each.duplicate.set_result(duplicate)

    async def _write_alone(self, batch: Sequence[_Waiting], failure: Exception) -> None:
        """One delivery that cannot be kept must not take the others with it."""
        if len(batch) == 1:
            _fail(batch[0], failure)
            return
        for each in batch:
            await self._write([each])

    async def _commit(self, deliveries: Sequence[Delivery]) -> list[bool]:
        # Repeating it whole is safe: what was kept after all is then a duplicate.
        job = webhook_job(max_attempts=self._application.rules.max_attempts)
        work = partial(keep_step, deliveries=deliveries, job=job)
        return await self._application.database.call(work, idempotent=True)


def _fail(waiting: _Waiting, failure: Exception) -> None:
    if not waiting.duplicate.done():
        waiting.duplicate.set_exception(failure)
