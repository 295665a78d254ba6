"""Reports about orders: the database adds up, exactly, and only what the period holds."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import text, update

from lsync.core.domain.order import OrderState
from lsync.core.domain.records import Receipt
from lsync.core.store import orders, receipts, reports
from lsync.core.store.database import Database, Transaction
from lsync.core.store.reports import OrderedGroup, OrdersWanted
from tests.store.samples import NOW, line, order

DAY = timedelta(days=1)
EVERYTHING = OrdersWanted()
BOTH = ("supplier", "outlet")


async def add(
    tx: Transaction, number: str, state: OrderState = OrderState.SUBMITTED, **changes: object
) -> int:
    """Store an order that was approved now."""
    values = {"state": state, "approved_at": NOW, **changes}
    return orders.stored_id(await orders.insert(tx, order(number, **values), now=NOW))


async def report(
    database: Database,
    wanted: OrdersWanted = EVERYTHING,
    *,
    by: tuple[str, ...] = BOTH,
    limit: int = 100,
    skip: int = 0,
) -> list[OrderedGroup]:
    async with database.read() as tx:
        return await reports.ordered(tx, wanted, by=by, today=NOW.date(), limit=limit, skip=skip)


async def test_orders_are_added_up_by_supplier_and_outlet(database: Database) -> None:
    tenth = Decimal("0.1")
    async with database.write() as tx:
        for number in range(1, 4):
            lines = tuple(line(no, quantity=tenth, unit_cost=tenth, received=0) for no in (1, 2))
            await add(tx, f"PO-{number}", lines=lines)
        await add(tx, "PO-9", OrderState.CLOSED, outlet="Harbour", lines=(line(1, received=3),))
        await add(tx, "PO-D", OrderState.DRAFT)
        await add(tx, "PO-C", OrderState.CANCELLED)
    harbour, main = await report(database)
    assert (harbour.outlet, harbour.orders, harbour.unfinished) == ("Harbour", 1, 0)
    assert (harbour.ordered, harbour.received) == (Decimal("2.5"), Decimal(3))
    assert (harbour.ordered_value, harbour.received_value) == (Decimal("3.125"), Decimal("3.75"))
    assert (main.orders, main.unfinished, main.lines) == (3, 3, 6)
    assert (main.ordered, main.ordered_value) == (Decimal("0.6"), Decimal("0.06"))
    (supplier,) = await report(database, by=("supplier",))
    assert (supplier.supplier, supplier.outlet, supplier.orders) == ("Northwind Wholesale", None, 4)
    assert [each.outlet for each in await report(database, limit=1, skip=1)] == ["Main Street"]


async def test_a_period_a_supplier_and_an_outlet_narrow_it(database: Database) -> None:
    async with database.write() as tx:
        await add(tx, "PO-1")
        await add(tx, "PO-2", approved_at=NOW - DAY)
        await add(tx, "PO-3", approved_at=NOW + DAY)
        await add(tx, "PO-4", supplier="100% Tea")
    (main,) = await report(database, OrdersWanted(since=NOW, until=NOW + DAY, supplier="wind"))
    assert main.orders == 1
    assert await report(database, OrdersWanted(outlet="Harbour")) == []
    (tea,) = await report(database, OrdersWanted(supplier="0%"))
    assert tea.supplier == "100% Tea"


async def test_late_orders_and_the_time_to_the_first_goods(database: Database) -> None:
    yesterday = (NOW - DAY).date()
    async with database.write() as tx:
        first = await add(tx, "PO-1", due_date=yesterday)
        await add(tx, "PO-2", OrderState.RECEIVED, due_date=yesterday)
        await add(tx, "PO-3", due_date=NOW.date())
        receipt = Receipt(
            order_id=first,
            consignment_id="c-1",
            product_id="p-1",
            line_no=1,
            received_before=Decimal(0),
            received_after=Decimal(1),
            version=7,
            observed_at=NOW + 2 * DAY,
        )
        await receipts.add(tx, [receipt, replace(receipt, observed_at=NOW + 5 * DAY)])
    (group,) = await report(database)
    assert (group.orders, group.unfinished, group.overdue) == (3, 2, 1)
    assert group.lead_seconds is not None
    assert abs(group.lead_seconds - 2 * 86_400) < 0.01


async def test_orders_without_lines_and_unusable_numbers_stop_nothing(database: Database) -> None:
    async with database.write() as tx:
        await add(tx, "PO-1", lines=())
        order_id = await add(tx, "PO-2", lines=(line(1), line(2, unit_cost=None)))
        if tx.dialect == "sqlite":
            odd = "UPDATE purchase_order_lines SET quantity = :odd WHERE order_id = :id"
            await tx.execute(text(f"{odd} AND line_no = 1"), {"odd": "9e300", "id": order_id})
    (group,) = await report(database)
    assert (group.orders, group.lines) == (2, 2)
    async with database.read() as tx:
        assert await reports.differences(tx, OrdersWanted(), limit=10) == []


async def test_differences_are_lines_that_were_counted_and_are_not_what_was_ordered(
    database: Database,
) -> None:
    short, over, equal = (
        line(1, quantity=Decimal(4), received=Decimal(3)),
        line(2, quantity=Decimal(4), received=Decimal("4.00001")),
        line(3, quantity=Decimal("4.0"), received=Decimal("4.00000")),
    )
    async with database.write() as tx:
        order_id = await add(tx, "PO-1", OrderState.PARTIALLY_RECEIVED, lines=(short, over, equal))
        await add(tx, "PO-2", OrderState.SUBMITTED, lines=(line(1),))
        table = tx.tables.purchase_orders
        await tx.execute(update(table).where(table.c.id == order_id).values(updated_at=NOW))
        found = await reports.differences(tx, OrdersWanted(since=NOW), limit=10)
        assert [(each.order_number, each.line_no) for each in found] == [("PO-1", 2), ("PO-1", 1)]
        assert (found[1].ordered, found[1].received) == (Decimal(4), Decimal(3))
        rest = await reports.differences(tx, OrdersWanted(), limit=10, before=found[0].line_id)
        assert [each.line_no for each in rest] == [1]
        assert await reports.differences(tx, OrdersWanted(since=NOW + DAY), limit=10) == []
        assert await reports.differences(tx, OrdersWanted(until=NOW), limit=10) == []
