"""Runs a call to its end: budget, token, attempts, reading. The resources speak through it."""

import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from lsync.core.lightspeed import answers
from lsync.core.lightspeed.budget import Budget
from lsync.core.lightspeed.errors import (
    BudgetSpent,
    LightspeedError,
    NotOffered,
    RateLimited,
    Unauthorized,
)
from lsync.core.lightspeed.hosts import is_dated, offers
from lsync.core.lightspeed.readers import Quarantine, Reader
from lsync.core.lightspeed.reply import BudgetReading, budget_reading
from lsync.core.lightspeed.requests import Call
from lsync.core.lightspeed.retry import delay_before_retry
from lsync.core.lightspeed.tokens import TokenSource
from lsync.core.lightspeed.transport import Attempt, Transport
from lsync.core.lightspeed.wire import Json

T = TypeVar("T")

log = logging.getLogger(__name__)

SHORTEST_WAIT_S = 0.2
"""A shared budget may go by another clock: asking it again without a pause would spin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetWait:
    """A call is held back until `until` because the budget is spent."""

    doing: str
    until: datetime
    urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """How calls are treated.

    `urgent` calls may use the reserve of the budget. A call that would wait longer than `max_wait`
    for the budget raises BudgetSpent; None waits as long as it takes. With a `quarantine`, elements
    of version-paged lists that break the contract go there; without one they are a SchemaError.
    """

    urgent: bool = False
    max_wait: timedelta | None = None
    quarantine: Quarantine | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A successful answer's JSON, and what its headers said about the budget."""

    value: Json
    status: int
    request_id: str
    budget: BudgetReading


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Everything a call needs. Copies made by `scoped` share connections, token and budget."""

    transport: Transport
    token: TokenSource
    budget: Budget
    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    version: str
    on_wait: Callable[[BudgetWait], None] | None = None
    scope: Scope = Scope()

    @property
    def dated(self) -> bool:
        """Whether the configured version is a dated one; the legacy ones differ here and there."""
        return is_dated(self.version)

    def scoped(self, scope: Scope) -> "Caller":
        """The same caller with another treatment of its calls."""
        return replace(self, scope=scope)

    async def run(self, call: Call, reader: Reader[T]) -> T:
        """Send the call and read its answer; raises from the tree in `errors`."""
        result = await self.send(call)
        return answers.interpret(
            call, result.value, reader=reader, request_id=result.request_id, status=result.status
        )

    async def send(self, call: Call) -> Result:
        """Send the call until it succeeds or must not be repeated."""
        request_id = uuid4().hex
        self._check_offer(call, request_id)
        number = 0
        while True:
            number += 1
            try:
                return await self._attempt(call, request_id, number=number)
            except LightspeedError as error:
                delay = delay_before_retry(error, attempt=number, jitter=random.random())
                if delay is None or self._too_late(error):
                    raise
            await self.sleep(delay)

    def _check_offer(self, call: Call, request_id: str) -> None:
        if offers(self.version, since=call.since):
            return
        raise NotOffered(
            f"Could not {call.doing}",
            why=f"API version {self.version} does not offer this; {call.since} is the first to",
            next_step="Configure a newer version; nothing was sent",
            request_id=request_id,
        )

    async def _attempt(self, call: Call, request_id: str, *, number: int) -> Result:
        await self._await_budget(call, request_id)
        bearer = await self.token.bearer()
        attempt = Attempt(call=call, request_id=request_id, number=number, bearer=bearer)
        try:
            return await self._once(attempt)
        except Unauthorized:
            await self.token.rejected(bearer)
            fresh = await self.token.bearer()
            if fresh == bearer:
                raise
        # A 401 was not executed, so even a write may go out once more with another token.
        await self._await_budget(call, request_id)
        return await self._once(replace(attempt, bearer=fresh))

    async def _once(self, attempt: Attempt) -> Result:
        answer = await self.transport.exchange(attempt)
        reading = budget_reading(answer)
        await self._observe(reading, attempt.request_id)
        value = answers.judge(attempt.call, answer, request_id=attempt.request_id)
        return Result(
            value=value, status=answer.status, request_id=attempt.request_id, budget=reading
        )

    async def _observe(self, reading: BudgetReading, request_id: str) -> None:
        try:
            await self.budget.observe(
                limit=reading.limit, remaining=reading.remaining, retry_at=reading.retry_at
            )
        except Exception:
            log.exception("the budget could not be corrected", extra={"request_id": request_id})

    async def _await_budget(self, call: Call, request_id: str) -> None:
        latest = None if self.scope.max_wait is None else self.clock() + self.scope.max_wait
        while (until := await self.budget.acquire(urgent=self.scope.urgent)) is not None:
            what = f"Could not {call.doing}"
            if latest is not None and until > latest:
                raise BudgetSpent(what, available_at=until, request_id=request_id)
            if self.on_wait is not None:
                self.on_wait(BudgetWait(doing=call.doing, until=until, urgent=self.scope.urgent))
            await self.sleep(max((until - self.clock()).total_seconds(), SHORTEST_WAIT_S))

    def _too_late(self, error: LightspeedError) -> bool:
        """Whether a 429 asks for more patience than the caller has."""
        if self.scope.max_wait is None or not isinstance(error, RateLimited):
            return False
        return error.retry_at - self.clock() > self.scope.max_wait
