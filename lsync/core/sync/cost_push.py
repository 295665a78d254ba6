"""Brings an accepted unit cost to the order's consignment, as long as Lightspeed takes it.

Costs may be set in OPEN, SENT and DISPATCHED (X-Series 2026-07); a received consignment keeps
the cost it was received at.
"""

from decimal import Decimal

from lsync.core.domain.amount import plain
from lsync.core.domain.consignment import ConsignmentStatus, ConsignmentView
from lsync.core.domain.drift import label
from lsync.core.domain.family import known_lines
from lsync.core.domain.job import UniqueScope
from lsync.core.domain.order import PurchaseOrder
from lsync.core.domain.outcome import Dead, Done, Outcome, Retry
from lsync.core.domain.preflight_lines import ResolvedLine
from lsync.core.domain.remote_change import WrittenLine
from lsync.core.domain.sanitise import visible
from lsync.core.store import catalogue, orders, written_lines
from lsync.core.store.database import Transaction
from lsync.core.store.jobs import NewJob, enqueue
from lsync.core.store.orders import stored_id
from lsync.core.sync import recording
from lsync.core.sync.attribution import working
from lsync.core.sync.engine import Engine
from lsync.core.sync.journal import Journal
from lsync.core.sync.pull_reading import read_consignments
from lsync.core.sync.push_queueing import order_key
from lsync.core.sync.said import Said

COST = "cost.push"
C = ConsignmentStatus
_SETTABLE = frozenset({C.OPEN, C.SENT, C.DISPATCHED})


async def queue_cost(
    tx: Transaction, order: PurchaseOrder, *, line_no: int, max_attempts: int
) -> None:
    """Queue bringing one line's cost to Lightspeed; the job takes the cost of then."""
    job = NewJob(
        type=COST,
        payload={"order_number": order.order_number, "line_no": line_no},
        max_attempts=max_attempts,
        unique_key=f"cost:{stored_id(order)}:{line_no}",
        unique_scope=UniqueScope.PENDING,
        concurrency_key=order_key(order.order_number),
    )
    await enqueue(tx, job, now=await tx.now())


async def push_cost(
    engine: Engine, order_number: str, *, line_no: int, job_id: int | None = None
) -> Outcome:
    """Set the line's cost to the order's, absolutely, and read it back; repeating it is safe."""
    with working(job_id=job_id, order_number=order_number):
        async with engine.database.read() as tx:
            order = await orders.find(tx, order_number)
            if order is None:
                unknown = f"there is no order {visible(order_number)}"
                return Dead(error=unknown, error_class="UnknownOrder")
            family = await recording.family_of(tx, order)
            lines = known_lines(order, await catalogue.facts_for(tx, [order]))
        line = next((it for it in lines if it.line_no == line_no), None)
        if family is None or line is None or line.unit_cost is None:
            return Done(result={"message": "there is nothing to bring to Lightspeed"})
        return await _Run(engine, order, line).carry_out(family.primary.consignment_id)


class _Run:
    """One run for one line."""

    def __init__(self, engine: Engine, order: PurchaseOrder, line: ResolvedLine) -> None:
        self._engine = engine
        self._order = order
        self._line = line
        self._client = engine.client.scoped(max_wait=engine.rules.budget_wait)
        self._journal = Journal(engine, operation="price", order=order)

    async def carry_out(self, consignment_id: str) -> Outcome:
        self._journal.begin()
        view = await self._look(consignment_id)
        if view is None or view.known_status not in _SETTABLE or not self._holds(view):
            status = "gone" if view is None else view.status
            message = f"the consignment is {visible(status)}; it keeps its cost"
            return Done(result={"message": message})
        if self._cost(view) != self._line.unit_cost:
            await self._client.consignments.set_line(
                consignment_id, self._line.product_id, cost=self._line.unit_cost
            )
            view = await self._look(consignment_id)
        if view is None or self._cost(view) != self._line.unit_cost:
            return Retry(error="Lightspeed does not show the new cost", error_class="Unseen")
        seen = view
        await self._engine.database.run(lambda tx: self._record(tx, seen))
        return Done(result={"line_no": self._line.line_no, "unit_cost": str(self._line.unit_cost)})

    async def _look(self, consignment_id: str) -> ConsignmentView | None:
        expect = len(self._order.lines)
        views, _ = await read_consignments(self._client, [consignment_id], expect=expect)
        return views[0] if views else None

    def _holds(self, view: ConsignmentView) -> bool:
        return any(it.product_id == self._line.product_id for it in view.lines)

    def _cost(self, view: ConsignmentView) -> Decimal | None:
        return next((it.cost for it in view.lines if it.product_id == self._line.product_id), None)

    async def _record(self, tx: Transaction, view: ConsignmentView) -> None:
        now, order_id = await tx.now(), stored_id(self._order)
        order = await orders.find_by_id(tx, order_id) or self._order
        lines = known_lines(order, await catalogue.facts_for(tx, [order]))
        await recording.keep_consignment(tx, order, view, lines=lines, now=now)
        written = await written_lines.of_order(tx, order_id)
        before = written.get(self._line.product_id)
        quantity = before.quantity if before else self._line.quantity
        fresh = WrittenLine(quantity=quantity, unit_cost=self._line.unit_cost)
        await written_lines.put(tx, order_id, product_id=self._line.product_id, line=fresh)
        up_to_date = await recording.is_written(tx, order)
        await recording.record(tx, order, lines=lines, written=up_to_date, now=now)
        cost = plain(self._line.unit_cost or Decimal(0))
        said = Said(step="cost", message=f"{label(self._line)} costs {cost} there too")
        await self._journal.write(tx, said, now=now, consignment_id=view.consignment_id)
