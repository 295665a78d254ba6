"""Orders of a back office's own tables come in: each whole or not at all, each revision once.

The rules are those of order files. What differs: the back office has approved already, and what
it changes afterwards is a change of the order even when that has gone out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import structlog

from lsync.core.domain.order import EDITABLE, TRANSITIONS, OrderState, PurchaseOrder
from lsync.core.domain.order_changes import order_changes
from lsync.core.domain.problem import Problem
from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.domain.sanitise import visible
from lsync.core.domain.source_order import SourceDocument, read_document, renumbered
from lsync.core.store import orders, source_links, sync_log
from lsync.core.store.database import Database, Transaction
from lsync.core.store.orders import OPEN, stored_id
from lsync.core.store.source_links import SourceLink
from lsync.core.sync.approving import ApprovalRules
from lsync.core.sync.foreseeing import foresee
from lsync.core.sync.push_queueing import queue_push
from lsync.core.sync.source_linking import link, why_not_linked

OPERATION = "source"
CHANGEABLE = EDITABLE | OPEN
"""States in which a change of the back office is a change of the order: it goes out, or is
explained by the sync."""
LONGEST_NUMBER = 180
MOST_TOLD = 20
"""Faults of one order that are told; the rest is counted."""

log = structlog.get_logger(__name__)


class SourceOutcome(StrEnum):
    """What became of one row."""

    CREATED = "created"
    CHANGED = "changed"
    APPROVED = "approved"
    CANCELLED = "cancelled"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    """It cannot be taken as it is; the order, if there is one, was left as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one row, and the order it stands for."""

    key: str
    order_number: str
    outcome: SourceOutcome
    order: PurchaseOrder | None = None
    told: tuple[str, ...] = ()
    """Changes that were made, or why it was refused."""
    again: bool = False
    """Whether it was refused for just that at the last look, too."""


class _RefusedError(Exception):
    """The row cannot be taken as it is; ``faults`` are all of its reasons."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


async def take_in(
    database: Database,
    source: str,
    documents: Sequence[SourceDocument],
    *,
    before: Mapping[str, SourceLink],
    rules: ApprovalRules,
) -> list[Taken]:
    """Bring orders up to what the rows say, all in one transaction; each order whole or not.

    A row that says the same as last time costs one look. ``source`` names the table in lsync's
    bookkeeping, ``before`` what it said before ``documents`` were read. An order that somebody
    else changes at this moment, or that another daemon has taken since ``before``, is left out of
    the answer and of the bookkeeping: what was read of it may be old, and the next look takes it.

    Raises:
        DatabaseUnavailable: nothing of it came in.
    """
    news = _news(documents, before)
    read = {document.key: read_document(document) for document in news}
    orders_read = [read[document.key].order for document in news if not document.cancelled]
    wanted = [order for order in orders_read if order is not None]
    foreseen = await foresee(database, wanted) if wanted else {}

    async def work(tx: Transaction) -> list[Taken]:
        await source_links.lock(tx)
        known = await source_links.find_many(tx, source, [document.key for document in news])
        taking = _Taking(tx, source=source, rules=rules, now=await tx.now())
        taken = []
        for document in news:
            if _is_taken(known.get(document.key), before.get(document.key)):
                continue
            found = read[document.key]
            warnings = foreseen.get(document.number, ())
            new = found.order if found.order is not None else _RefusedError(*found.faults)
            try:
                done = await taking.take(document, known.get(document.key), new, warnings)
            except orders.OrderConflict as conflict:
                log.info("an order changed meanwhile; looking again", reason=str(conflict))
                continue
            taken.append(done)
        return taken

    done = await database.run(work, idempotent=True) if news else []
    for each in done:
        if each.outcome is SourceOutcome.REFUSED and not each.again:
            reason = visible("; ".join(each.told))
            log.error("an order of the back office stays out", order=each.order_number, why=reason)
    told = {each.key for each in done} | {document.key for document in news}
    same = [document for document in documents if document.key not in told]
    return [*done, *(_unchanged(document) for document in same)]


def _unchanged(document: SourceDocument) -> Taken:
    return Taken(key=document.key, order_number=document.number, outcome=SourceOutcome.UNCHANGED)


