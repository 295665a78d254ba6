"""The call budget that all daemons and commands share: a log of the calls of the last 300 s.

A token bucket would let twice the limit through in one window. ``StoredBudget`` has the shape
of the X-Series client's ``Budget`` port, which is made of builtins.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import bindparam, delete, func, insert, select, update

from lsync.core.store.change import Dialect
from lsync.core.store.cursor import Cursor, Prepared
from lsync.core.store.database import Database
from lsync.core.store.schema import Tables
from lsync.core.store.transaction import Transaction
from lsync.core.store.upsert import upsert

HELD = timedelta(seconds=305)
"""How long a call counts: Lightspeed's window of 300 s (D:rate_limiting) and 5 s for the way."""

RESERVE = 0.03
"""Share of the limit that only urgent calls may use: what a person asks for, ten calls of 350."""

HIGHEST_LIMIT = 1_000_000

Call = tuple[datetime, int]
"""When calls were sent, and how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetState:
    """Calls per window, used and left; ``available_at`` is set when none may be sent now."""

    limit: int
    used: int
    remaining: int
    available_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    limit: int
    sent: Sequence[Call]
    blocked_until: datetime | None

    @property
    def used(self) -> int:
        return sum(calls for _, calls in self.sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Usage:
    """What one look shows without the times of the single calls."""

    limit: int
    used: int
    blocked_until: datetime | None

    def is_open(self, now: datetime) -> bool:
        return self.blocked_until is None or now >= self.blocked_until

    def is_contradicted(self, *, limit: int | None, remaining: int | None) -> bool:
        """Whether an answer's headers name another limit, or calls that are not counted here."""
        known = limit if _plausible(limit) else self.limit
        return known != self.limit or _unseen(limit=known, remaining=remaining, used=self.used) > 0


