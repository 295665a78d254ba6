"""Lists of orders: filters, pages and exact sums."""

from datetime import timedelta
from decimal import Decimal

from lsync.core.domain.consignment import ConsignmentView
from lsync.core.domain.order import OrderState, SyncState
from lsync.core.domain.problem import Problem, ProblemCode
from lsync.core.store import consignments, orders
from lsync.core.store.database import Database
from lsync.core.store.orders import OrderFilter
from tests.store.samples import NOW, line, order


async def _numbers(database: Database, matching: OrderFilter) -> list[str]:
    async with database.read() as tx:
        return [each.order.order_number for each in await orders.listing(tx, matching=matching)]


async def test_pages_follow_each_other_newest_first(database: Database) -> None:
    async with database.write() as tx:
        for number in range(5):
            await orders.insert(tx, order(f"PO-{number}"), now=NOW)
    seen: list[str] = []
    after: str | None = None
    async with database.read() as tx:
        while page := await orders.listing(tx, limit=2, after=after):
            seen += [each.order.order_number for each in page]
            after = seen[-1]
    assert seen == ["PO-4", "PO-3", "PO-2", "PO-1", "PO-0"]


async def test_sums_are_exact(database: Database) -> None:
    cents = tuple(
        line(number, quantity=Decimal("0.1"), received=Decimal("0.00001")) for number in (1, 2, 3)
    )
    async with database.write() as tx:
        stored = await orders.insert(tx, order(lines=cents), now=NOW)
        order_id = orders.stored_id(stored)
        problem = Problem(code=ProblemCode.NO_LINES, message="m", fix="f")
        await orders.put_problems(tx, order_id, problems=[problem], now=NOW)
        for name in ("c-2", "c-1"):
            view = ConsignmentView(consignment_id=name, status="SENT", version=1)
            await consignments.put(tx, view, order_id, role="primary", now=NOW)
        (listed,) = await orders.listing(tx)
    assert (listed.lines, listed.ordered, listed.received) == (
        3,
        Decimal("0.3"),
        Decimal("0.00003"),
    )
    assert set(listed.consignment_ids) == {"c-1", "c-2"}
    assert listed.order.problems == (problem,)


async def test_filters_narrow_the_list(database: Database) -> None:
    async with database.write() as tx:
        await orders.insert(tx, order("A-1", state=OrderState.APPROVED), now=NOW)
        await orders.insert(tx, order("A-2", supplier="Alpine Trading"), now=NOW)
        await orders.insert(tx, order("B%3", sync_state=SyncState.FAILED, note="urgent"), now=NOW)
    assert await _numbers(database, OrderFilter(states=(OrderState.APPROVED,))) == ["A-1"]
    assert await _numbers(database, OrderFilter(sync_states=(SyncState.FAILED,))) == ["B%3"]
    assert await _numbers(database, OrderFilter(supplier="alpine")) == ["A-2"]
    assert await _numbers(database, OrderFilter(outlet="Main")) == ["B%3", "A-2", "A-1"]
    assert await _numbers(database, OrderFilter(text="urgent")) == ["B%3"]
    assert await _numbers(database, OrderFilter(text="%")) == ["B%3"]
    assert await _numbers(database, OrderFilter(numbers=("A-1", "B%3"))) == ["B%3", "A-1"]


async def test_a_word_in_the_text_may_begin_a_state(database: Database) -> None:
    async with database.write() as tx:
        await orders.insert(tx, order("A-1", state=OrderState.APPROVED), now=NOW)
        await orders.insert(tx, order("A-2", sync_state=SyncState.FAILED), now=NOW)
        await orders.insert(tx, order("A-3", supplier="Failed & Sons"), now=NOW)
    assert await _numbers(database, OrderFilter(text="approved")) == ["A-1"]
    assert await _numbers(database, OrderFilter(text="fail")) == ["A-3", "A-2"]
    assert await _numbers(database, OrderFilter(text="app")) == []


async def test_orders_are_found_by_their_last_change(database: Database) -> None:
    async with database.write() as tx:
        for hours in range(3):
            await orders.insert(tx, order(f"A-{hours}"), now=NOW + timedelta(hours=hours))
    hour = timedelta(hours=1)
    assert await _numbers(database, OrderFilter(since=NOW + hour)) == ["A-2", "A-1"]
    assert await _numbers(database, OrderFilter(until=NOW + hour)) == ["A-0"]
    between = OrderFilter(since=NOW + hour, until=NOW + 2 * hour)
    assert await _numbers(database, between) == ["A-1"]


async def test_orders_are_found_by_their_due_date(database: Database) -> None:
    today = NOW.date()
    async with database.write() as tx:
        for days in (-1, 0):
            due = today + timedelta(days=days)
            await orders.insert(tx, order(f"A{days}", due_date=due), now=NOW)
        await orders.insert(tx, order("A-none"), now=NOW)
    assert await _numbers(database, OrderFilter(due_before=today)) == ["A-1"]


async def test_counts_are_by_state_and_by_sync_state(database: Database) -> None:
    async with database.write() as tx:
        await orders.insert(tx, order("A", state=OrderState.APPROVED), now=NOW)
        await orders.insert(tx, order("B", sync_state=SyncState.FAILED), now=NOW)
        await orders.insert(tx, order("C"), now=NOW)
        by_state, by_sync = await orders.counts(tx)
    assert by_state == {"approved": 1, "draft": 2}
    assert by_sync == {"not_synced": 2, "failed": 1}
