"""Runs pieces of work that wait for SQLite's one writer together, under one COMMIT.

A durable COMMIT costs a sync of the disk, however little it writes. Whoever gets the writer's
turn takes along everything that waits by then. Each piece stands for itself: one that fails is
rolled back alone.
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


def _run_piece(connection: sqlite3.Connection, piece: Piece) -> None:
    gathered: dict[str, Flush] = {}
    cursor = SqliteCursor(
        connection,
        tables=piece.tables,
        changes=piece.changes,
        gathered=gathered,
        clock=piece.clock,
    )
    connection.execute("SAVEPOINT piece")
    try:
        piece.value = piece.work(cursor)
        for flush in gathered.values():
            flush.flush(cursor)
    except Exception as error:
        if not connection.in_transaction:
            raise
        connection.execute("ROLLBACK TO piece")
        piece.error = error
        piece.changes.clear()
    connection.execute("RELEASE piece")


class GroupCommit:
    """Gathers pieces and runs them in the writer's turn."""

    def __init__(
        self,
        *,
        turn: asyncio.Lock,
        run: Callable[[Sequence[Piece]], Awaitable[None]],
    ) -> None:
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
                group = [self._waiting.popleft() for _ in range(min(MAX_GROUP, len(self._waiting)))]
                await self._perform([piece for piece in group if not piece.settled.cancelled()])

    async def _perform(self, group: list[Piece]) -> None:
        try:
            await self._run(group)
        except Exception as error:  # noqa: BLE001 - those who wait get it
            for piece in group:
                piece.fail(error)
        else:
            for piece in group:
                piece.settle()
