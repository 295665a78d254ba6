"""Makes accepted webhooks durable: their rows and the job that looks into them in one transaction.

Deliveries that arrive while a transaction is on its way share the next one (group commit): the
disk is waited for once per batch, and still nobody is answered before the commit.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from lsync.core.store.cursor import Cursor
from lsync.core.store.deliveries import Delivery, keep_step
from lsync.core.store.errors import DatabaseBusy, StoreError
from lsync.core.store.jobs import NewJob
from lsync.core.sync.hints import webhook_job
from lsync.daemon.application import Application

ANSWER_SECONDS = 4.0
"""How long a sender waits at most: Lightspeed gives up after five seconds and tries again."""

BATCH = 64
"""Deliveries per transaction; more would keep the worker waiting for the writer."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    delivery: Delivery
    duplicate: "asyncio.Future[bool]"


class WebhookIntake:
    """Keeps deliveries in batches."""

    def __init__(
        self, application: Application, *, batch: int = BATCH, seconds: float = ANSWER_SECONDS
    ) -> None:
        """Nothing runs until the first delivery; each is waited for so many ``seconds``."""
        self._seconds = seconds
        self._application = application
        self._limit = batch
        self._arrived: deque[_Waiting] = deque()
        self._asked = False
        """Whether a transaction is on its way that will take along what arrives now."""
        self._writing: set[asyncio.Task[None]] = set()

    async def keep(self, delivery: Delivery) -> bool:
        """Return once the delivery and its job are committed; True if it was known already.

        A duplicate is counted and gets no second job.

        Raises:
            StoreError: it was not kept, or is not yet; the sender must try again. One that is
                kept after all will be a duplicate then.
        """
        waiting = _Waiting(delivery, asyncio.get_running_loop().create_future())
        self._arrived.append(waiting)
        self._ask()
        try:
            async with asyncio.timeout(self._seconds):
                return await waiting.duplicate
        except TimeoutError:
            with suppress(ValueError):
                self._arrived.remove(waiting)
            raise DatabaseBusy(
                "The database did not take the webhook in time.",
                why="Another program holds it, or its disk is slow.",
                next_step="Lightspeed sends it again; `lsync doctor` looks at the database.",
            ) from None

    def _ask(self) -> None:
        if self._arrived and not self._asked:
            self._asked = True
            task = asyncio.create_task(self._write([]))
            self._writing.add(task)
            task.add_done_callback(self._written)

    def _written(self, task: "asyncio.Task[None]") -> None:
        self._writing.discard(task)
        if not self._writing:
            self._asked = False
        self._ask()

    async def _write(self, batch: list[_Waiting]) -> None:
        try:
            duplicates = await self._commit(batch)
        except StoreError as failure:
            for each in batch or self._take(len(self._arrived)):
                _fail(each, failure)
        except Exception as failure:  # noqa: BLE001 - handed to the request that caused it
            await self._write_alone(batch or self._take(len(self._arrived)), failure)
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

    async def _commit(self, batch: list[_Waiting]) -> list[bool]:
        """Commit ``batch``; an empty one takes whatever has arrived by the time it is its turn."""
        database = self._application.database
        job = _job(max_attempts=self._application.rules.max_attempts)
        gathers = not batch

        def work(cursor: Cursor) -> list[bool]:
            # On SQLite this runs on the connection's thread.
            if gathers:
                # Who comes from now on asks for the next transaction; it follows right after
                # this one where commits are shared, else once this one has ended.
                self._asked = not database.shares_commits
                batch.extend(self._take(self._limit - len(batch)))
            return keep_step(cursor, deliveries=[each.delivery for each in batch], job=job)

        # Repeating it whole is safe: what was kept after all is then a duplicate.
        return await database.call(work, idempotent=True)

    def _take(self, most: int) -> list[_Waiting]:
        taken: list[_Waiting] = []
        with suppress(IndexError):
            while len(taken) < most:
                taken.append(self._arrived.popleft())
        return taken


@cache
def _job(*, max_attempts: int) -> NewJob:
    return webhook_job(max_attempts=max_attempts)


def _fail(waiting: _Waiting, failure: Exception) -> None:
    if not waiting.duplicate.done():
        waiting.duplicate.set_exception(failure)
