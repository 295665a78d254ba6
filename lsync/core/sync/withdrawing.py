"""Cancels in Lightspeed what an order cancelled here has there; received goods stay.

Looks before each write, and setting a status twice changes nothing: so no recovery point is
needed, a lost answer is settled by the next run.
"""

from collections.abc import Sequence
from dataclasses import replace

from lsync.core.domain.consignment import FROZEN, ConsignmentStatus
from lsync.core.domain.order import PurchaseOrder, SyncState
from lsync.core.domain.outcome import Outcome, Snooze
from lsync.core.domain.push import Step
from lsync.core.domain.records import LogStatus
from lsync.core.domain.sanitise import visible
from lsync.core.lightspeed import Consignment, NotFound, XSeries
from lsync.core.store import consignments, orders, pushes
from lsync.core.store.consignments import DUPLICATE
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id
from lsync.core.sync import recording
from lsync.core.sync.engine import Engine, Interrupted
from lsync.core.sync.journal import Journal
from lsync.core.sync.pull import pull_order
from lsync.core.sync.push_calls import consignments_of
from lsync.core.sync.push_start import StoredPush, push_of
from lsync.core.sync.said import Said
from lsync.core.sync.views import consignment_view


async def withdraw(
    engine: Engine, order: PurchaseOrder, *, interrupted: Interrupted = lambda: None
) -> Outcome:
    """Cancel every consignment of the order that has received nothing; an empty one is deleted.

    A create that was never confirmed is looked for until the quiet period is over.
    """
    client = engine.client.scoped(max_wait=engine.rules.budget_wait)
    journal = Journal(engine, operation="cancel", order=order)
    waiting = await _settle_create(engine, client, order, journal)
    if waiting is not None:
        return waiting
    async with engine.database.read() as tx:
        members = await consignments.family(tx, stored_id(order))
    for member in members:
        stop = interrupted()
        if stop is not None:
            return stop
        if member.view.known_status not in FROZEN:
            await withdraw_one(engine, client, order, member.view.consignment_id, journal)
    outcome = await pull_order(engine, order.order_number)
    await _settle_without_any(engine, order)
    return outcome


async def _settle_create(
    engine: Engine, client: XSeries, order: PurchaseOrder, journal: Journal
) -> Outcome | None:
    """Find what an unconfirmed create made; a rest, while it may still happen."""
    async with engine.database.read() as tx:
        row = await pushes.current(tx, stored_id(order))
    if row is None or row.step != Step.CREATING.value:
        return None
    push = push_of(row)
    journal.begin()
    found = await consignments_of(client, push.reference, after=push.watermark)

    async def keep(tx: Transaction) -> Outcome | None:
        now = await tx.now()
        stored = StoredPush(push=push, row=row)
        if found:
            await _link(tx, order, list(found.values()))
            known = replace(push.at(Step.CREATED), consignment_id=next(iter(found)))
            await stored.save(tx, known, now=now)
            return None
        since = push.uncertain_since or now
        await stored.save(tx, replace(push, uncertain_since=since, looks=push.looks + 1), now=now)
        until = since + engine.rules.quiet
        reason = "the create was not confirmed; what it made is cancelled when it shows"
        return Snooze(until=until, reason=reason) if now < until else None

    return await engine.database.run(keep)


async def _link(tx: Transaction, order: PurchaseOrder, found: Sequence[Consignment]) -> None:
    now = await tx.now()
    first, *others = [consignment_view(it) for it in found]
    await recording.link(tx, order, first, now=now)
    for other in others:
        await recording.keep_consignment(tx, order, other, lines=(), role=DUPLICATE, now=now)


async def withdraw_one(
    engine: Engine,
    client: XSeries,
    order: PurchaseOrder,
    consignment_id: str,
    journal: Journal,
) -> None:
    """Cancel one consignment, unless it is finished or goods have been received on it."""
    journal.begin()
    try:
        consignment = await client.consignments.get(consignment_id)
        lines = await client.consignments.lines(consignment_id, expect=len(order.lines))
    except NotFound:
        await _forget(engine, order, consignment_id, journal, said=_gone(consignment_id))
        return
    view = consignment_view(consignment, lines)
    if view.known_status in FROZEN or any(line.received for line in lines):
        return
    if view.known_status is ConsignmentStatus.OPEN and not lines:
        await client.consignments.delete(consignment_id)
        said = Said(step="delete", message=f"Deleted {visible(consignment_id)}, which was empty")
        await _forget(engine, order, consignment_id, journal, said=said)
        return
    await client.consignments.set_status(consignment, ConsignmentStatus.CANCELLED.value)
    said = Said(step="cancel", message=f"Cancelled {visible(consignment_id)}")
    async with engine.database.write() as tx:
        await journal.write(tx, said, now=await tx.now(), consignment_id=consignment_id)


def _gone(consignment_id: str) -> Said:
    message = f"Lightspeed no longer has {visible(consignment_id)}"
    return Said(step="delete", message=message, status=LogStatus.WARNING)


async def _forget(
    engine: Engine, order: PurchaseOrder, consignment_id: str, journal: Journal, *, said: Said
) -> None:
    """Drop a consignment that does not exist any more; the log keeps that it did."""
    async with engine.database.write() as tx:
        now = await tx.now()
        await consignments.forget(tx, consignment_id)
        if order.consignment_id == consignment_id:
            await orders.link_consignment(tx, stored_id(order), consignment_id=None, now=now)
        await journal.write(tx, said, now=now, consignment_id=consignment_id)


async def _settle_without_any(engine: Engine, order: PurchaseOrder) -> None:
    """An order of which nothing is left in Lightspeed is in step with it."""
    async with engine.database.write() as tx:
        if await consignments.family(tx, stored_id(order)):
            return
        now = await tx.now()
        order_id = stored_id(order)
        await orders.put_problems(tx, order_id, problems=(), now=now)
        await orders.set_error(tx, order_id, error=None, now=now)
        await orders.set_sync_state(tx, order_id, sync_state=SyncState.SYNCED, now=now, synced=True)
