"""What is noted of an order as it changes, and which changed orders wait for a job."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import update

from lsync.core.domain.consignment import ConsignmentView
from lsync.core.domain.history import Fact, order_at
from lsync.core.domain.order import OrderLine, OrderState, PurchaseOrder, SyncState
from lsync.core.domain.problem import Problem, ProblemCode
from lsync.core.store import consignments, orders
from lsync.core.store.budget import HELD, StoredBudget
from lsync.core.store.consignments import PRIMARY
from lsync.core.store.database import Database, Transaction
from lsync.core.store.orders import stored_id

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ORDER = PurchaseOrder(
    order_number="PO-1",
    supplier="Northwind",
    outlet="Main Street",
    lines=(OrderLine(line_no=1, sku="SKU-1", quantity=Decimal(2), unit_cost=Decimal("1.5")),),
)
PROBLEM = Problem(code=ProblemCode.LINE_MISSING, message="gone", fix="look")


async def put(database: Database, order: PurchaseOrder = ORDER) -> PurchaseOrder:
    async with database.write() as tx:
        return await orders.insert(tx, order, now=NOW)


async def told(tx: Transaction, order_id: int) -> list[Fact]:
    return [noted.fact for noted in await orders.facts(tx, order_id)]


async def test_every_change_is_noted_once(database: Database) -> None:
    order = await put(database)
    order_id = stored_id(order)
    async with database.write() as tx:
        approved = await orders.set_state(tx, order, state=OrderState.APPROVED, now=NOW)
        for _ in range(2):
            await orders.set_sync_state(tx, order_id, sync_state=SyncState.QUEUED, now=NOW)
            await orders.hold(tx, order_id, held=True, now=NOW)
            await orders.link_consignment(tx, order_id, consignment_id="c1", now=NOW)
            await orders.put_problems(tx, order_id, problems=(PROBLEM,), now=NOW)
        await orders.put_problems(tx, order_id, problems=(), now=NOW)
        await orders.put_problems(tx, order_id, problems=(), now=NOW)
        await orders.put_received(tx, order_id, received={1: Decimal("1.50")}, now=NOW)
        new = replace(ORDER, lines=(replace(ORDER.lines[0], quantity=Decimal(9)),))
        await orders.replace(tx, approved, new=new, now=NOW)
    async with database.read() as tx:
        assert await told(tx, order_id) == [
            Fact.DOCUMENT,
            Fact.STATE,
            Fact.STATE,
            Fact.SYNC_STATE,
            Fact.HELD,
            Fact.CONSIGNMENT,
            Fact.PROBLEMS,
            Fact.PROBLEMS,
            Fact.RECEIVED,
            Fact.DOCUMENT,
        ]
        then = order_at("PO-1", await orders.facts(tx, order_id))
    assert then is not None
    assert (then.state, then.held, then.consignment_id) == (OrderState.APPROVED, True, "c1")
    (line,) = then.lines
    assert (line.quantity, line.unit_cost, line.received) == (
        Decimal(9),
        Decimal("1.5"),
        Decimal("1.5"),
    )


async def test_what_another_program_wrote_is_noted_when_it_is_noticed(database: Database) -> None:
    order_id = stored_id(await put(database))
    async with database.write() as tx:
        table = tx.tables.purchase_orders
        await tx.execute(update(table).values(state="approved", revision=2))
    for _ in range(2):
        async with database.write() as tx:
            found = await orders.find(tx, "PO-1")
            assert found is not None
            await orders.observe(tx, order_id, found, now=NOW)
    async with database.read() as tx:
        noted = await orders.facts(tx, order_id)
    assert [it.value["revision"] for it in noted if it.fact is Fact.DOCUMENT] == [1, 2]
    assert [it.value for it in noted if it.fact is Fact.STATE] == ["draft", "approved"]


async def test_a_change_of_what_lightspeed_has_waits_until_it_is_queued(
    database: Database,
) -> None:
    order_id = stored_id(await put(database, replace(ORDER, state=OrderState.SUBMITTED)))
    async with database.write() as tx:
        await orders.link_consignment(tx, order_id, consignment_id="c1", now=NOW)
        assert await orders.changed_unqueued(tx, 10) == [], "never queued: nobody knows of it"
        await orders.mark_pushed(tx, order_id, revision=1, now=NOW)
        assert await orders.changed_unqueued(tx, 10) == []
        await tx.execute(update(tx.tables.purchase_orders).values(revision=2))
        assert [it.order_number for it in await orders.changed_unqueued(tx, 10)] == ["PO-1"]
        await orders.mark_queued(tx, order_id, revision=2, now=NOW)
        assert await orders.changed_unqueued(tx, 10) == []


async def test_a_cancelled_order_waits_while_something_of_it_is_alive(database: Database) -> None:
    order_id = stored_id(await put(database, replace(ORDER, state=OrderState.CANCELLED)))
    view = ConsignmentView(consignment_id="c1", status="SENT", version=1)
    async with database.write() as tx:
        assert await orders.cancelled_unqueued(tx, 10) == []
        await consignments.put(tx, view, order_id, role=PRIMARY, now=NOW)
        assert [it.order_number for it in await orders.cancelled_unqueued(tx, 10)] == ["PO-1"]
        await orders.mark_withdrawal(tx, order_id, now=NOW)
        assert await orders.cancelled_unqueued(tx, 10) == []
        sync = await orders.find_sync(tx, order_id)
    assert sync.withdrawal_queued_at == NOW


async def test_similar_orders_are_recent_and_of_the_same_size(database: Database) -> None:
    for number, changes in {
        "SAME": {},
        "LONGER": {"lines": (*ORDER.lines, replace(ORDER.lines[0], line_no=2, sku="SKU-2"))},
        "OTHER": {"supplier": "Someone"},
        "GONE": {"state": OrderState.CANCELLED},
        "ELSE": {"lines": (replace(ORDER.lines[0], sku="SKU-9"),)},
    }.items():
        await put(database, replace(ORDER, order_number=number, **changes))  # type: ignore[arg-type]  # its fields
    async with database.read() as tx:
        found = await orders.similar(tx, [ORDER], since=NOW - timedelta(days=1))
        assert [it.order_number for it in found] == ["SAME"]
        assert await orders.similar(tx, [ORDER], since=NOW + timedelta(days=1)) == []


async def test_the_budget_tells_when_many_calls_will_have_been_sent(database: Database) -> None:
    budget = StoredBudget(database, limit=100)
    for _ in range(30):
        assert await budget.acquire() is None
    async with database.read() as tx:
        now = await tx.now()
    assert await budget.forecast(67) - now < timedelta(seconds=30)
    for calls, windows in ((68, 1), (120, 1), (195, 2)):
        wait = await budget.forecast(calls) - now
        assert abs(wait - windows * HELD) < timedelta(seconds=30), calls
