"""Tells Lightspeed what was counted here: absolute totals, read back, never a stock adjustment.

Goods enter the stock when the consignment is RECEIVED, which stays the shop's own act.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from lsync.core.domain.amount import plain
from lsync.core.domain.decision import Decision, DecisionKind, DecisionState
from lsync.core.domain.drift import label
from lsync.core.domain.family import Family, known_lines
from lsync.core.domain.goods import Disagreement, ReceiptPlan, plan_receipts, totals
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.outcome import Dead, Done, Outcome, Retry
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.receipt import received_totals
from lsync.core.domain.records import LogStatus
from lsync.core.domain.sanitise import visible
from lsync.core.lightspeed import OutcomeUnknown, XSeries
from lsync.core.store import catalogue, decisions, goods, orders
from lsync.core.store.consignments import PRIMARY, SPLIT
from lsync.core.store.database import Transaction
from lsync.core.store.orders import stored_id
from lsync.core.sync import recording
from lsync.core.sync.attribution import working
from lsync.core.sync.engine import Engine
from lsync.core.sync.journal import Journal
from lsync.core.sync.pull_reading import read_consignments
from lsync.core.sync.said import Said

LSYNC = "lsync"


async def push_receipts(engine: Engine, order_number: str, *, job_id: int | None = None) -> Outcome:
    """Bring Lightspeed's received amounts up to the totals counted here.

    Repeating it is safe: each write sets a total, and the first thing is always to look.
    """
    with working(job_id=job_id, order_number=order_number):
        async with engine.database.read() as tx:
            order = await orders.find(tx, order_number)
            if order is None:
                unknown = f"there is no order {visible(order_number)}"
                return Dead(error=unknown, error_class="UnknownOrder")
            family = await recording.family_of(tx, order)
            lines = known_lines(order, await catalogue.facts_for(tx, [order]))
        if family is None:
            return Dead(error="the order has no consignment yet", error_class="NotSent")
        return await _Run(engine, order, lines).carry_out(family)


class _Run:
    """One run for one order."""

    def __init__(
        self, engine: Engine, order: PurchaseOrder, lines: tuple[ResolvedLine, ...]
    ) -> None:
        self._engine = engine
        self._order = order
        self._lines = lines
        self._client: XSeries = engine.client.scoped(max_wait=engine.rules.budget_wait)
        self._journal = Journal(engine, operation="receive", order=order)

    async def carry_out(self, known: Family) -> Outcome:
        self._journal.begin()
        family = await self._read(known)
        plan = await self._plan(family)
        left = plan.writes
        if left:
            await self._announce(plan)
        while left and plan.consignment_id is not None:
            failure = await self._write(plan.consignment_id, left)
            family = await self._read(family)
            before, left = len(left), (await self._plan(family)).writes
            if len(left) >= before:
                return _unseen(failure)
        return await self._engine.database.run(lambda tx: self._record(tx, family, plan))

    async def _write(
        self, consignment_id: str, writes: Sequence[tuple[str, Decimal]]
    ) -> OutcomeUnknown | None:
        """Set totals until an answer is lost; whoever calls looks before anything is set again."""
        for product_id, received in writes:
            try:
                await self._client.consignments.set_line(
                    consignment_id, product_id, received=received
                )
            except OutcomeUnknown as failure:
                return failure
        return None

    async def _read(self, known: Family) -> Family:
        ids = [it.consignment_id for it in known.members]
        views, _ = await read_consignments(self._client, ids, expect=len(self._order.lines))
        return known.refreshed(views)

    async def _plan(self, family: Family) -> ReceiptPlan:
        order_id = stored_id(self._order)
        async with self._engine.database.read() as tx:
            counted = totals(await goods.of_order(tx, order_id))
            standing = await decisions.standing(tx, order_id)
            sent = await goods.sent(tx, order_id)
        there = received_totals(family.members)
        overruled = {
            it.product_id
            for it in standing.values()
            if it.product_id is not None
            and it.kind is DecisionKind.RECEIPT
            and it.state is DecisionState.REJECTED
            and it.theirs == there.get(it.product_id, Decimal(0))
        }
        return plan_receipts(self._lines, counted, family, sent=sent, overruled=overruled)

    async def _announce(self, plan: ReceiptPlan) -> None:
        """Note what is about to be written, so that a lost answer is known as our own value."""
        counted = {line.product_id: line for line in self._lines}

        async def work(tx: Transaction) -> None:
            now = await tx.now()
            ours = totals(await goods.of_order(tx, stored_id(self._order)))
            wanted = {product: ours[counted[product].line_no] for product, _ in plan.writes}
            await goods.attempt(tx, stored_id(self._order), totals=wanted, now=now)

        await self._engine.database.run(work, idempotent=True)

    async def _record(self, tx: Transaction, family: Family, plan: ReceiptPlan) -> Outcome:
        now, order_id = await tx.now(), stored_id(self._order)
        order = await orders.find_by_id(tx, order_id) or self._order
        for view in family.members:
            role = PRIMARY if view is family.primary else SPLIT
            await recording.keep_consignment(tx, order, view, lines=self._lines, role=role, now=now)
        there = received_totals(family.members)
        told = {product: there[product] for product, _ in plan.writes}
        await goods.confirm(tx, order_id, totals=told, now=now)
        await self._ask(tx, plan)
        written = await recording.is_written(tx, order)
        await recording.record(tx, order, lines=self._lines, written=written, now=now)
        await self._journal.write(tx, _said(plan), now=now, consignment_id=plan.consignment_id)
        if plan.hindrance is not None:
            return Dead(error=f"the count was not sent: {plan.hindrance}", error_class="NotTaken")
        return Done(result={"lines": len(plan.writes), "asked": len(plan.disagreements)})

    async def _ask(self, tx: Transaction, plan: ReceiptPlan) -> None:
        """Ask about counts made there; what is no longer so lapses."""
        now = await tx.now()
        standing = await decisions.standing(tx, stored_id(self._order))
        asked = {_ground(self._order, it): it for it in plan.disagreements}
        for ground, known in standing.items():
            new = asked.get(ground)
            if known.kind is DecisionKind.RECEIPT and not (new and _same(known, new)):
                await decisions.settle(
                    tx, known, state=DecisionState.LAPSED, now=now, by=LSYNC, note="counts changed"
                )
        for ground, each in asked.items():
            if not (ground in standing and _same(standing[ground], each)):
                question = _question(self._order, each, source=plan.consignment_id, now=now)
                await decisions.add(tx, question)


def _unseen(failure: OutcomeUnknown | None) -> Retry:
    """Nothing came of the writes: the next attempt looks again."""
    if failure is None:
        seen = "Lightspeed does not show what was just counted"
        return Retry(error=seen, error_class="Unseen")
    return Retry(error=visible(str(failure)), error_class=type(failure).__name__)


def _same(known: Decision, each: Disagreement) -> bool:
    return (known.ours, known.theirs) == (each.ours, each.theirs)


def _ground(order: PurchaseOrder, each: Disagreement) -> str:
    return f"order:{stored_id(order)}:receipt:{each.line.product_id}"


def _question(
    order: PurchaseOrder, each: Disagreement, *, source: str | None, now: datetime
) -> Decision:
    name, ours, theirs = label(each.line), plain(each.ours), plain(each.theirs)
    return Decision(
        kind=DecisionKind.RECEIPT,
        question=f"{name}: {theirs} received at Lightspeed, {ours} counted here",
        consequence=f"the count here is corrected to {theirs}; rejecting sends {ours}",
        ground=_ground(order, each),
        raised_at=now,
        ours=each.ours,
        theirs=each.theirs,
        order_id=order.id,
        order_number=order.order_number,
        line_no=each.line.line_no,
        product_id=each.line.product_id,
        source=source,
    )


def _said(plan: ReceiptPlan) -> Said:
    if plan.hindrance is not None:
        message = f"The count was not sent: {plan.hindrance}"
        return Said(step="receipt_refused", message=message, status=LogStatus.FAILED)
    parts = [f"{len(plan.writes)} received totals sent and read back"] if plan.writes else []
    parts += [f"{label(it.line)} was counted at Lightspeed too" for it in plan.disagreements]
    return Said(
        step="receipt_sent",
        message="; ".join(parts) or "Lightspeed has what was counted here",
        status=LogStatus.WARNING if plan.disagreements else LogStatus.OK,
        detail={"totals": {product: plain(total) for product, total in plan.writes}},
    )
