"""Brings back what the shop did: reads an order's consignments and records what changed.

What a family of consignments means is judged by ``domain.family``; what belongs to it is found
in ``pull_reading``; writing it down is ``recording``.
"""

from collections.abc import Sequence

from lsync.core.domain.consignment import ConsignmentStatus, ConsignmentView
from lsync.core.domain.family import Assessment, known_lines
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.outcome import Dead, Done, Outcome
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.push import WHOLE, Step
from lsync.core.domain.reference import numbers_meant
from lsync.core.domain.remote_problem import consignment_missing
from lsync.core.domain.sanitise import visible
from lsync.core.lightspeed import Consignment, NotFound
from lsync.core.store import catalogue, consignments, orders, pushes
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id
from lsync.core.sync import recording
from lsync.core.sync.attribution import working
from lsync.core.sync.engine import Engine, SyncRules
from lsync.core.sync.journal import Journal
from lsync.core.sync.late_split_offs import NOT_OURS, is_judged, look_at_stranger
from lsync.core.sync.owners import owners_of
from lsync.core.sync.proposing import weigh
from lsync.core.sync.pull_reading import Sight, look_at
from lsync.core.sync.pull_words import tell_pull
from lsync.core.sync.watermark import SUPPLIER


async def pull_order(engine: Engine, order_number: str, *, job_id: int | None = None) -> Outcome:
    """Read every consignment of an order that can still change, or else its first one."""
    with working(job_id=job_id, order_number=order_number):
        async with engine.database.read() as tx:
            order = await orders.find(tx, order_number)
            if order is None:
                unknown = f"there is no order {visible(order_number)}"
                return Dead(error=unknown, error_class="UnknownOrder")
            family = await recording.family_of(tx, order)
        if family is None:
            return Done(result={"order_number": order_number, "message": "nothing to pull yet"})
        everything = (*family.members, *family.duplicates)
        alive = [it.consignment_id for it in everything if not _is_frozen(it)]
        return await _pull(engine, order, alive or [family.primary.consignment_id])


async def pull_consignment(
    engine: Engine,
    consignment_id: str,
    *,
    order_number: str | None = None,
    version: int | None = None,
    job_id: int | None = None,
) -> Outcome:
    """Read one consignment and record what changed on its order.

    ``version`` is the one that made somebody look: if it is known by now, nothing is read.
    ``order_number`` is whose it seems to be by its reference. One of no order is compared with
    what orders came without.
    """
    with working(job_id=job_id, order_number=order_number) as work:
        async with engine.database.read() as tx:
            seen = (await consignments.sightings(tx, [consignment_id])).get(consignment_id)
            order = await _owner(tx, consignment_id, order_number)
        if seen is not None and seen.order_number and version and seen.version >= version:
            return Done(result={"consignment_id": consignment_id, "message": "already known"})
        if order is None:
            if version and await is_judged(engine, consignment_id, version=version):
                return Done(result={"consignment_id": consignment_id, "message": "already known"})
            stranger = await _read(engine, consignment_id)
            if stranger is None:
                return Done(result={"consignment_id": consignment_id, "message": NOT_OURS})
            order = await _owner_by_reference(engine, stranger)
            if order is None:
                return await look_at_stranger(engine, stranger)
        work.order_number = order.order_number
        return await _pull(engine, order, [consignment_id])


async def _owner(
    tx: Transaction, consignment_id: str, order_number: str | None
) -> PurchaseOrder | None:
    owner = await orders.find_by_consignment(tx, consignment_id)
    if owner is None and order_number is not None:
        return await orders.find(tx, order_number)
    return owner


async def _read(engine: Engine, consignment_id: str) -> Consignment | None:
    client = engine.client.scoped(max_wait=engine.rules.budget_wait)
    try:
        found = await client.consignments.get(consignment_id)
    except NotFound:
        return None
    return found if found.type == SUPPLIER else None


async def _owner_by_reference(engine: Engine, consignment: Consignment) -> PurchaseOrder | None:
    meant = numbers_meant(consignment.reference)
    async with engine.database.read() as tx:
        found = await orders.find_many(tx, meant)
    return next((found[number] for number in meant if number in found), None)


async def _pull(engine: Engine, order: PurchaseOrder, ids: Sequence[str]) -> Outcome:
    client = engine.client.scoped(max_wait=engine.rules.budget_wait)
    async with engine.database.read() as tx:
        known = await recording.family_of(tx, order)
        lines = known_lines(order, await engine.cache.facts_for(tx, order))
    journal = Journal(engine, operation="pull", order=order)
    journal.begin()

    async def unowned(found: Sequence[Consignment]) -> list[Consignment]:
        async with engine.database.read() as tx:
            owners = await owners_of(tx, found)
        return [it for it in found if it.id not in owners]

    sight = await look_at(client, ids, known=known, order=order, lines=lines, unowned=unowned)

    async def record(tx: Transaction) -> Outcome:
        return await _record(tx, order, sight, lines=lines, journal=journal, rules=engine.rules)

    return await engine.database.run(record)


def _is_frozen(view: ConsignmentView) -> bool:
    return view.known_status in {ConsignmentStatus.RECEIVED, ConsignmentStatus.CANCELLED}


async def _record(
    tx: Transaction,
    seen: PurchaseOrder,
    sight: Sight,
    *,
    lines: Sequence[ResolvedLine],
    journal: Journal,
    rules: SyncRules,
) -> Outcome:
    now = await tx.now()
    order = await orders.find_by_id(tx, stored_id(seen)) or seen
    newer = [
        view
        for view in sight.views
        if await recording.keep_consignment(
            tx, order, view, lines=lines, role=sight.roles[view.consignment_id], now=now
        )
    ]
    assessed: Assessment | None = None
    if await _may_judge(tx, order, sight.views):
        taken = order
        if order.consignment_id not in sight.missing:  # what is gone has changed no line
            taken = await weigh(tx, order, lines=lines, rules=rules, journal=journal, now=now)
        if taken is not order:
            order = taken
            lines = known_lines(order, await catalogue.facts_for(tx, [order]))
        assessed = await recording.record(
            tx,
            order,
            lines=lines,
            written=await recording.is_written(tx, order),
            now=now,
            further=[consignment_missing(it) for it in sight.missing],
        )
    said = tell_pull(order, newer, assessed=assessed, missing=sight.missing)
    shown = next((view.consignment_id for view in newer), None)
    await journal.write(tx, said, now=now, consignment_id=shown)
    state = assessed.state if assessed else order.state
    return Done(
        result={
            "order_number": order.order_number,
            "state": state.value,
            "sync_state": (assessed.sync_state if assessed else order.sync_state).value,
            "calls": journal.calls,
        }
    )


async def _may_judge(
    tx: Transaction, order: PurchaseOrder, views: Sequence[ConsignmentView]
) -> bool:
    """Whether the order is past its push; one that is being filled is judged by the push."""
    push = await pushes.current(tx, stored_id(order))
    if push is None or Step(push.step) in WHOLE:
        return True
    return any(view.known_status is not ConsignmentStatus.OPEN for view in views)
