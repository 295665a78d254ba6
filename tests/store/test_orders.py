"""Whole orders in and out of the tables, and changes guarded by what they were decided on."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import insert, update

from lsync.core.domain.order import IllegalTransitionError, OrderState, SyncState
from lsync.core.domain.problem import Problem, ProblemCode, Severity
from lsync.core.store import orders
from lsync.core.store.database import Change, Database
from tests.store.samples import LATER, NOW, line, order


async def test_an_order_comes_back_as_it_went_in(database: Database) -> None:
    new = order(due_date=date(2026, 12, 1), supplier_invoice="INV-7", note="leave at the back")
    async with database.write() as tx:
        stored = await orders.insert(tx, new, now=NOW)
    async with database.read() as tx:
        found = await orders.find(tx, "PO-1")
    assert found == stored
    assert found is not None
    assert found.created_at == NOW
    assert found.lines == new.lines
    assert found.due_date == date(2026, 12, 1)


async def test_a_number_that_is_not_there_is_none(database: Database) -> None:
    async with database.read() as tx:
        assert await orders.find(tx, "PO-1") is None
        assert await orders.find_by_id(tx, 1) is None


async def test_only_the_exact_spelling_of_a_number_is_found(database: Database) -> None:
    async with database.write() as tx:
        await orders.insert(tx, order("PO-a"), now=NOW)
        assert await orders.find(tx, "po-A") is None


async def test_a_second_order_of_the_same_number_is_refused(database: Database) -> None:
    async with database.write() as tx:
        await orders.insert(tx, order(), now=NOW)
    with pytest.raises(orders.OrderConflict, match="PO-1"):
        async with database.write() as tx:
            await orders.insert(tx, order(), now=NOW)


async def test_listeners_hear_of_an_order_after_the_commit(database: Database) -> None:
    heard: list[Change] = []
    database.listen(heard.append)
    async with database.write() as tx:
        await orders.insert(tx, order(), now=NOW)
        assert heard == []
    assert heard == [Change(kind="order", key="PO-1")]


async def test_a_replaced_order_has_the_new_lines_and_the_next_revision(
    database: Database,
) -> None:
    async with database.write() as tx:
        old = await orders.insert(tx, order(), now=NOW)
        changed = order(lines=(line(1, quantity=Decimal(9)),), supplier="Alpine Trading")
        replaced = await orders.replace(tx, old, new=changed, now=LATER)
    async with database.read() as tx:
        found = await orders.find(tx, "PO-1")
    assert found == replaced
    assert found is not None
    assert (found.revision, found.supplier, found.ordered) == (2, "Alpine Trading", Decimal(9))


async def test_an_order_that_somebody_else_replaced_is_not_replaced_again(
    database: Database,
) -> None:
    async with database.write() as tx:
        old = await orders.insert(tx, order(), now=NOW)
        await orders.replace(tx, old, new=order(note="first"), now=NOW)
    with pytest.raises(orders.OrderConflict):
        async with database.write() as tx:
            await orders.replace(tx, old, new=order(note="second"), now=NOW)
    async with database.read() as tx:
        found = await orders.find(tx, "PO-1")
    assert found is not None
    assert found.note == "first"


async def test_a_sent_order_may_not_be_replaced(database: Database) -> None:
    async with database.write() as tx:
        sent = await orders.insert(tx, order(state=OrderState.SUBMITTED), now=NOW)
    with pytest.raises(orders.OrderConflict, match="submitted"):
        async with database.write() as tx:
            await orders.replace(tx, sent, new=order(), now=NOW)


async def test_approval_is_recorded_with_its_time(database: Database) -> None:
    async with database.write() as tx:
        draft = await orders.insert(tx, order(), now=NOW)
        approved = await orders.set_state(tx, draft, state=OrderState.APPROVED, now=LATER)
    async with database.read() as tx:
        found = await orders.find(tx, "PO-1")
    assert found == approved
    assert found is not None
    assert (found.state, found.approved_at) == (OrderState.APPROVED, LATER)


async def test_a_state_decided_on_an_old_reading_is_refused(database: Database) -> None:
    async with database.write() as tx:
        draft = await orders.insert(tx, order(), now=NOW)
        await orders.set_state(tx, draft, state=OrderState.CANCELLED, now=NOW)
    with pytest.raises(orders.OrderConflict, match="no longer draft"):
        async with database.write() as tx:
            await orders.set_state(tx, draft, state=OrderState.APPROVED, now=NOW)


async def test_a_move_outside_the_table_changes_nothing(database: Database) -> None:
    async with database.write() as tx:
        draft = await orders.insert(tx, order(), now=NOW)
        with pytest.raises(IllegalTransitionError):
            await orders.set_state(tx, draft, state=OrderState.RECEIVED, now=NOW)


async def test_problems_are_replaced_whole(database: Database) -> None:
    first = Problem(code=ProblemCode.UNKNOWN_SKU, message="no X", fix="make X", line_no=2)
    second = Problem(
        code=ProblemCode.SHORT_RECEIPT, message="one short", fix="ask", severity=Severity.DRIFT
    )
    async with database.write() as tx:
        stored = await orders.insert(tx, order(), now=NOW)
        order_id = orders.stored_id(stored)
        await orders.put_problems(tx, order_id, problems=[first], now=NOW)
        await orders.put_problems(tx, order_id, problems=[second, first], now=NOW)
        found = await orders.find(tx, "PO-1")
        assert found is not None
        assert found.problems == (second, first)
        await orders.put_problems(tx, order_id, problems=[], now=NOW)
        found = await orders.find(tx, "PO-1")
    assert found is not None
    assert found.problems == ()


async def test_sync_state_link_error_and_received_quantities_are_kept(
    database: Database,
) -> None:
    async with database.write() as tx:
        order_id = orders.stored_id(await orders.insert(tx, order(), now=NOW))
        await orders.set_sync_state(
            tx, order_id, sync_state=SyncState.SYNCED, now=LATER, synced=True
        )
        await orders.link_consignment(tx, order_id, consignment_id="c-1", now=LATER)
        await orders.set_error(tx, order_id, error="it broke", now=LATER)
        await orders.put_received(tx, order_id, received={2: Decimal("1.5")}, now=LATER)
    async with database.read() as tx:
        found = await orders.find_by_consignment(tx, "c-1")
        sync = await orders.find_sync(tx, order_id)
    assert found is not None
    assert (found.sync_state, found.last_synced_at) == (SyncState.SYNCED, LATER)
    assert [each.received for each in found.lines] == [Decimal(0), Decimal("1.5")]
    assert sync.last_error == "it broke"


async def test_rows_another_program_wrote_sparsely_can_be_read(database: Database) -> None:
    async with database.write() as tx:
        table = tx.tables.purchase_orders
        await tx.execute(
            insert(table).values(
                order_number="EXT-1", supplier="A", outlet="B", state="Archived", revision=3
            )
        )
        await tx.execute(update(table).values(sync_state="whatever"))
    async with database.read() as tx:
        found = await orders.find(tx, "EXT-1")
    assert found is not None
    assert (found.created_at, found.lines, found.held) == (None, (), False)
    # An unknown state is treated as one in which nothing may be done to the order.
    assert (found.state, found.sync_state) == (OrderState.CLOSED, SyncState.NOT_SYNCED)


async def test_many_orders_are_found_at_once(database: Database) -> None:
    async with database.write() as tx:
        for number in range(450):
            await orders.insert(tx, order(f"PO-{number}", lines=(line(1),)), now=NOW)
        found = await orders.find_many(tx, [f"PO-{number}" for number in range(500)])
    assert len(found) == 450
    assert all(len(each.lines) == 1 for each in found.values())


async def test_an_order_that_was_never_stored_has_no_id() -> None:
    with pytest.raises(ValueError, match="not stored"):
        orders.stored_id(order())
    assert orders.stored_id(replace(order(), id=7)) == 7
