"""Writes down what was seen of an order's consignments. What it means is judged by the domain."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from lsync.core.domain.consignment import ConsignmentView
from lsync.core.domain.decision import with_answers
from lsync.core.domain.family import Assessment, Family, assess
from lsync.core.domain.order import PurchaseOrder, SyncState
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.problem import Problem, Severity
from lsync.core.domain.receipt import observe
from lsync.core.domain.records import MappingKind, MappingSource
from lsync.core.store import consignments, decisions, mappings, orders, pushes, receipts
from lsync.core.store.consignments import DUPLICATE, PRIMARY, SPLIT
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id


async def keep_consignment(
    tx: Transaction,
    order: PurchaseOrder,
    view: ConsignmentView,
    *,
    lines: Sequence[ResolvedLine],
    role: str = PRIMARY,
    now: datetime,
) -> bool:
    """Keep what was read of a consignment, and each change of a received quantity.

    An older version than the known one changes nothing and returns False. The same version is
    kept too: it is not documented that a changed line raises its consignment's version.
    """
    order_id = stored_id(order)
    known = await consignments.family(tx, order_id)
    before = next((it.view for it in known if it.view.consignment_id == view.consignment_id), None)
    if before is not None and view.version < before.version:
        return False
    await _put(tx, order_id, view, role=role, now=now)
    await consignments.put_lines(tx, view.consignment_id, lines=view.lines)
    changes = observe(before.lines if before else (), view, order_id=order_id, lines=lines, now=now)
    await receipts.add(tx, changes)
    return True


async def _put(
    tx: Transaction, order_id: int, view: ConsignmentView, *, role: str, now: datetime
) -> None:
    """Keep the consignment without its lines, as the order's."""
    newer = await consignments.put(
        tx, view, order_id, role=role, now=now, created_at=view.created_at, with_lines=False
    )
    if not newer:
        await consignments.assign(tx, view.consignment_id, order_id=order_id, role=role)


async def link(
    tx: Transaction, order: PurchaseOrder, view: ConsignmentView, *, now: datetime
) -> None:
    """Tie the order to its consignment in every place that people and programs look at."""
    order_id = stored_id(order)
    await _put(tx, order_id, view, role=PRIMARY, now=now)
    await orders.link_consignment(tx, order_id, consignment_id=view.consignment_id, now=now)
    await mappings.put(
        tx,
        MappingKind.ORDER,
        local_id=order.order_number,
        lightspeed_id=view.consignment_id,
        source=MappingSource.LSYNC,
        now=now,
    )


async def record(
    tx: Transaction,
    order: PurchaseOrder,
    *,
    lines: Sequence[ResolvedLine],
    written: bool,
    now: datetime,
    further: Sequence[Problem] = (),
) -> Assessment | None:
    """Bring the order up to what its kept consignments say; None if it has none.

    ``order`` must have been read in this transaction. ``further`` problems are kept with those
    that are found.
    """
    family = await family_of(tx, order)
    if family is None:
        return None
    order_id = stored_id(order)
    sync = await orders.find_sync(tx, order_id)
    edited = not written and sync.pushed_revision is not None
    found = assess(order, lines, family, written=written, edited=edited)
    asked = (await decisions.standing(tx, order_id)).values()
    kept = await _blocking(tx, order_id) if found.unsent is SyncState.FAILED else ()
    problems = with_answers((*kept, *further, *found.problems), asked)
    assessment = replace(found, problems=problems)
    if assessment.state is not order.state:
        await orders.set_state(tx, order, state=assessment.state, now=now)
    before = {line.line_no: line.received for line in order.lines}
    changed = {no: it for no, it in assessment.received.items() if before.get(no) != it}
    if changed:
        await orders.put_received(tx, order_id, received=changed, now=now)
    await orders.put_problems(tx, order_id, problems=assessment.problems, now=now)
    if assessment.unsent is None:
        await orders.set_error(tx, order_id, error=None, now=now)
    await orders.set_sync_state(
        tx, order_id, sync_state=assessment.sync_state, now=now, synced=assessment.unsent is None
    )
    return assessment


async def _blocking(tx: Transaction, order_id: int) -> list[Problem]:
    """Why the order's edit could not be sent: looking at its consignment does not change that."""
    known = (await orders.problems_of(tx, [order_id])).get(order_id, [])
    return [problem for problem in known if problem.severity is Severity.BLOCKING]


async def is_written(tx: Transaction, order: PurchaseOrder) -> bool:
    """Whether Lightspeed was shown to hold this revision; an order taken over counts as that."""
    order_id = stored_id(order)
    sync = await orders.find_sync(tx, order_id)
    return await pushes.current(tx, order_id) is None or sync.pushed_revision == order.revision


async def family_of(tx: Transaction, order: PurchaseOrder) -> Family | None:
    """Return the order's consignments as kept, by their part in the family."""
    members = await consignments.family(tx, stored_id(order))
    primaries = [it.view for it in members if it.role == PRIMARY]
    if not primaries:
        return None
    linked = [it for it in primaries if it.consignment_id == order.consignment_id]
    primary = (linked or primaries)[0]
    return Family(
        primary=primary,
        splits=tuple(it.view for it in members if it.role == SPLIT),
        duplicates=tuple(it.view for it in members if it.role == DUPLICATE),
    )
