"""What another program does to an order Lightspeed has goes out by itself, or is explained."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import update

from lsync.core.domain.order import OrderState, SyncState
from lsync.core.domain.problem import ProblemCode
from lsync.core.queue import NewJob
from lsync.core.store import orders
from lsync.core.sync.push_queueing import queue_push, queue_unqueued
from tests.sync.retailer import Retailer, assert_exactly_once, order_lines, orderable
from tests.sync.test_push_edits import rewrite


async def notice(retailer: Retailer, *, approved: bool = True) -> list[str]:
    found = await queue_unqueued(retailer.database, max_attempts=4, approved=approved)
    return [queued.order_number for queued in found]


async def cancel_in_the_tables(retailer: Retailer, number: str = "PO-1") -> None:
    async with retailer.database.write() as tx:
        table = tx.tables.purchase_orders
        await tx.execute(
            update(table).where(table.c.order_number == number).values(state="cancelled")
        )


async def codes(retailer: Retailer) -> list[ProblemCode]:
    return [problem.code for problem in (await retailer.order()).problems]


@pytest.fixture
async def sent(retailer: Retailer) -> Retailer:
    """A retailer whose order was approved, noticed and sent."""
    await retailer.approve(lines=3)
    assert await notice(retailer) == ["PO-1"]
    await retailer.run_jobs()
    await assert_exactly_once(retailer, "PO-1")
    return retailer


async def test_an_order_that_nobody_touched_is_left_alone(sent: Retailer) -> None:
    assert await notice(sent) == []


async def test_a_raised_revision_of_a_sent_order_goes_out_once(sent: Retailer) -> None:
    one, *rest = order_lines(3)
    await rewrite(sent, (replace(one, quantity=Decimal(77)), *rest))
    assert await notice(sent) == ["PO-1"]
    assert await notice(sent) == []
    await sent.run_jobs()
    await assert_exactly_once(sent, "PO-1")
    assert (await sent.order()).sync_state is SyncState.SYNCED


async def test_edits_go_out_even_if_approvals_wait_for_a_person(sent: Retailer) -> None:
    await sent.approve("PO-2")
    await rewrite(sent, order_lines(2))
    assert await notice(sent, approved=False) == ["PO-1"]


async def test_a_held_order_is_not_noticed(sent: Retailer) -> None:
    await rewrite(sent, order_lines(2))
    order = await sent.order()
    async with sent.database.write() as tx:
        await orders.hold(tx, orders.stored_id(order), held=True, now=sent.clock())
    assert await notice(sent) == []


async def test_an_edit_that_comes_too_late_is_explained(sent: Retailer) -> None:
    (consignment,) = sent.world.consignments
    await sent.receive(consignment.id, lines={orderable(1)[0]: "1"}, finish=False)
    await rewrite(sent, order_lines(2))
    assert await notice(sent) == ["PO-1"]
    await sent.run_jobs()
    order = await sent.order()
    assert order.sync_state is SyncState.DRIFTED
    assert ProblemCode.NOT_EDITABLE in await codes(sent)
    assert await notice(sent) == []


async def test_a_due_date_that_comes_too_late_is_explained_too(sent: Retailer) -> None:
    (consignment,) = sent.world.consignments
    await sent.receive(consignment.id, lines={orderable(1)[0]: "1"}, finish=False)
    await rewrite(sent, due_date=date(2027, 1, 4))
    await notice(sent)
    await sent.run_jobs()
    assert await codes(sent) == [ProblemCode.NOT_EDITABLE]
    await sent.pull()
    assert await codes(sent) == [ProblemCode.NOT_EDITABLE]


async def test_an_edit_of_a_received_order_is_explained_by_the_reconciliation(
    sent: Retailer,
) -> None:
    (consignment,) = sent.world.consignments
    await sent.receive(consignment.id)
    await sent.pull()
    await rewrite(sent, order_lines(2))
    assert await notice(sent) == []
    await sent.queue(NewJob(type="sync.reconcile"))
    await sent.run_jobs()
    assert ProblemCode.NOT_EDITABLE in await codes(sent)


async def test_an_order_cancelled_in_the_tables_is_cancelled_there_once(sent: Retailer) -> None:
    await cancel_in_the_tables(sent)
    assert await notice(sent) == ["PO-1"]
    assert await notice(sent) == []
    await sent.run_jobs()
    assert [it.status for it in (await sent.ledger()).values()] == ["CANCELLED"]
    assert (await sent.order()).sync_state is SyncState.SYNCED
    assert await notice(sent) == []


async def test_an_order_cancelled_before_it_went_out_needs_no_job(retailer: Retailer) -> None:
    await retailer.approve()
    await cancel_in_the_tables(retailer)
    assert await notice(retailer) == []


async def test_a_create_that_may_still_happen_is_withdrawn_as_well(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.fault("late_execution", count=1, method="POST", seconds=30)
    await retailer.push()
    await cancel_in_the_tables(retailer)
    assert await notice(retailer) == ["PO-1"]
    retailer.clock.move(retailer.engine.rules.quiet)
    await retailer.run_jobs()
    assert [it.status for it in (await retailer.ledger()).values()] in ([], ["CANCELLED"])


async def test_what_lightspeed_cancelled_itself_needs_no_withdrawal(sent: Retailer) -> None:
    (consignment,) = sent.world.consignments
    sent.world.consignments.put(replace(consignment, status="CANCELLED"))
    await sent.pull()
    assert (await sent.order()).state is OrderState.CANCELLED
    assert await notice(sent) == []


async def test_the_journal_keeps_what_another_program_wrote(sent: Retailer) -> None:
    await rewrite(sent, order_lines(2))
    await notice(sent)
    async with sent.database.read() as tx:
        noted = await orders.facts(tx, orders.stored_id(await sent.order()))
    revisions = [it.value["revision"] for it in noted if it.fact == "document"]
    assert revisions == [1, 2]


async def test_a_withdrawal_can_be_asked_for_again(sent: Retailer) -> None:
    await cancel_in_the_tables(sent)
    await notice(sent)
    await sent.run_jobs()
    async with sent.database.write() as tx:
        order = await orders.find(tx, "PO-1")
        assert order is not None
        queued = await queue_push(tx, order, max_attempts=1)
    assert not queued.already_queued
