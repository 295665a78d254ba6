"""Runs pieces of work that wait for SQLite's one writer together, under one COMMIT.

A durable COMMIT costs a sync of the disk, however little it writes. Whoever gets the writer's
turn takes along everything that waits by then, and the connection's thread goes on with what
came meanwhile without asking the event loop, which is busy with those it has just answered.
Each piece stands for itself: one that fails is rolled back alone.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lsync.core.store.change import Change
from lsync.core.store.cursor import Clock, Cursor, Flush, SqliteCursor
from lsync.core.store.schema import Tables

T = TypeVar("T")

MAX_GROUP = 200
"""Pieces under one COMMIT: what the last one waits for stays within milliseconds."""


GROUPS_PER_TURN = 16
"""Groups that the thread runs before the event loop looks again whether the file is there."""


class Turn:
    """Who may write, in the order of asking. Shows whether others wait for it."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self.wanted = 0
        """How many wait. Another thread may look at it."""

    async def __aenter__(self) -> None:
        self.wanted += 1
        try:
            await self._lock.acquire()
        finally:
            self.wanted -= 1

    async def __aexit__(self, *_: object) -> None:
        self._lock.release()


@dataclass(slots=True, kw_only=True, eq=False)
class Piece:
    """One piece of work, and what has become of it once the group is through."""

    work: Callable[[Cursor], Any]
    tables: Tables
    clock: Clock | None
    durable: bool
    settled: asyncio.Future[Any]
    tell: Callable[[Iterable[Change]], None]
    value: Any = None
    error: Exception | None = None
    changes: dict[Change, None] = field(default_factory=dict)

    def settle(self) -> None:
        """Say that the group is committed."""
        if self.error is not None:
            self.fail(self.error)
            return
        self.tell(self.changes)
        if not self.settled.done():
            self.settled.set_result(self.value)

    def fail(self, error: Exception) -> None:
        """Say that nothing was kept."""
        if not self.settled.done():
            self.settled.set_exception(error)


def run_groups(connection: sqlite3.Connection, groups: "Groups") -> None:
    """Run one group after the other until nothing waits; runs on the connection's thread.

    Raises:
        sqlite3.Error: the last group that was taken failed as a whole.
    """
    while pieces := groups.take():
        run_group(connection, pieces)


def run_group(connection: sqlite3.Connection, pieces: Sequence[Piece]) -> None:
    """Run ``pieces`` and commit them; runs on the connection's thread.

    Raises:
        sqlite3.Error: the transaction as a whole failed; nothing of any piece was kept.
    """
    durable = any(piece.durable for piece in pieces)
    if not durable:
        connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        if len(pieces) == 1:
            _run_alone(connection, pieces[0])
        else:
            for piece in pieces:
                _run_piece(connection, piece)
            connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    finally:
        if not durable:
            connection.execute("PRAGMA synchronous=FULL")


def _run_alone(connection: sqlite3.Connection, piece: Piece) -> None:
    """Nobody else's work has to be kept if this one fails: it needs no savepoint."""
    if _succeeds(connection, piece):
        connection.execute("COMMIT")
    else:
        connection.execute("ROLLBACK")


def _run_piece(connection: sqlite3.Connection, piece: Piece) -> None:
    connection.execute("SAVEPOINT piece")
    if not _succeeds(connection, piece):
        connection.execute("ROLLBACK TO piece")
    connection.execute("RELEASE piece")


def _succeeds(connection: sqlite3.Connection, piece: Piece) -> bool:
    gathered: dict[str, Flush] = {}
    cursor = SqliteCursor(
        connection,
        tables=piece.tables,
        changes=piece.changes,
        gathered=gathered,
        clock=piece.clock,
    )
    try:
        piece.value = piece.work(cursor)
        for flush in gathered.values():
            flush.flush(cursor)
    except Exception as error:
        if not connection.in_transaction:
            raise
        piece.error = error
        piece.changes.clear()
    return piece.error is None


class Groups:
    """What waits for the writer: gathered on the event loop, taken on the connection's thread."""

    def __init__(self, waiting: deque[Piece], *, turn: Turn) -> None:
        self._waiting = waiting
        self.under_way: list[Piece] = []
        """The last group that was taken; nobody has been told yet what became of it."""
        self._turn = turn
        self._left = GROUPS_PER_TURN
        self._loop = asyncio.get_running_loop()

    def take(self) -> list[Piece]:
        """Give the next group once the one before is committed; none if others want the turn.

        One with a piece that failed is left to the event loop, which can put the error in words.
        """
        done = self.under_way
        if done and (self._turn.wanted or not self._left or any(piece.error for piece in done)):
            return []
        following = self._pop()
        if following:
            self._left -= 1
            self.under_way = following
            if done:
                self._loop.call_soon_threadsafe(settle, done)
        return following

    def _pop(self) -> list[Piece]:
        popped = [self._waiting.popleft() for _ in range(min(MAX_GROUP, len(self._waiting)))]
        return [piece for piece in popped if not piece.settled.cancelled()]


def settle(pieces: Iterable[Piece]) -> None:
    """Say that ``pieces`` are committed."""
    for piece in pieces:
        piece.settle()


class GroupCommit:
    """Gathers pieces and runs them in the writer's turn."""

    def __init__(self, *, turn: Turn, run: Callable[[Groups], Awaitable[None]]) -> None:
        """``run`` lets `run_groups` take what waits, on the connection's thread."""
        self._turn = turn
        self._run = run
        self._waiting: deque[Piece] = deque()
        self._leader: asyncio.Task[None] | None = None

    async def perform(
        self,
        work: Callable[[Cursor], T],
        *,
        tables: Tables,
        clock: Clock | None,
        durable: bool,
        tell: Callable[[Iterable[Change]], None],
    ) -> T:
        """Run ``work`` and return after its COMMIT; ``tell`` its changes.

        Unless ``durable`` the COMMIT survives the end of the process, but a power cut only
        once a later one is durable.

        A caller that is cancelled meanwhile does not undo it.

        Raises:
            DatabaseUnavailable: the transaction failed; nothing was kept.
            Exception: whatever ``work`` raised; nothing of it was kept.
        """
        settled: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(
            Piece(
                work=work,
                tables=tables,
                clock=clock,
                durable=durable,
                settled=settled,
                tell=tell,
            )
        )
        if self._leader is None or self._leader.done():
            self._leader = asyncio.create_task(self._lead())
        return await settled

    async def aclose(self) -> None:
        """Wait for what is under way."""
        if self._leader is not None:
            await self._leader

    async def _lead(self) -> None:
        while self._waiting:
            async with self._turn:
                await self._perform(Groups(self._waiting, turn=self._turn))

    async def _perform(self, groups: Groups) -> None:
        try:
            await self._run(groups)
        except Exception as error:  # noqa: BLE001 - those who wait get it
            for piece in groups.under_way or groups.take():
                piece.fail(error)
        else:
            settle(groups.under_way)