def _news(
    documents: Sequence[SourceDocument], known: Mapping[str, SourceLink]
) -> list[SourceDocument]:
    """Return what differs from the last time, or did not come in then; each row once."""
    found = {}
    for document in documents:
        link = known.get(document.key)
        if link is None or link.faults or link.digest != document.digest:
            found[document.key] = document
    return list(found.values())


def _is_taken(now: SourceLink | None, before: SourceLink | None) -> bool:
    """Whether another daemon has taken the row in since."""
    if now is None or before is None:
        return now is not before
    return (now, now.seen_at) != (before, before.seen_at)


class _Taking:
    """One transaction's work on the rows of one source."""

    def __init__(
        self, tx: Transaction, *, source: str, rules: ApprovalRules, now: datetime
    ) -> None:
        self._tx = tx
        self._source = source
        self._rules = rules
        self._now = now

    async def take(
        self,
        document: SourceDocument,
        link: SourceLink | None,
        new: PurchaseOrder | _RefusedError,
        warnings: Iterable[Problem],
    ) -> Taken:
        order: PurchaseOrder | None = None
        try:
            order = await self._order(document, link)
            if document.cancelled:
                taken = await self._cancel(document, order)
            elif isinstance(new, _RefusedError):
                raise new
            elif order is None:
                taken = await self._create(document, new)
            else:
                taken = await self._change(document, order, new, linked=link is not None)
        except _RefusedError as refused:
            told = _shortened(refused.faults)
            taken = Taken(
                key=document.key,
                order_number=document.number,
                outcome=SourceOutcome.REFUSED,
                order=order,
                told=told,
                again=link is not None and link.faults == told,
            )
        await self._remember(document, link, taken)
        await self._tell(taken, list(warnings))
        return taken

    async def _order(
        self, document: SourceDocument, link: SourceLink | None
    ) -> PurchaseOrder | None:
        """Return the order that the row stands for; None if there is none yet."""
        if link is not None and link.order_id is not None:
            order = await orders.find_by_id(self._tx, link.order_id)
            if order is not None and order.order_number != document.number:
                raise _RefusedError(
                    f"its number was changed to {visible(document.number) or 'nothing'}; an "
                    f"order keeps its number. Change it back to {visible(order.order_number)}, "
                    "or cancel this one and enter another"
                )
            return order
        order = await self._of_number(document.number)
        if order is None:
            return None
        holder = await source_links.holder(self._tx, self._source, order_id=stored_id(order))
        if holder is not None and holder != document.key:
            raise _RefusedError(
                f"the row with id {visible(holder)} has the same order number; give one of them "
                "another number, or cancel it"
            )
        return order

    async def _of_number(self, number: str) -> PurchaseOrder | None:
        """Return the order of that number; what cannot be one is not asked for."""
        try:
            number.encode()
        except UnicodeEncodeError:
            return None
        known = number and len(number) <= LONGEST_NUMBER
        return await orders.find(self._tx, number) if known else None

    async def _create(self, document: SourceDocument, new: PurchaseOrder) -> Taken:
        if document.linked is not None:
            await self._refuse_shared(document.linked)
        approved = replace(new, state=OrderState.APPROVED, approved_at=self._now)
        order = await orders.insert(self._tx, approved, now=self._now)
        if document.linked is not None:
            await self._link(order, document.linked)
        else:
            await self._queue(order)
        return self._taken(document, order, SourceOutcome.CREATED)

    async def _change(
        self, document: SourceDocument, order: PurchaseOrder, new: PurchaseOrder, *, linked: bool
    ) -> Taken:
        if order.state is OrderState.CANCELLED:
            raise _RefusedError("it was cancelled here; enter it anew under another number")
        wanted = renumbered(order, new)
        changes = order_changes(order, wanted)
        if changes and order.state not in CHANGEABLE:
            raise _RefusedError(f"it is {order.state} here and was left as it is", *changes)
        adopted = None if linked or order.consignment_id is not None else document.linked
        if adopted is not None:
            await self._refuse_shared(adopted)
        changed = order
        if changes:
            changed = await orders.replace(
                self._tx, order, new=wanted, now=self._now, states=CHANGEABLE
            )
        if OrderState.APPROVED not in TRANSITIONS[order.state]:
            outcome = SourceOutcome.CHANGED if changes else SourceOutcome.UNCHANGED
            return self._taken(document, changed, outcome, changes)
        changed = await orders.set_state(
            self._tx, changed, state=OrderState.APPROVED, now=self._now
        )
        if adopted is not None:
            await self._link(changed, adopted)
        else:
            await self._queue(changed)
        return self._taken(document, changed, SourceOutcome.APPROVED, changes)

    async def _cancel(self, document: SourceDocument, order: PurchaseOrder | None) -> Taken:
        if order is None or order.state is OrderState.CANCELLED:
            return self._taken(document, order, SourceOutcome.UNCHANGED)
        if OrderState.CANCELLED not in TRANSITIONS[order.state]:
            raise _RefusedError(f"it is {order.state} here and cannot be cancelled any more")
        cancelled = await orders.set_state(
            self._tx, order, state=OrderState.CANCELLED, now=self._now
        )
        return self._taken(document, cancelled, SourceOutcome.CANCELLED)

    async def _refuse_shared(self, consignment_id: str) -> None:
        fault = await why_not_linked(self._tx, consignment_id)
        if fault is not None:
            raise _RefusedError(fault)

    async def _link(self, order: PurchaseOrder, consignment_id: str) -> None:
        attempts = self._rules.max_attempts
        await link(self._tx, order, consignment_id, max_attempts=attempts, now=self._now)

    async def _queue(self, order: PurchaseOrder) -> None:
        if self._rules.auto_queue and not order.held:
            await queue_push(self._tx, order, max_attempts=self._rules.max_attempts)

    def _taken(
        self,
        document: SourceDocument,
        order: PurchaseOrder | None,
        outcome: SourceOutcome,
        told: tuple[str, ...] = (),
    ) -> Taken:
        return Taken(
            key=document.key,
            order_number=document.number,
            outcome=outcome,
            order=order,
            told=told,
        )

    async def _remember(
        self, document: SourceDocument, link: SourceLink | None, taken: Taken
    ) -> None:
        if document.cancelled and link is None and taken.order is None:
            return  # it was never ours, and never will be
        refused = taken.outcome is SourceOutcome.REFUSED
        order_id = link.order_id if link is not None else None
        if taken.order is not None and not refused:
            order_id = stored_id(taken.order)
        seen = SourceLink(
            key=document.key,
            order_number=_short(document.number),
            digest=document.digest,
            order_id=order_id,
            faults=taken.told if refused else (),
        )
        if seen != link:
            await source_links.put(self._tx, self._source, seen, now=self._now)

    async def _tell(self, taken: Taken, warnings: Sequence[Problem]) -> None:
        """Write down what happened; the same refusal is told once."""
        refused = taken.outcome is SourceOutcome.REFUSED
        if taken.outcome is SourceOutcome.UNCHANGED or taken.again:
            return
        status = LogStatus.WARNING if warnings else LogStatus.OK
        detail: dict[str, object] = {"row": taken.key}
        if taken.told:
            detail["problems" if refused else "changes"] = list(taken.told)
        entry = SyncLogEntry(
            created_at=self._now,
            operation=OPERATION,
            step=taken.outcome.value,
            status=LogStatus.FAILED if refused else status,
            message=_message(taken),
            detail=detail,
            order_id=taken.order.id if taken.order else None,
            order_number=_short(taken.order_number) or None,
        )
        await sync_log.append(self._tx, entry)


def _message(taken: Taken) -> str:
    order = taken.order
    lines = len(order.lines) if order else 0
    count = f"{lines} {'line' if lines == 1 else 'lines'}"
    changes = f"{len(taken.told)} {'change' if len(taken.told) == 1 else 'changes'}"
    match taken.outcome:
        case SourceOutcome.CREATED:
            return f"approved in the back office; taken with {count}"
        case SourceOutcome.CHANGED:
            return (
                f"changed in the back office: revision {order.revision if order else 0}, {changes}"
            )
        case SourceOutcome.APPROVED:
            return "approved in the back office"
        case SourceOutcome.CANCELLED:
            return "cancelled in the back office"
        case SourceOutcome.REFUSED:
            return visible(f"not taken from the back office: {'; '.join(taken.told)}")
        case SourceOutcome.UNCHANGED:
            return "as it was"


def _short(number: str) -> str:
    """An order number that fits its column; longer ones are refused, but told."""
    return visible(number)[:LONGEST_NUMBER]


def _shortened(faults: tuple[str, ...]) -> tuple[str, ...]:
    if len(faults) <= MOST_TOLD:
        return faults
    return (*faults[:MOST_TOLD], f"and {len(faults) - MOST_TOLD} more")