class StoredBudget:
    """The budget of one shop, kept in the database; times are the database's."""

    def __init__(self, database: Database, *, limit: int, reserve: float = RESERVE) -> None:
        """``limit`` counts until Lightspeed or ``set_limit`` says otherwise."""
        if not 1 <= limit <= HIGHEST_LIMIT or not 0 <= reserve < 1:
            raise ValueError("the budget needs a positive limit and a reserve below 1")
        self._database = database
        self._limit = limit
        self._reserve = reserve
        self._last_seen: _Usage | None = None

    async def acquire(self, *, calls: int = 1, urgent: bool = False) -> datetime | None:
        """None: go ahead, the calls are counted. Otherwise: ask again at that time (aware UTC).

        Raises:
            ValueError: that many calls can never be admitted.
        """

        def work(cursor: Cursor) -> datetime | _Usage:
            now = self._lock_step(cursor)
            usage = self._usage_step(cursor, now=now)
            allowed = _allowance(usage.limit, urgent=urgent, reserve=self._reserve)
            if usage.used + calls > allowed or not usage.is_open(now):
                window = self._window_step(cursor, usage, now=now)
                wait_until = free_at(window, now=now, calls=calls, allowed=allowed)
                if wait_until is not None:
                    return wait_until
            cursor.run(_statements(cursor.tables, cursor.dialect).count, now=now, calls=calls)
            return replace(usage, used=usage.used + calls)

        # Counting a call twice after a lost answer only makes the budget stricter. It need not
        # outlive a power cut: starting anew takes longer than the call lasts, and the headers of
        # the next answer say what was used.
        found = await self._database.call(work, idempotent=True, durable=False)
        if isinstance(found, datetime):
            return found
        self._last_seen = found
        return None

    async def observe(
        self, *, limit: int | None, remaining: int | None, retry_at: datetime | None
    ) -> None:
        """Correct the log by an answer's headers; ``retry_at`` comes with a 429."""
        if retry_at is None and not await self._is_news(limit=limit, remaining=remaining):
            return

        async def work(tx: Transaction) -> None:
            now = await self._lock(tx)
            window = await self._window(tx, now=now)
            known = limit if _plausible(limit) else window.limit
            missing = _unseen(limit=known, remaining=remaining, used=window.used)
            if missing:
                await _count(tx, now=now, calls=missing)
            blocked = max(filter(None, (retry_at, window.blocked_until)), default=None)
            state = tx.tables.budget_state
            values = {"remaining": remaining, "observed_at": now, "blocked_until": blocked}
            await tx.execute(update(state).values(call_limit=known, **values))

        await self._database.run(work, idempotent=True)

    async def set_limit(self, limit: int) -> None:
        """Take over the limit that follows from the shop's number of registers."""
        if not _plausible(limit):
            raise ValueError("the budget needs a positive limit")

        async def work(tx: Transaction) -> None:
            now = await self._lock(tx)
            state = tx.tables.budget_state
            await tx.execute(update(state).values(call_limit=limit, observed_at=now))

        await self._database.run(work, idempotent=True)

    async def state(self) -> BudgetState:
        """Return how the budget stands. Changes nothing."""
        async with self._database.read() as tx:
            now = await tx.now()
            window = await self._window(tx, now=now)
        left = max(window.limit - window.used, 0)
        wait_until = free_at(window, now=now, calls=1, allowed=window.limit)
        return BudgetState(
            limit=window.limit,
            used=window.used,
            remaining=0 if wait_until else left,
            available_at=wait_until,
        )

    async def forecast(self, calls: int) -> datetime:
        """Return when the last of ``calls`` more calls can be sent, if nobody else sends any.

        Reckons without the reserve that is kept for urgent calls.
        """
        async with self._database.read() as tx:
            now = await tx.now()
            window = await self._window(tx, now=now)
        return last_sent(
            window,
            now=now,
            calls=calls,
            allowed=_allowance(window.limit, urgent=False, reserve=self._reserve),
        )

    async def _is_news(self, *, limit: int | None, remaining: int | None) -> bool:
        """Most answers say what was known when their call was admitted; those cost nothing.

        A call that Lightspeed alone has counted is seen an answer later at worst: when others
        have left the window since.
        """
        seen = self._last_seen
        if seen is not None and not seen.is_contradicted(limit=limit, remaining=remaining):
            return False
        async with self._database.read() as tx:
            window = await self._window(tx, now=await tx.now())
        known = _Usage(limit=window.limit, used=window.used, blocked_until=window.blocked_until)
        return known.is_contradicted(limit=limit, remaining=remaining)

    async def _lock(self, tx: Transaction) -> datetime:
        """Let one transaction at a time decide; forget calls that no longer count."""
        state, log = tx.tables.budget_state, tx.tables.budget_calls
        await upsert(tx, state, [{"id": 1, "call_limit": self._limit}], keep=("call_limit",))
        await tx.execute(select(state.c.id).where(state.c.id == 1).with_for_update())
        now = await tx.now()
        await tx.execute(delete(log).where(log.c.called_at <= now - HELD))
        return now

    def _lock_step(self, cursor: Cursor) -> datetime:
        """The same within a piece of work that runs as a whole."""
        statements = _statements(cursor.tables, cursor.dialect)
        if not cursor.run(statements.lock).rows:
            cursor.run(statements.begin, limit=self._limit)
            cursor.run(statements.lock)
        now = cursor.now()
        cursor.run(statements.forget, until=now - HELD)
        return now

    def _usage_step(self, cursor: Cursor, *, now: datetime) -> _Usage:
        statements = _statements(cursor.tables, cursor.dialect)
        limit, observed_at, blocked_until = cursor.run(statements.state).rows[0]
        return _Usage(
            limit=self._limit if observed_at is None else limit,
            used=int(cursor.run(statements.used, since=now - HELD).rows[0][0]),
            blocked_until=blocked_until,
        )

    def _window_step(self, cursor: Cursor, usage: _Usage, *, now: datetime) -> _Window:
        sent = cursor.run(_statements(cursor.tables, cursor.dialect).sent, since=now - HELD).rows
        return _Window(
            limit=usage.limit,
            sent=[(at, calls) for at, calls in sent],
            blocked_until=usage.blocked_until,
        )

    async def _window(self, tx: Transaction, *, now: datetime) -> _Window:
        state, log = tx.tables.budget_state, tx.tables.budget_calls
        row = (await tx.execute(select(state).where(state.c.id == 1))).first()
        calls = select(log).where(log.c.called_at > now - HELD).order_by(log.c.called_at)
        sent = [(found.called_at, found.calls) for found in await tx.execute(calls)]
        observed = row is not None and row.observed_at is not None
        return _Window(
            limit=row.call_limit if row is not None and observed else self._limit,
            sent=sent,
            blocked_until=None if row is None else row.blocked_until,
        )


