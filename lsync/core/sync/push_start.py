"""What has to be true before the first write of a push: preflight, watermark, armed push."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from lsync.core.domain.order import OrderState, PurchaseOrder, SyncState
from lsync.core.domain.outcome import Cancelled, Dead, Outcome, Snooze
from lsync.core.domain.preflight import Preflight, ResolvedOrder, preflight
from lsync.core.domain.push import WHOLE, Header, Push, Step
from lsync.core.domain.records import LogStatus
from lsync.core.domain.reference import reference_of
from lsync.core.domain.remote_change import WrittenLine
from lsync.core.domain.sanitise import visible
from lsync.core.lightspeed import ConsignmentDraft
from lsync.core.store import consignments, orders, pushes, written_lines
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id
from lsync.core.store.pushes import PushRecord
from lsync.core.sync.catalogue import facts_about
from lsync.core.sync.engine import Engine
from lsync.core.sync.journal import Journal
from lsync.core.sync.said import Said
from lsync.core.sync.watermark import known_watermark, watermark

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPush:
    """A push and the row it is kept in; saving is guarded by what the row was read as."""

    push: Push
    row: PushRecord

    async def save(
        self, tx: Transaction, push: Push, *, now: datetime, fence: bool = False
    ) -> "StoredPush":
        """Keep ``push``; costs nothing if nothing changed, unless ``fence`` shuts others out.

        Raises:
            StalePush: another worker has moved it on.
        """
        if push == self.push and not fence:
            return self
        row = await pushes.advance(
            tx,
            self.row,
            step=push.step.value,
            now=now,
            revision=push.revision,
            uncertain_since=push.uncertain_since,
            looks=push.looks,
            consignment_id=push.consignment_id,
        )
        return StoredPush(push=push, row=row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An order that may be written.

    ``unwritten``: Lightspeed was not shown this revision yet. ``ours`` are the products of the
    lines lsync has written; ``base`` is given if an earlier revision was shown to be there, and
    ``cut_short`` tells of an edit that did not end (see ``Situation``); ``header`` is given if it
    changed since the consignment was made.
    """

    order: PurchaseOrder
    resolved: ResolvedOrder
    push: StoredPush
    draft: ConsignmentDraft
    unwritten: bool
    ours: frozenset[str]
    base: Mapping[str, WrittenLine] | None
    cut_short: bool
    header: Header | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyThere:
    """Lightspeed was shown to hold the order as it is: there is nothing to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToWithdraw:
    """The order is cancelled here: what Lightspeed has of it is to be cancelled too."""

    order: PurchaseOrder


Beginning = Prepared | AlreadyThere | ToWithdraw | Outcome


async def prepare(
    engine: Engine, order_number: str, *, repairing: frozenset[str] | None = None
) -> Beginning:
    """Check an order and arm its push, or say why it is not pushed.

    ``repairing`` are products whose lines may be removed although lsync did not write them: a
    person has asked to make Lightspeed equal to the order.
    """
    seen = await engine.database.look(
        lambda tx: _look(tx, order_number, repairing=repairing is not None)
    )
    if not isinstance(seen, tuple):
        return seen
    order, known = seen
    facts = await facts_about(engine, order)
    highest = await watermark(engine) if known is None else known
    journal = Journal(engine, operation="push", order=order)

    async def arm(tx: Transaction) -> Prepared | Outcome:
        standing = await orders.standing(tx, stored_id(order))
        if standing is None:
            return _unknown(order_number)
        if (standing.state, standing.revision) != (order.state, order.revision):
            return Snooze(until=await tx.now(), reason="the order was changed; starting over")
        current = replace(order, held=standing.held)
        refused = _refuse(current, order_number)
        if refused is not None:
            return refused
        checked = preflight(current, facts)
        if checked.resolved is None:
            return await _block(tx, current, checked, journal)
        return await _arm(tx, current, checked.resolved, highest=highest, journal=journal)

    prepared = await engine.database.run(arm)
    if repairing is None or not isinstance(prepared, Prepared):
        return prepared
    return replace(prepared, unwritten=True, ours=prepared.ours | repairing, base=None)


async def _look(
    tx: Transaction, order_number: str, *, repairing: bool
) -> tuple[PurchaseOrder, int | None] | Beginning:
    """Return the order and the watermark, if there is one, or why it is not pushed."""
    order = await orders.find(tx, order_number)
    refusal = _refuse(order, order_number)
    if refusal is not None or order is None:
        return refusal or _unknown(order_number)
    if order.state is OrderState.CANCELLED:
        return ToWithdraw(order=order)
    if not repairing and await _is_there(tx, order):
        return AlreadyThere()
    return order, await known_watermark(tx)


def _unknown(order_number: str) -> Dead:
    return Dead(error=f"there is no order {visible(order_number)}", error_class="UnknownOrder")


def _refuse(order: PurchaseOrder | None, order_number: str) -> Outcome | None:
    if order is None:
        return _unknown(order_number)
    if order.state in {OrderState.DRAFT, OrderState.PENDING_APPROVAL}:
        return Dead(
            error=f"the order is {order.state}; approve it before it is synced",
            error_class="NotApproved",
        )
    if order.held and order.state is not OrderState.CANCELLED:
        return Cancelled(reason="the order is on hold; release it to go on")
    return None


async def _is_there(tx: Transaction, order: PurchaseOrder) -> bool:
    """An order that was linked without a push (taken over) is never created either."""
    push = await pushes.current(tx, stored_id(order))
    if push is None:
        return order.consignment_id is not None
    sync = await orders.find_sync(tx, stored_id(order))
    return push.step == Step.DONE.value and sync.pushed_revision == order.revision


async def _block(
    tx: Transaction, order: PurchaseOrder, checked: Preflight, journal: Journal
) -> Dead:
    """Keep every problem; nothing is written to Lightspeed."""
    now = await tx.now()
    order_id = stored_id(order)
    said = "; ".join(problem.message for problem in checked.blocking)
    count = len(checked.blocking)
    error = f"{count} {'problem' if count == 1 else 'problems'} to solve first: {said}"
    await orders.put_problems(tx, order_id, problems=checked.problems, now=now)
    await orders.set_error(tx, order_id, error=error, now=now)
    await orders.set_sync_state(tx, order_id, sync_state=SyncState.FAILED, now=now)
    codes = [problem.code.value for problem in checked.blocking]
    entry = Said(step="blocked", message=error, status=LogStatus.FAILED, detail={"problems": codes})
    await journal.write(tx, entry, now=now)
    return Dead(error=error, error_class="Blocked")


async def _arm(
    tx: Transaction,
    order: PurchaseOrder,
    resolved: ResolvedOrder,
    *,
    highest: int,
    journal: Journal,
) -> Prepared:
    now = await tx.now()
    order_id = stored_id(order)
    sync = await orders.find_sync(tx, order_id)
    row = await pushes.current(tx, order_id)
    if row is None:
        row = await _first(tx, order, highest=highest, journal=journal, now=now)
    stored = StoredPush(push=push_of(row), row=row)
    if row.step == Step.ARMED.value and row.revision != order.revision:
        renewed = replace(stored.push, revision=order.revision)
        stored = await stored.save(tx, renewed, now=now)
    await orders.set_sync_state(tx, order_id, sync_state=SyncState.SYNCING, now=now)
    written = await written_lines.of_order(tx, order_id)
    return Prepared(
        order=order,
        resolved=resolved,
        push=stored,
        draft=_draft(order, resolved, reference=row.reference),
        unwritten=sync.pushed_revision != order.revision,
        ours=frozenset(written),
        base=None if sync.pushed_revision is None else written,
        cut_short=stored.push.step not in WHOLE,
        header=None
        if stored.push.revision == order.revision
        else Header(
            supplier_id=resolved.supplier_id,
            outlet_id=resolved.outlet_id,
            due_at=resolved.due_at,
            supplier_invoice=order.supplier_invoice,
        ),
    )


async def _first(
    tx: Transaction, order: PurchaseOrder, *, highest: int, journal: Journal, now: datetime
) -> PushRecord:
    """Arm the first push of an order.

    A consignment that carries its reference already is looked for as if we had created it.
    """
    reference = reference_of(order.order_number)
    there = await consignments.lowest_version(tx, reference)
    armed = highest if there is None else min(highest, there - 1)
    found = "" if there is None else "; a consignment of that reference exists already"
    said = Said(
        step="arm",
        message=f"Armed: reference {visible(reference)}, highest version seen {armed}{found}",
        detail={"reference": reference, "watermark": armed, "revision": order.revision},
    )
    await journal.write(tx, said, now=now)
    return await pushes.arm(
        tx,
        stored_id(order),
        generation=1,
        reference=reference,
        step=(Step.ARMED if there is None else Step.CREATING).value,
        revision=order.revision,
        watermark=armed,
        now=now,
    )


def push_of(row: PushRecord) -> Push:
    """Return the domain's push that a row keeps."""
    return Push(
        order_id=row.order_id,
        generation=row.generation,
        reference=row.reference,
        step=Step(row.step),
        revision=row.revision,
        watermark=row.watermark or 0,
        consignment_id=row.consignment_id,
        uncertain_since=row.uncertain_since,
        looks=row.looks,
    )


def _draft(order: PurchaseOrder, resolved: ResolvedOrder, *, reference: str) -> ConsignmentDraft:
    """The empty consignment; its name is what Lightspeed's screens show."""
    note = " ".join((order.note or "").split())
    name = f"{order.order_number}: {note}" if note else order.order_number
    return ConsignmentDraft(
        name=name[:LONGEST_NAME],
        outlet_id=resolved.outlet_id,
        supplier_id=resolved.supplier_id,
        reference=reference,
        supplier_invoice=order.supplier_invoice,
        due_at=resolved.due_at,
    )
