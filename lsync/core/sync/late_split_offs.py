"""Finds split-offs of other references that Lightspeed makes after their parent was pulled.

A consignment of no order is looked at once for each of its versions, and only while an order of
the same supplier and outlet is short. What it is then is judged by ``domain.late_split_off``.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from lsync.core.domain.consignment import ConsignmentView
from lsync.core.domain.family import known_lines, rest_of, unanswered
from lsync.core.domain.job import Priority
from lsync.core.domain.late_split_off import Allotment, Found, Short, allot, is_worth_a_look
from lsync.core.domain.outcome import Done, Outcome
from lsync.core.domain.problem import ProblemCode
from lsync.core.domain.records import LogStatus
from lsync.core.domain.remote_problem import possible_split_off
from lsync.core.domain.sanitise import visible
from lsync.core.lightspeed import Consignment, ConsignmentLine, NotFound
from lsync.core.store import catalogue, consignments, orders, strangers
from lsync.core.store.consignments import SPLIT
from lsync.core.store.database import Transaction
from lsync.core.store.jobs import NewJob
from lsync.core.sync import recording
from lsync.core.sync.engine import Engine
from lsync.core.sync.journal import Journal
from lsync.core.sync.owners import owners_of
from lsync.core.sync.pull_queueing import pull_job
from lsync.core.sync.pull_words import tell_pull
from lsync.core.sync.said import Said
from lsync.core.sync.views import consignment_view

AWAITED = timedelta(days=30)
"""How long after a short receipt its rest may still show; as far back as a sweep looks."""

MOST_SHORT = 200
"""Short consignments that are compared, the newest first."""

MOST_STRANGERS = 5
"""Consignments that are read for one look; two calls each."""

NOT_OURS = "no order of ours"

_Read = tuple[Consignment, Sequence[ConsignmentLine]]


async def looks_at(
    engine: Engine, tx: Transaction, found: Sequence[Consignment], *, priority: Priority
) -> list[NewJob]:
    """Remember those that may be what an order came without; return the jobs that read them.

    ``found`` belong to no order. Costs no call, and one statement where nothing is short.
    """
    views = {it.id: consignment_view(it) for it in found if it.deleted_at is None}
    suppliers = {view.supplier_id for view in views.values() if view.supplier_id}
    if not suppliers:
        return []
    now = await tx.now()
    short = await strangers.short(tx, suppliers, since=now - AWAITED, limit=MOST_SHORT)
    if not short:
        return []
    judged = await strangers.judged(tx, list(views))
    fresh = [
        view
        for name, view in views.items()
        if judged.get(name, -1) < view.version
        and is_worth_a_look(view, short, compared=name in judged)
    ]
    for view in fresh:
        await strangers.keep(tx, view, now=now, read=False)
    return [
        pull_job(
            None,
            consignment_id=view.consignment_id,
            version=view.version,
            priority=priority,
            max_attempts=engine.rules.max_attempts,
        )
        for view in fresh
    ]


async def is_judged(engine: Engine, consignment_id: str, *, version: int) -> bool:
    """Whether that version was compared with what orders came without already."""
    async with engine.database.read() as tx:
        return (await strangers.judged(tx, [consignment_id])).get(consignment_id, -1) >= version


async def look_at_stranger(engine: Engine, consignment: Consignment) -> Outcome:
    """Take a consignment of no order into the one that came without just what it holds.

    Others that wait for the same look are read with it, so that two alike are not taken one
    after the other. Where more than one fits, a person is asked and nothing is taken.
    """
    done = Done(result={"consignment_id": consignment.id, "message": NOT_OURS})
    view = consignment_view(consignment)
    async with engine.database.read() as tx:
        judged = (await strangers.judged(tx, [consignment.id])).get(consignment.id)
        short = await _short_beside(tx, view, compared=judged is not None)
        others = await _beside(tx, view, read=False) if short else []
    known = judged is not None and judged >= view.version
    if known or not short or consignment.deleted_at is not None:
        return done
    waiting = [
        it
        for it in others
        if it.consignment_id != view.consignment_id and is_worth_a_look(it, short)
    ]
    readable = waiting[: MOST_STRANGERS - 1]
    most = max(len(rest_of(each.parent)) for each in short)
    found, gone = await _read(engine, consignment, readable, most=most)

    async def record(tx: Transaction) -> list[str]:
        for consignment_id in gone:
            await consignments.forget(tx, consignment_id)
        now = await tx.now()
        ours = await owners_of(tx, [each for each, _ in found])
        fresh = [consignment_view(*each) for each in found if each[0].id not in ours]
        for each in sorted(fresh, key=lambda it: it.consignment_id):
            await strangers.keep(tx, each, now=now, read=True)
        if len(readable) < len(waiting):  # the last of them to be read decides
            return []
        return await _settle(engine, tx, fresh, beside=view, now=now)

    taken = await engine.database.run(record)
    if not taken:
        return done
    return Done(result={"consignment_id": consignment.id, "message": "; ".join(taken)})


async def _short_beside(tx: Transaction, view: ConsignmentView, *, compared: bool) -> list[Short]:
    """Return what came short and may go on in this consignment, as far as its head tells."""
    if view.supplier_id is None:
        return []
    since = await tx.now() - AWAITED
    short = await strangers.short(tx, [view.supplier_id], since=since, limit=MOST_SHORT)
    return [each for each in short if is_worth_a_look(view, [each], compared=compared)]


async def _beside(tx: Transaction, view: ConsignmentView, *, read: bool) -> list[ConsignmentView]:
    """Return the consignments of no order by the same parties; ``read``: with their lines."""
    return await strangers.of_parties(
        tx,
        supplier_id=view.supplier_id or "",
        outlet_id=view.outlet_id or "",
        since=await tx.now() - AWAITED,
        read=read,
        limit=MOST_SHORT,
    )


async def _read(
    engine: Engine, first: Consignment, others: Sequence[ConsignmentView], *, most: int
) -> tuple[list[_Read], list[str]]:
    """Read the lines of each, and what the others are by now; return ids that are gone, too.

    One with more lines than ``most`` is returned without any: it fits nothing.
    """
    client = engine.client.scoped(max_wait=engine.rules.budget_wait).consignments
    found: list[_Read] = [(first, await client.few_lines(first.id, most=most) or ())]
    gone = []
    for other in others:
        try:
            consignment = await client.get(other.consignment_id)
            found.append((consignment, await client.few_lines(consignment.id, most=most) or ()))
        except NotFound:
            gone.append(other.consignment_id)
    return found, gone


async def _settle(
    engine: Engine,
    tx: Transaction,
    fresh: Sequence[ConsignmentView],
    *,
    beside: ConsignmentView,
    now: datetime,
) -> list[str]:
    """Take what belongs to one order, ask about what may; return what was done, in words."""
    short = [
        each
        for each in await strangers.short(
            tx, [beside.supplier_id or ""], since=now - AWAITED, limit=MOST_SHORT
        )
        if each.parent.outlet_id == beside.outlet_id
    ]
    found = allot(await _beside(tx, beside, read=True), short)
    names = {view.consignment_id for view in fresh}
    said = [await _take(engine, tx, each, now=now) for each in found.certain]
    news = [each for each in found.doubtful if each.stranger.consignment_id in names]
    asked = dict.fromkeys(each.order_id for each in news)
    said += [await _ask(engine, tx, order_id, found, names, now=now) for order_id in asked]
    return [each for each in said if each]


async def _take(engine: Engine, tx: Transaction, found: Found, *, now: datetime) -> str:
    """Record the consignment as the order's; nothing if the order's rest is no longer open."""
    order = await orders.lock(tx, found.order_id)
    family = await recording.family_of(tx, order) if order else None
    if order is None or family is None:
        return ""
    if found.parent_id not in {view.consignment_id for view in unanswered(family)}:
        return ""
    lines = known_lines(order, await catalogue.facts_for(tx, [order]))
    await recording.keep_consignment(tx, order, found.stranger, lines=lines, role=SPLIT, now=now)
    assessed = await recording.record(
        tx, order, lines=lines, written=await recording.is_written(tx, order), now=now
    )
    said = tell_pull(order, [found.stranger], assessed=assessed)
    told = f"Split off: {_named(found.stranger)} holds just what {visible(found.parent_id)} lacks"
    journal = Journal(engine, operation="pull", order=order)
    await journal.write(
        tx,
        replace(said, message=f"{told}; {said.message}"),
        now=now,
        consignment_id=found.stranger.consignment_id,
    )
    return f"taken into {visible(order.order_number)}"


async def _ask(
    engine: Engine,
    tx: Transaction,
    order_id: int,
    found: Allotment,
    fresh: Collection[str],
    *,
    now: datetime,
) -> str:
    """Say on the order which consignments may be what it lacks; nothing is taken."""
    order = await orders.lock(tx, order_id)
    if order is None:
        return ""
    problems = [it for it in order.problems if it.code is not ProblemCode.POSSIBLE_SPLIT_OFF]
    for each in found.doubtful:
        if each.order_id != order_id:
            continue
        problem = possible_split_off(
            each.stranger.consignment_id,
            reference=each.stranger.reference,
            rivals=found.rivals_of(each),
            others=found.other_orders(each),
        )
        problems.append(problem)
        if each.stranger.consignment_id in fresh:
            message = f"{problem.message}. {problem.fix}"
            said = Said(step="pull", message=message, status=LogStatus.WARNING)
            journal = Journal(engine, operation="pull", order=order)
            await journal.write(tx, said, now=now, consignment_id=each.stranger.consignment_id)
    await orders.put_problems(tx, order_id, problems=problems, now=now)
    return f"may belong to {visible(order.order_number)}"


def _named(view: ConsignmentView) -> str:
    return (
        f"consignment {visible(view.consignment_id)} ({visible(view.reference or 'no reference')})"
    )
