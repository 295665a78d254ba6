"""Gathers what a plan is made from. Writes nothing and calls nobody."""

from dataclasses import replace

from lsync.core.domain.catalogue import CatalogueFacts
from lsync.core.domain.consignment import ConsignmentView
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.plan import Known, Plan, plan
from lsync.core.domain.preflight import Preflight, preflight
from lsync.core.domain.reference import reference_of
from lsync.core.store import catalogue, consignments, orders, pushes, written_lines
from lsync.core.store.database import Database, Transaction
from lsync.core.store.orders import stored_id
from lsync.core.sync import recording
from lsync.core.sync.catalogue import missing_calls
from lsync.core.sync.engine import SyncRules
from lsync.core.sync.foreseeing import duplicates_of
from lsync.core.sync.push_start import push_of


async def plan_order(database: Database, order_number: str, *, rules: SyncRules) -> Plan | None:
    """Return what a sync of the order would do and cost; None if there is no such order."""
    async with database.read() as tx:
        return await plan_in(tx, order_number, rules=rules)


async def plan_in(tx: Transaction, order_number: str, *, rules: SyncRules) -> Plan | None:
    """Return the same within a transaction, so that what follows in it rests on the plan."""
    known = await _known(tx, order_number, rules=rules)
    return None if known is None else plan(known)


async def _known(tx: Transaction, order_number: str, *, rules: SyncRules) -> Known | None:
    order = await orders.find(tx, order_number)
    if order is None:
        return None
    order_id = stored_id(order)
    facts = await catalogue.facts_for(tx, [order])
    row = await pushes.current(tx, order_id)
    sync = await orders.find_sync(tx, order_id)
    fresh = row is None and order.consignment_id is None
    return Known(
        order=order,
        checked=await _checked(tx, order, facts),
        push=None if row is None else push_of(row),
        family=await recording.family_of(tx, order),
        found=tuple(await _adoptable(tx, order)) if fresh else (),
        ours=await written_lines.of_order(tx, order_id),
        written=sync.pushed_revision == order.revision,
        written_before=sync.pushed_revision is not None,
        auto_send=rules.auto_send,
        catalogue_calls=missing_calls(order, facts),
    )


async def _adoptable(tx: Transaction, order: PurchaseOrder) -> list[ConsignmentView]:
    """Return the consignments that a first push would find before it creates one."""
    reference = reference_of(order.order_number)
    return await consignments.with_reference(tx, reference)


async def _checked(tx: Transaction, order: PurchaseOrder, facts: CatalogueFacts) -> Preflight:
    """Check the order, and whether it was probably entered twice."""
    checked = preflight(order, facts)
    twice = (await duplicates_of(tx, [order]))[order.order_number]
    return replace(checked, problems=(*checked.problems, twice)) if twice else checked
