"""Import of order files: each order whole or not at all, and the same file twice changes nothing.

Reading the file is the domain's; here its orders meet those that are already known.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, TypeVar

from lsync.core.domain.order import AMENDABLE, EDITABLE, PurchaseOrder
from lsync.core.domain.order_changes import order_changes
from lsync.core.domain.order_file import (
    DecimalMark,
    FileProblem,
    FileProblemKind,
    Reading,
    Refusal,
    UnreadableFileError,
    read,
    read_rows,
)
from lsync.core.domain.problem import Problem
from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.domain.source_order import renumbered
from lsync.core.store import orders, sync_log
from lsync.core.store.database import Database, Transaction
from lsync.core.sync.foreseeing import foresee
from lsync.core.sync.staging import StagedRows

Done = TypeVar("Done")

CHUNK = 50
"""Orders per transaction: a large file does not keep other writers waiting."""

CHUNK_LINES = 1000
"""A transaction ends with the order that brings its lines to this many."""


class ImportOutcome(StrEnum):
    """What became of one order of a file."""

    CREATED = "created"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    """A row of it cannot be read."""
    KEPT = "kept"
    """It was sent or cancelled and may no longer be changed; it was left as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedOrder:
    """One order of the file: what became of it, how it differs, what its sync will say."""

    order_number: str
    outcome: ImportOutcome
    lines: int = 0
    changes: tuple[str, ...] = ()
    problems: tuple[FileProblem, ...] = ()
    wrong_rows: int = 0
    """Its rows that keep it out."""
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForm:
    """How a file is written, as ``order_file.read_rows`` has it."""

    filename: str
    decimal: DecimalMark = DecimalMark.POINT
    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


class ImportStopped(Exception):  # noqa: N818 - it was asked for, and is no error
    """An import ended between two orders because it was asked to."""


Imported = ImportedOrder | FileProblem
"""What became of an order, or a problem that belongs to none."""


async def import_file(
    database: Database,
    file: IO[bytes],
    *,
    form: FileForm,
    directory: Path,
    sent: bool = False,
    dry_run: bool = False,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    stopping: Callable[[], bool] = lambda: False,
) -> AsyncGenerator[Imported, None]:
    """Bring the orders of a file in as drafts, or replace those that may still change.

    Yields what became of each order, those that stayed out for their rows last, and behind them
    the problems that belong to no order. With ``sent`` these are also the submitted ones: their
    differences go out to Lightspeed. With ``dry_run`` nothing is written.

    The file is read to its end first, and its rows are set aside in ``directory``. Then orders
    come in chunk by chunk; whatever interrupts it, each is in whole or not at all, and importing
    the file again brings the rest. ``on_progress`` hears how many orders are done, and of how
    many. Memory holds one chunk, however long the file is.

    ``stopping`` is asked at every row and before every chunk.

    Raises:
        ImportStopped: ``stopping`` said so; orders already yielded are in.
        DatabaseUnavailable: the database cannot be used; orders already yielded are in.
        OSError, sqlite3.Error: there is no room in ``directory``.
    """
    with closing(await asyncio.to_thread(StagedRows.open, directory)) as staged:
        try:
            notices = await _in_thread(partial(_stage, staged, file, form, stopping=stopping))
        except UnreadableFileError as error:
            yield FileProblem(message=str(error), kind=FileProblemKind.FILE, line=error.line)
            return
        done = 0
        with closing(staged.batches(most_orders=CHUNK, most_lines=CHUNK_LINES)) as batches:
            on_progress(done, staged.orders)
            while (batch := await _in_thread(partial(next, batches, None))) is not None:
                if stopping():
                    raise ImportStopped
                imported = await _import(database, batch.orders, sent=sent, dry_run=dry_run)
                done += len(batch.orders) + batch.refused
                on_progress(done, staged.orders)
                for each in imported:
                    yield each
        with closing(staged.refused()) as refused:
            for refusal in refused:
                yield _refused(refusal)
        with closing(staged.stray_problems()) as strays:
            for problem in chain(strays, notices):
                yield problem


