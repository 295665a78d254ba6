"""Pushing an order to a simulated Lightspeed, judged by its ledger."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lsync.core.domain.order import OrderLine, OrderState, SyncState
from lsync.core.domain.outcome import Cancelled, Dead, Outcome, Snooze
from lsync.core.domain.problem import ProblemCode
from lsync.core.store import orders, pushes, sync_log
from lsync.core.store.database import Database
from lsync.core.store.pushes import StalePush
from lsync.core.sync.engine import SyncRules
from tests.sync.retailer import (
    QUIET,
    After,
    Retailer,
    StillClock,
    assert_exactly_once,
    done,
    order_lines,
)


async def test_a_clean_push_costs_four_calls_and_is_sent(retailer: Retailer) -> None:
    await retailer.approve(lines=500)
    before = retailer.calls
    result = done(await retailer.push()).result
    assert retailer.calls - before == 4 == result["calls"]
    await assert_exactly_once(retailer, "PO-1")
    order = await retailer.order()
    assert (order.state, order.sync_state) == (OrderState.SUBMITTED, SyncState.SYNCED)
    assert order.last_synced_at == retailer.clock()
    assert order.problems == ()


@pytest.mark.parametrize(("lines", "calls"), [(600, 5), (1200, 8)])
async def test_long_orders_go_out_in_chunks(
    sqlite: Database, clock: StillClock, lines: int, calls: int
) -> None:
    retailer = Retailer(sqlite, clock=clock, products=1300)
    await retailer.open()
    await retailer.approve(lines=lines)
    before = retailer.calls
    done(await retailer.push())
    assert retailer.calls - before <= calls
    await assert_exactly_once(retailer, "PO-1")


async def test_every_step_is_logged_with_its_calls(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.push(job_id=7)
    async with retailer.database.read() as tx:
        entries = (await sync_log.search(tx))[::-1]
    assert [entry.step for entry in entries] == [
        "arm",
        "create",
        "lines",
        "verify",
        "send",
        "finish",
    ]
    assert {(entry.job_id, entry.order_number) for entry in entries} == {(7, "PO-1")}
    for entry in entries[1:5]:
        assert entry.detail is not None
        assert len(entry.detail["requests"]) == 1  # type: ignore[arg-type]  # a list in JSON
        assert entry.duration_ms is not None


async def test_an_order_with_problems_writes_nothing_and_lists_them_all(
    retailer: Retailer,
) -> None:
    good = order_lines(1)[0]
    lines = (
        good,
        replace(good, line_no=2, sku="NO-SUCH-THING"),
        replace(good, line_no=3, sku="SKU-0003", quantity=Decimal(0)),
        replace(good, line_no=4),
        replace(good, line_no=5, sku="SKU-0077"),
    )
    await retailer.approve(supplier="Nobody Ltd", lines=lines)
    outcome = await retailer.push()
    assert isinstance(outcome, Dead)
    order = await retailer.order()
    codes = {
        ProblemCode.UNKNOWN_SUPPLIER,
        ProblemCode.UNKNOWN_SKU,
        ProblemCode.ZERO_QUANTITY,
        ProblemCode.DUPLICATE_LINE,
        ProblemCode.COMPOSITE_PRODUCT,
    }
    assert codes == {problem.code for problem in order.problems}
    assert (order.state, order.sync_state) == (OrderState.APPROVED, SyncState.FAILED)
    assert await retailer.ledger() == {}


async def test_an_order_that_is_there_already_is_read_and_not_written(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.push()
    before = len(list(retailer.world.ledger))
    done(await retailer.push())
    assert len(list(retailer.world.ledger)) == before
    await assert_exactly_once(retailer, "PO-1")


async def test_without_auto_send_the_consignment_stays_open_until_it_is_sent(
    sqlite: Database, clock: StillClock
) -> None:
    retailer = Retailer(sqlite, clock=clock, rules=SyncRules(auto_send=False, quiet=QUIET))
    await retailer.open()
    await retailer.approve()
    done(await retailer.push())
    await assert_exactly_once(retailer, "PO-1", status="OPEN")
    assert (await retailer.order()).state is OrderState.APPROVED
    assert (await retailer.order()).sync_state is SyncState.SYNCED
    retailer.engine = replace(retailer.engine, rules=SyncRules(quiet=QUIET))
    done(await retailer.push())
    await assert_exactly_once(retailer, "PO-1")
    assert (await retailer.order()).state is OrderState.SUBMITTED


async def test_a_product_made_a_minute_ago_is_found(retailer: Retailer) -> None:
    record = next(iter(retailer.world.products))
    made = replace(record, id="fresh", fields={**record.fields, "sku": "FRESH"})
    retailer.world.put_product(made)
    line = OrderLine(line_no=1, sku="FRESH", quantity=Decimal(2), unit_cost=Decimal(1))
    await retailer.approve(lines=(line,))
    before = retailer.calls
    done(await retailer.push())
    assert retailer.calls - before == 5


async def test_an_order_held_or_cancelled_meanwhile_is_not_written_any_further(
    retailer: Retailer,
) -> None:
    order = await retailer.approve()
    await retailer.fault("lost_reply", count=1, method="POST", path="bulk")
    await retailer.fault("5xx", count=4, method="GET", path="products")
    with pytest.raises(Exception, match="read the lines"):
        await retailer.push()
    async with retailer.database.write() as tx:
        assert order.id is not None
        await orders.hold(tx, order.id, held=True, now=retailer.clock())
    held = await retailer.push()
    assert held == Cancelled(reason="the order is on hold; release it to go on")
    async with retailer.database.write() as tx:
        await orders.hold(tx, order.id, held=False, now=retailer.clock())
    done(await retailer.push_to_the_end())
    await assert_exactly_once(retailer, "PO-1")


async def test_a_line_added_by_somebody_else_stops_the_push(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.fault("lost_reply", count=1, method="POST", path="bulk")
    await retailer.fault("5xx", count=4, method="GET", path="products")
    with pytest.raises(Exception, match="read the lines"):
        await retailer.push()
    (consignment,) = retailer.world.consignments
    line = next(iter(consignment.lines))
    consignment.lines.put(replace(line, id="foreign", product_id="foreign"))
    assert isinstance(await retailer.push_to_the_end(), Dead)
    order = await retailer.order()
    assert [problem.code for problem in order.problems] == [ProblemCode.LINE_EXTRA]
    assert order.sync_state is SyncState.FAILED
    assert consignment.status == "OPEN"


async def test_several_consignments_of_one_number_are_settled_on_one(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.fault("late_execution", count=1, method="POST", path="consignments$", seconds=9)
    await retailer.fault("5xx", count=4, method="GET", path="consignments$")
    with pytest.raises(Exception, match="list the consignments"):
        await retailer.push()
    twin = {
        "name": "by hand",
        "type": "SUPPLIER",
        "reference": "PO-1",
        "outlet_id": next(iter(retailer.world.outlets)).id,
    }
    token = {"authorization": f"Bearer {retailer.world.config.token}"}
    made = await retailer.control.post(
        "http://shop/api/2026-07/consignments", json=twin, headers=token
    )
    assert made.is_success
    done(await retailer.push_to_the_end())
    await assert_exactly_once(retailer, "PO-1")
    async with retailer.database.read() as tx:
        order = await orders.find(tx, "PO-1")
        assert order is not None
        assert order.id is not None
        push = await pushes.current(tx, order.id)
    assert push is not None
    assert push.consignment_id == order.consignment_id


async def test_a_worker_that_was_frozen_past_its_lease_writes_nothing(retailer: Retailer) -> None:
    await retailer.approve()
    before = retailer.calls
    outcome = await retailer.push(holds_lease=lambda: False)
    assert isinstance(outcome, Snooze)
    assert retailer.calls == before
    done(await retailer.push_to_the_end())
    await assert_exactly_once(retailer, "PO-1")


async def test_two_workers_of_one_push_shut_each_other_out(
    sqlite: Database, clock: StillClock
) -> None:
    """The second takes over while the first waits for an answer: the first may not go on."""
    taken_over: list[Outcome] = []

    async def take_over() -> None:
        taken_over.append(await other.push())

    retailer = Retailer(sqlite, clock=clock, transport=lambda it: After(it, "POST", take_over))
    other = retailer.twin()
    await retailer.approve()
    with pytest.raises(StalePush):
        await retailer.push()
    assert taken_over
    done(await retailer.push_to_the_end())
    await assert_exactly_once(retailer, "PO-1")


async def test_a_change_while_the_order_is_checked_begins_anew(
    sqlite: Database, clock: StillClock
) -> None:
    """What was looked up belongs to the old lines: nothing is judged by it."""
    line = OrderLine(line_no=1, sku="LATER", quantity=Decimal(1), unit_cost=Decimal(1))

    async def change() -> None:
        order = await retailer.order()
        async with sqlite.write() as tx:
            new = replace(order, lines=order_lines(2))
            await orders.replace(tx, order, new=new, now=clock())

    retailer = Retailer(sqlite, clock=clock, transport=lambda it: After(it, "GET", change))
    await retailer.approve(lines=(line,))
    assert isinstance(await retailer.push(), Snooze)
    done(await retailer.push())
    await assert_exactly_once(retailer, "PO-1")
