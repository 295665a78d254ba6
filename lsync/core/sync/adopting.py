"""Takes over the consignments that an older integration has created, after checking each."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lsync.core.domain.adoption import JudgedLink, Link, LinkState, doubts, judge_links
from lsync.core.domain.consignment import ConsignmentView
from lsync.core.domain.job import Priority
from lsync.core.domain.order import PurchaseOrder, SyncState
from lsync.core.domain.records import LogStatus, SyncLogEntry
from lsync.core.domain.sanitise import visible
from lsync.core.store import consignments, jobs, orders, sync_log
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id
from lsync.core.sync import holding, linking
from lsync.core.sync.attribution import working
from lsync.core.sync.engine import Engine
from lsync.core.sync.pull_queueing import pull_job
from lsync.core.sync.views import consignment_view
from lsync.core.sync.watermark import PAGE_SIZE, SUPPLIER

CHUNK = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """What the links come to. ``state_hash`` names everything they were judged from.

    ``held`` are the orders that are kept from being created (or would be), as their links cannot
    be trusted and Lightspeed may have them already.
    """

    links: tuple[JudgedLink, ...]
    state_hash: str
    adopted: int = 0
    held: tuple[str, ...] = ()


async def plan_adoption(engine: Engine, links: Sequence[Link]) -> Adoption:
    """Check every link against Lightspeed and against what is known here; write nothing."""
    with working():
        there = await _supplier_consignments(engine)
    async with engine.database.read() as tx:
        judged = await _judge(tx, links, there)
        unsure = await _unsure(tx, list(doubts(judged)))
    held = tuple(order.order_number for order in unsure)
    return Adoption(links=judged, state_hash=_hash(judged), held=held)


async def adopt(engine: Engine, links: Sequence[Link], *, expected: str, by: str) -> Adoption:
    """Link every order whose link can be trusted; queue a look at each consignment.

    First the orders whose links cannot be trusted are held: a person who settles the links knows
    whether Lightspeed has them, lsync does not. Nothing is done if the judgement is no longer the
    ``expected`` one.
    """
    with working():
        there = await _supplier_consignments(engine)
    async with engine.database.read() as tx:
        judged = await _judge(tx, links, there)
    if _hash(judged) != expected:
        return Adoption(links=judged, state_hash=_hash(judged))
    held = await _hold(engine, doubts(judged))
    good = [it.link for it in judged if it.state is LinkState.ADOPT]
    adopted = 0
    for start in range(0, len(good), CHUNK):
        chunk = good[start : start + CHUNK]

        async def work(tx: Transaction, chunk: Sequence[Link] = chunk) -> int:
            return await _link_some(engine, tx, chunk, there, by=by)

        adopted += await engine.database.run(work)
    return Adoption(links=judged, state_hash=expected, adopted=adopted, held=held)


async def _hold(engine: Engine, why: Mapping[str, str]) -> tuple[str, ...]:
    """Keep orders from being created that an older link may have at Lightspeed already."""
    numbers = list(why)
    held: list[str] = []
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]

        async def work(tx: Transaction, chunk: Sequence[str] = chunk) -> list[str]:
            unsure = await _unsure(tx, chunk)
            for order in unsure:
                reason = f"the older integration's links contradict: {why[order.order_number]}"
                await holding.hold(tx, order, why=reason)
            return [order.order_number for order in unsure]

        held += await engine.database.run(work)
    return tuple(held)


async def _unsure(tx: Transaction, numbers: Sequence[str]) -> list[PurchaseOrder]:
    """Return those of the orders that lsync would still create."""
    found = await orders.find_many(tx, numbers)
    return [
        order
        for order in found.values()
        if order.consignment_id is None and order.state in holding.HOLDABLE
    ]


async def _supplier_consignments(engine: Engine) -> dict[str, ConsignmentView]:
    """Read the list, a thousand a call: cheaper than asking for each."""
    client = engine.client.scoped(max_wait=engine.rules.budget_wait)
    return {
        consignment.id: consignment_view(consignment)
        async for page in client.consignments.pages(type=SUPPLIER, page_size=PAGE_SIZE)
        for consignment in page.items
        if consignment.deleted_at is None
    }


async def _judge(
    tx: Transaction, links: Sequence[Link], there: dict[str, ConsignmentView]
) -> tuple[JudgedLink, ...]:
    found = await orders.find_many(tx, [link.order_number for link in links])
    seen = await consignments.sightings(tx, list({link.consignment_id for link in links}))
    owners = {name: it.order_number for name, it in seen.items() if it.order_number}
    return judge_links(links, found, there, owners=owners)


def _hash(judged: Sequence[JudgedLink]) -> str:
    return hashlib.sha256(repr(judged).encode()).hexdigest()[:16]


async def _link_some(
    engine: Engine,
    tx: Transaction,
    links: Sequence[Link],
    there: dict[str, ConsignmentView],
    *,
    by: str,
) -> int:
    found = await orders.find_many(tx, [link.order_number for link in links])
    wanted = []
    for link in links:
        order = found.get(link.order_number)
        if order is None or order.consignment_id is not None:
            continue
        await _link(tx, order, there[link.consignment_id], by=by)
        wanted.append(
            pull_job(
                order.order_number,
                consignment_id=link.consignment_id,
                priority=Priority.LOW,
                max_attempts=engine.rules.max_attempts,
            )
        )
    await jobs.enqueue_batch(tx, wanted, now=await tx.now())
    return len(wanted)


async def _link(tx: Transaction, order: PurchaseOrder, view: ConsignmentView, *, by: str) -> None:
    now, order_id = await tx.now(), stored_id(order)
    await linking.link(tx, order, view, now=now)
    await orders.set_sync_state(tx, order_id, sync_state=SyncState.SYNCED, now=now)
    message = f"Taken over by {by}: consignment {visible(view.consignment_id)}"
    entry = SyncLogEntry(
        created_at=now,
        operation="adopt",
        step="adopted",
        status=LogStatus.OK,
        message=message,
        order_id=order_id,
        order_number=order.order_number,
        consignment_id=view.consignment_id,
    )
    await sync_log.append(tx, entry)