class _Statements:
    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        state, log = tables.budget_state, tables.budget_calls
        only = state.c.id == 1
        self.lock = Prepared(select(state.c.id).where(only).with_for_update())
        once = insert(state).prefix_with("OR IGNORE" if dialect == "sqlite" else "IGNORE")
        self.begin = Prepared(once.values(id=1, call_limit=bindparam("limit")))
        self.forget = Prepared(delete(log).where(log.c.called_at <= bindparam("until")))
        self.state = Prepared(
            select(state.c.call_limit, state.c.observed_at, state.c.blocked_until).where(only)
        )
        since = log.c.called_at > bindparam("since")
        self.used = Prepared(select(func.coalesce(func.sum(log.c.calls), 0)).where(since))
        self.sent = Prepared(
            select(log.c.called_at, log.c.calls).where(since).order_by(log.c.called_at)
        )
        self.count = Prepared(
            insert(log).values(called_at=bindparam("now"), calls=bindparam("calls"))
        )


@cache
def _statements(tables: Tables, dialect: Dialect) -> _Statements:
    return _Statements(tables, dialect)


async def _count(tx: Transaction, *, now: datetime, calls: int) -> None:
    await tx.execute(insert(tx.tables.budget_calls).values(called_at=now, calls=calls))


def free_at(window: _Window, *, now: datetime, calls: int, allowed: int) -> datetime | None:
    """Return None if ``calls`` more fit now; otherwise when they will.

    Raises:
        ValueError: they never will.
    """
    if calls > allowed:
        raise ValueError(f"{calls} calls at once never fit a budget of {allowed}")
    if window.blocked_until is not None and now < window.blocked_until:
        return window.blocked_until
    excess = window.used + calls - allowed
    for sent_at, number in window.sent:
        if excess <= 0:
            break
        excess -= number
        if excess <= 0:
            return sent_at + HELD
    return None


def last_sent(window: _Window, *, now: datetime, calls: int, allowed: int) -> datetime:
    """Return when the last of ``calls`` more calls can be sent: as many at once as are free."""
    at = max(now, window.blocked_until or now)
    sent = list(window.sent)
    while calls > 0:
        counting = [(when, number) for when, number in sent if when > at - HELD]
        free = max(allowed - sum(number for _, number in counting), 0)
        taken = min(free, calls)
        if taken:
            sent.append((at, taken))
            calls -= taken
        if calls:
            at = min((when for when, _ in counting), default=at) + HELD
    return at


def _allowance(limit: int, *, urgent: bool, reserve: float) -> int:
    return limit if urgent else max(limit - int(limit * reserve), 1)


def _plausible(limit: int | None) -> bool:
    return limit is not None and 1 <= limit <= HIGHEST_LIMIT


def _unseen(*, limit: int | None, remaining: int | None, used: int) -> int:
    """Calls that Lightspeed counted and we did not: another program of the same application."""
    if remaining is None or limit is None:
        return 0
    return max(limit - remaining - used, 0)
