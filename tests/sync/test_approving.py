"""Approval and its sync job are one transaction; problems are said, not enforced."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from lsync.core.domain.catalogue import CatalogueEntry, Outlet, Product, Supplier
from lsync.core.domain.job import Priority
from lsync.core.domain.order import OrderLine, OrderState, PurchaseOrder, SyncState
from lsync.core.store import catalogue, jobs, orders, sync_log
from lsync.core.store.database import Database
from lsync.core.sync.approving import ApprovalRules, approve, approve_all, waiting

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
RULES = ApprovalRules(max_attempts=3)
ORDER = PurchaseOrder(
    order_number="PO-1",
    supplier="Northwind",
    outlet="Main Street",
    lines=(OrderLine(line_no=1, sku="SKU-1", quantity=Decimal(2), unit_cost=Decimal(1)),),
)


async def put(database: Database, *found: PurchaseOrder) -> None:
    async with database.write() as tx:
        for order in found:
            await orders.insert(tx, order, now=NOW)


async def stored(database: Database, number: str = "PO-1") -> PurchaseOrder:
    async with database.read() as tx:
        found = await orders.find(tx, number)
    assert found is not None
    return found


async def test_an_approved_order_is_queued_in_the_same_transaction(database: Database) -> None:
    await put(database, ORDER)
    (done,) = await approve(database, ["PO-1"], rules=RULES)
    assert (done.approved, done.message) == (True, "approved; its sync is queued")
    found = await stored(database)
    assert (found.state, found.sync_state) == (OrderState.APPROVED, SyncState.QUEUED)
    assert found.approved_at is not None
    async with database.read() as tx:
        job = await jobs.find(tx, done.job_id or 0)
        assert await orders.approved_unqueued(tx, 10) == []
        steps = [(each.operation, each.step) for each in await sync_log.search(tx)]
    assert job is not None
    assert (job.type, job.payload, job.priority, job.max_attempts) == (
        "sync.push",
        {"order_number": "PO-1"},
        Priority.NORMAL,
        3,
    )
    assert (job.unique_key, job.concurrency_key) == ("push:PO-1", "order:PO-1")
    assert steps == [("approve", "approved"), ("push", "queued")]


async def test_without_auto_queue_only_the_state_changes(database: Database) -> None:
    await put(database, ORDER)
    (done,) = await approve(database, ["PO-1"], rules=ApprovalRules(auto_queue=False))
    assert (done.approved, done.job_id, done.message) == (True, None, "approved")
    found = await stored(database)
    assert (found.state, found.sync_state) == (OrderState.APPROVED, SyncState.NOT_SYNCED)


async def test_a_held_order_is_approved_but_not_queued(database: Database) -> None:
    await put(database, ORDER)
    async with database.write() as tx:
        found = await orders.find(tx, "PO-1")
        assert found is not None
        await orders.hold(tx, orders.stored_id(found), held=True, now=NOW)
    (done,) = await approve(database, ["PO-1"], rules=RULES)
    assert done.job_id is None
    assert "on hold" in done.message


async def test_blocking_problems_are_said_and_do_not_prevent_it(database: Database) -> None:
    await put(database, replace(ORDER, supplier="Nobody"))
    async with database.write() as tx:
        known: list[CatalogueEntry] = [
            Product(id="p", name="Cup", sku="SKU-1"),
            Supplier(id="s", name="Northwind"),
            Outlet(id="o", name="Main Street"),
        ]
        await catalogue.put_many(tx, known, now=NOW)
        await catalogue.mark_known(tx, now=NOW)
    (done,) = await approve(database, ["PO-1"], rules=RULES)
    assert done.approved
    assert done.job_id is not None
    assert done.message == "approved, but its sync will fail: 1 to solve first"
    assert [warning.code.value for warning in done.warnings] == ["unknown_supplier"]


async def test_each_order_is_answered_for_itself(database: Database) -> None:
    await put(
        database,
        ORDER,
        replace(ORDER, order_number="PO-2", state=OrderState.PENDING_APPROVAL),
        replace(ORDER, order_number="PO-3", state=OrderState.APPROVED),
        replace(ORDER, order_number="PO-4", state=OrderState.CANCELLED),
    )
    done = await approve(database, ["PO-4", "PO-9", "PO-3", "PO-2", "PO-1", "PO-1"], rules=RULES)
    assert [(each.order_number, each.approved) for each in done] == [
        ("PO-4", False),
        ("PO-9", False),
        ("PO-3", True),
        ("PO-2", True),
        ("PO-1", True),
    ]
    said = {each.order_number: each.message for each in done}
    assert said["PO-4"].startswith("it is cancelled")
    assert said["PO-9"].startswith("there is no order PO-9; `lsync po list`")
    assert said["PO-3"] == "was already approved"


async def test_all_that_wait_are_approved_oldest_first(database: Database) -> None:
    many = [replace(ORDER, order_number=f"PO-{number}") for number in range(60)]
    await put(database, *many, replace(ORDER, order_number="X", state=OrderState.CANCELLED))
    assert len(await waiting(database)) == 60
    done = await approve_all(database, rules=RULES)
    assert [each.order_number for each in done] == [order.order_number for order in many]
    assert all(each.approved for each in done)
    assert await waiting(database) == []
    assert await approve_all(database, rules=RULES) == []