async def _in_thread(work: Callable[[], Done]) -> Done:
    """Run in a thread; who is cancelled meanwhile waits for it, as it uses the rows set aside."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.gather(running, return_exceptions=True)
        raise


def _stage(
    staged: StagedRows, file: IO[bytes], form: FileForm, *, stopping: Callable[[], bool]
) -> list[FileProblem]:
    """Set the rows of a file aside and return the notices about its columns.

    Raises:
        UnreadableFileError: nothing of the file can be used.
        ImportStopped: it is not wanted any more.
    """
    notices: list[FileProblem] = []

    def readings() -> Iterator[Reading]:
        place = 0
        for found in read_rows(
            file, filename=form.filename, encoding=form.encoding, columns=form.columns
        ):
            if stopping():
                raise ImportStopped
            if isinstance(found, FileProblem):
                notices.append(found)
                continue
            yield read(found, place=place, decimal=form.decimal)
            place += 1

    staged.fill(readings())
    return notices


def _refused(refusal: Refusal) -> ImportedOrder:
    return ImportedOrder(
        order_number=str(refusal.problems[0].order_number),
        outcome=ImportOutcome.REFUSED,
        problems=refusal.problems,
        wrong_rows=refusal.rows,
    )


async def _import(
    database: Database, chunk: Sequence[PurchaseOrder], *, sent: bool, dry_run: bool
) -> list[ImportedOrder]:
    foreseen = await foresee(database, chunk)

    async def work(tx: Transaction) -> list[ImportedOrder]:
        known = await orders.find_many(tx, [order.order_number for order in chunk])
        imported = []
        for each in chunk:
            old = known.get(each.order_number)
            order = each if old is None or old.state in EDITABLE else renumbered(old, each)
            warnings = foreseen.get(order.order_number, ())
            decided = _decide(old, order, warnings, sent=sent)
            if not dry_run:
                decided = await _write(tx, old, order, decided)
            imported.append(decided)
        return imported

    if dry_run:
        async with database.read() as tx:
            return await work(tx)
    return await database.run(work, idempotent=True)


def _decide(
    old: PurchaseOrder | None, new: PurchaseOrder, warnings: tuple[Problem, ...], *, sent: bool
) -> ImportedOrder:
    changes = () if old is None else order_changes(old, new)
    if old is None:
        outcome = ImportOutcome.CREATED
    elif not changes:
        outcome = ImportOutcome.UNCHANGED
    else:
        changeable = old.state in (AMENDABLE if sent else EDITABLE)
        outcome = ImportOutcome.REPLACED if changeable else ImportOutcome.KEPT
    return ImportedOrder(
        order_number=new.order_number,
        outcome=outcome,
        lines=len(new.lines),
        changes=changes,
        problems=_problem(new, _left(old)) if old and outcome is ImportOutcome.KEPT else (),
        warnings=warnings,
    )


def _left(old: PurchaseOrder) -> str:
    left = f"it is {old.state.replace('_', ' ')} and was left as it is"
    if old.state not in AMENDABLE:
        return left
    return f"{left}; --sent changes it here and in Lightspeed"


def _problem(order: PurchaseOrder, message: str) -> tuple[FileProblem, ...]:
    return (FileProblem(message=message, order_number=order.order_number),)


async def _write(
    tx: Transaction, old: PurchaseOrder | None, new: PurchaseOrder, decided: ImportedOrder
) -> ImportedOrder:
    """Carry out what was decided; somebody else's change in between leaves the order alone."""
    now = await tx.now()
    try:
        if decided.outcome is ImportOutcome.CREATED:
            stored = await orders.insert(tx, new, now=now)
        elif decided.outcome is ImportOutcome.REPLACED and old is not None:
            stored = await orders.replace(tx, old, new=new, now=now, states=AMENDABLE)
        else:
            return decided
    except orders.OrderConflict as error:
        return ImportedOrder(
            order_number=new.order_number,
            outcome=ImportOutcome.KEPT,
            lines=decided.lines,
            changes=decided.changes,
            problems=_problem(new, str(error)),
        )
    entry = SyncLogEntry(
        created_at=now,
        operation="import",
        step=decided.outcome.value,
        status=LogStatus.WARNING if decided.warnings else LogStatus.OK,
        message=_message(stored, decided),
        detail={"changes": list(decided.changes)} if decided.changes else None,
        order_id=stored.id,
        order_number=stored.order_number,
    )
    await sync_log.append(tx, entry)
    return decided


def _message(order: PurchaseOrder, decided: ImportedOrder) -> str:
    count = f"{len(order.lines)} {'line' if len(order.lines) == 1 else 'lines'}"
    if decided.outcome is ImportOutcome.CREATED:
        return f"imported with {count}"
    return f"replaced by revision {order.revision} with {count}"
