"""What came short and what belongs to no order, by supplier: bounded, and by an index."""

from datetime import timedelta
from decimal import Decimal

import pytest

from lsync.core.domain.consignment import ConsignmentLineView, ConsignmentView
from lsync.core.domain.order import OrderState
from lsync.core.store import consignments, orders, strangers
from lsync.core.store.database import Database, Transaction
from lsync.core.store.orders import stored_id
from tests.store.query_plans import query_plans
from tests.store.samples import LATER, NOW, order


def view(name: str, *, received: str = "1", version: int = 5, **changes: object) -> ConsignmentView:
    line = ConsignmentLineView(
        product_id="p", count=Decimal("10.50000"), received=Decimal(received)
    )
    values: dict[str, object] = {
        "status": "RECEIVED",
        "supplier_id": "s",
        "outlet_id": "o",
        "lines": (line,),
        **changes,
    }
    return ConsignmentView(consignment_id=name, version=version, **values)  # type: ignore[arg-type]  # a view's own fields


async def receive(database: Database, number: str, *views: ConsignmentView) -> int:
    """Store a received order with these consignments, the first one its own."""
    async with database.write() as tx:
        made = order(number=number, state=OrderState.RECEIVED)
        order_id = stored_id(await orders.insert(tx, made, now=NOW))
        for place, each in enumerate(views):
            role = "split" if place else "primary"
            await consignments.put(tx, each, order_id, role=role, now=NOW)
    return order_id


async def short(database: Database, *, limit: int = 9) -> list[str]:
    async with database.read() as tx:
        found = await strangers.short(tx, ["s", "t"], since=NOW, limit=limit)
    return [each.parent.consignment_id for each in found]


async def test_only_received_consignments_with_a_rest_are_short(database: Database) -> None:
    await receive(database, "PO-1", view("short"))
    await receive(database, "PO-2", view("full", received="10.5"))
    await receive(database, "PO-3", view("over", received="11"))
    await receive(database, "PO-4", view("coming", status="DISPATCHED"))
    await receive(database, "PO-5", view("elsewhere", supplier_id="u"))
    await receive(database, "PO-6", view("answered"), view("answer", status="SENT", version=6))
    async with database.read() as tx:
        (found,) = await strangers.short(tx, ["s", "t"], since=NOW, limit=9)
        assert await strangers.short(tx, ["s"], since=LATER, limit=9) == []
    assert (found.order_number, found.parent) == ("PO-1", view("short"))


@pytest.mark.parametrize("state", [OrderState.CLOSED, OrderState.CANCELLED])
async def test_an_order_that_ended_by_hand_awaits_nothing(
    database: Database, state: OrderState
) -> None:
    await receive(database, "PO-1", view("short"))
    async with database.write() as tx:
        table = tx.tables.purchase_orders
        await tx.execute(table.update().values(state=state.value))
    assert await short(database) == []


async def test_the_newest_are_kept_where_there_are_many(database: Database) -> None:
    for number in range(4):
        await receive(database, f"PO-{number}", view(f"c-{number}"))
        async with database.write() as tx:
            table = tx.tables.consignments
            place = table.c.id == f"c-{number}"
            later = NOW + timedelta(minutes=number)
            await tx.execute(table.update().where(place).values(observed_at=later))
    assert await short(database, limit=2) == ["c-3", "c-2"]


async def test_a_stranger_waits_until_it_is_read_in_its_version(database: Database) -> None:
    async def waiting(*, read: bool) -> list[str]:
        async with database.read() as tx:
            found = await strangers.of_parties(
                tx, supplier_id="s", outlet_id="o", since=NOW, read=read, limit=9
            )
        return [each.consignment_id for each in found]

    async def keep(version: int, *, read: bool) -> None:
        async with database.write() as tx:
            await strangers.keep(tx, view("x", version=version), now=NOW, read=read)

    await keep(5, read=False)
    assert (await waiting(read=False), await waiting(read=True)) == (["x"], [])
    await keep(5, read=True)
    assert (await waiting(read=False), await waiting(read=True)) == ([], ["x"])
    await keep(6, read=False)
    await keep(5, read=True)
    assert (await waiting(read=False), await waiting(read=True)) == (["x"], [])
    async with database.read() as tx:
        assert await strangers.judged(tx, ["x", "y"]) == {"x": 5}


async def test_what_belongs_to_an_order_is_no_stranger(database: Database) -> None:
    order_id = await receive(database, "PO-1", view("x"))
    async with database.write() as tx:
        await strangers.keep(tx, view("x", version=9), now=LATER, read=True)
        (member,) = await consignments.family(tx, order_id)
    assert (member.role, member.view.version) == ("primary", 5)


async def test_both_are_found_by_the_index_of_their_supplier(database: Database) -> None:
    async def work(tx: Transaction) -> None:
        await strangers.short(tx, ["s"], since=NOW, limit=9)
        await strangers.of_parties(
            tx, supplier_id="s", outlet_id="o", since=NOW, read=True, limit=9
        )

    plans = await query_plans(database, work)
    assert len(plans) == (2 if database.dialect == "sqlite" else 0)
    for steps in plans:
        assert any(
            "ix_consignments_supplier_id (supplier_id=? AND observed_at>?)" in step
            for step in steps
        )
