"""Import of order files: each order whole or not at all, and the same file twice changes nothing.

Reading the file is the domain's; here its orders meet those that are already known.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from lsync.core.domain.order import AMENDABLE, EDITABLE, PurchaseOrder
from lsync.core.domain.order_changes import order_changes
from lsync.core.domain.order_file import (
    DecimalMark,
    FileProblem,
    FileProblemKind,
    ParsedFile,
    parse_order_file,
)
from lsync.core.domain.problem import Problem
from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.domain.source_order import renumbered
from lsync.core.store import orders, sync_log
from lsync.core.store.database import Database, Transaction
from lsync.core.sync.foreseeing import foresee

CHUNK = 50
"""Orders per transaction: a large file does not keep other writers waiting."""


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
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What became of a file. ``problems`` are those that belong to no order."""

    filename: str
    dry_run: bool = False
    orders: tuple[ImportedOrder, ...] = ()
    problems: tuple[FileProblem, ...] = field(default=())

    @property
    def complete(self) -> bool:
        """Whether everything in the file came in."""
        stayed_out = {ImportOutcome.REFUSED, ImportOutcome.KEPT}
        return not any(order.outcome in stayed_out for order in self.orders) and all(
            problem.kind is FileProblemKind.NOTICE for problem in self.problems
        )


async def import_file(
    database: Database,
    content: bytes,
    *,
    filename: str,
    decimal: DecimalMark = DecimalMark.POINT,
    encoding: str | None = None,
    columns: Mapping[str, str] = MappingProxyType({}),
    sent: bool = False,
    dry_run: bool = False,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ImportResult:
    """Bring the orders of a file in as drafts, or replace those that may still change.

    With ``sent`` these are also the submitted ones: their differences go out to Lightspeed.

    ``encoding`` and ``columns`` say how the file is written, as ``parse_order_file`` has it.
    With ``dry_run`` nothing is written. ``on_progress`` hears how many orders are done, and of
    how many. Orders come in chunk by chunk; whatever interrupts it,
    each is in whole or not at all, and importing the file again brings the rest.

    Raises:
        DatabaseUnavailable: the database cannot be used; orders already reported are in.
    """
    parsed = await asyncio.to_thread(
        parse_order_file,
        content,
        filename=filename,
        decimal=decimal,
        encoding=encoding,
        columns=columns,
    )
    imported: list[ImportedOrder] = []
    for start in range(0, len(parsed.orders), CHUNK):
        on_progress(start, len(parsed.orders))
        chunk = parsed.orders[start : start + CHUNK]
        imported += await _import(database, chunk, sent=sent, dry_run=dry_run)
    return ImportResult(
        filename=filename,
        dry_run=dry_run,
        orders=(*imported, *_refused(parsed)),
        problems=parsed.general,
    )


def _refused(parsed: ParsedFile) -> Iterable[ImportedOrder]:
    for number, problems in parsed.refused.items():
        yield ImportedOrder(order_number=number, outcome=ImportOutcome.REFUSED, problems=problems)


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
