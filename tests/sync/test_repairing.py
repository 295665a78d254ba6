"""Comparing an order with Lightspeed, and making both equal again."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lsync.core.domain.drift import DriftKind
from lsync.core.domain.order import OrderState, SyncState
from lsync.core.domain.outcome import Dead
from lsync.core.store import orders, receipts
from lsync.core.store.orders import stored_id
from lsync.core.sync.comparing import Compared, compare_order
from lsync.core.sync.pull import pull_consignment
from lsync.core.sync.repairing import repair_of, repair_order, seen_hash
from lsync.simulator.entities import Consignment
from tests.sync.retailer import Retailer, done, order_lines, orderable
from tests.sync.test_adopting import older_consignment
from tests.sync.test_push_edits import rewrite


@pytest.fixture
async def sent(retailer: Retailer) -> Retailer:
    """A retailer with a sent order of six lines."""
    await retailer.approve(lines=6)
    done(await retailer.push())
    return retailer


def remote(retailer: Retailer, place: int = 0) -> Consignment:
    return list(retailer.world.consignments)[place]


def disturb(retailer: Retailer) -> None:
    """Somebody doubles a line, changes a cost, removes a line and adds another product."""
    lines = remote(retailer).lines
    one, two, three, *_ = list(lines)
    lines.put(replace(one, count=one.count * 2))
    lines.put(replace(two, cost=Decimal(99)))
    lines.remove(three.product_id)
    other = next(row for row in retailer.world.products if row.fields["sku"] == orderable(7)[-1])
    lines.put(replace(three, id="other", product_id=other.id, sku=orderable(7)[-1]))


async def compared(retailer: Retailer) -> Compared:
    found = await compare_order(retailer.engine, "PO-1")
    assert found is not None
    return found


def held(retailer: Retailer) -> dict[str, tuple[Decimal, Decimal]]:
    return {line.sku: (line.count, line.cost) for line in remote(retailer).lines}


async def ordered(retailer: Retailer) -> dict[str, tuple[Decimal, Decimal]]:
    lines = (await retailer.order()).lines
    return {line.sku or "": (line.quantity, line.unit_cost or Decimal(0)) for line in lines}


async def test_a_diff_shows_ordered_believed_and_there_line_by_line(sent: Retailer) -> None:
    disturb(sent)
    before = sent.calls
    found = await compared(sent)
    assert sent.calls - before == 4
    kinds = [line.drifts for line in found.diff]
    assert kinds == [
        (DriftKind.DOUBLED,),
        (DriftKind.COST,),
        (DriftKind.MISSING,),
        (),
        (),
        (),
        (DriftKind.EXTRA,),
    ]
    foreign = orderable(7)[-1]
    assert found.diff[-1].label == foreign
    assert f"of {foreign}, not ordered here" in found.problems[-1].message
    assert (await sent.order()).sync_state is SyncState.SYNCED, "comparing writes nothing"
    done(await sent.pull())
    assert f"of {foreign}, not ordered here" in (await sent.order()).problems[-1].message
    first = found.diff[0]
    assert (first.ordered, first.believed, first.there) == (Decimal(2), Decimal(2), Decimal(4))


async def test_an_undisturbed_order_needs_no_repair(sent: Retailer) -> None:
    repair = repair_of(await compared(sent))
    assert (repair.steps, repair.by_hand) == ((), ())
    assert all(not line.drifts for line in (await compared(sent)).diff)


async def test_a_repair_removes_every_difference(sent: Retailer) -> None:
    disturb(sent)
    found = await compared(sent)
    assert [step.step for step in repair_of(found).steps] == ["remove", "lines", "lines", "verify"]
    done(await repair_order(sent.engine, "PO-1", expected=seen_hash(found)))
    assert held(sent) == await ordered(sent)
    assert (await sent.order()).sync_state is SyncState.SYNCED
    assert (await sent.order()).problems == ()


async def test_a_repair_is_refused_when_something_changed_since_the_plan(sent: Retailer) -> None:
    found = await compared(sent)
    disturb(sent)
    before = len(list(sent.world.ledger))
    outcome = await repair_order(sent.engine, "PO-1", expected=seen_hash(found))
    assert isinstance(outcome, Dead)
    assert len(list(sent.world.ledger)) == before


async def test_a_duplicate_is_cancelled_unless_goods_were_received_on_it(sent: Retailer) -> None:
    original = remote(sent)
    twin = replace(original, id="twin")
    sent.world.consignments.put(twin)
    done(await pull_consignment(sent.engine, "twin"))
    assert (await sent.order()).sync_state is SyncState.DRIFTED
    repair = repair_of(await compared(sent))
    assert [step.step for step in repair.steps] == ["cancel"]
    done(await repair_order(sent.engine, "PO-1"))
    assert sorted(it.status for it in sent.world.consignments) == ["CANCELLED", "SENT"]
    assert (await sent.order()).sync_state is SyncState.SYNCED


@pytest.mark.parametrize("seen_before", [True, False])
async def test_goods_received_on_the_duplicate_are_the_orders(
    retailer: Retailer, seen_before: bool
) -> None:
    await retailer.approve()
    done(await retailer.push())
    own = remote(retailer).id
    twin = await older_consignment(retailer, "PO-1")
    await retailer.receive(twin)
    if seen_before:
        done(await pull_consignment(retailer.engine, twin))
    found = await compared(retailer)
    assert [step.step for step in repair_of(found).steps] == ["adopt", "cancel"]
    done(await repair_order(retailer.engine, "PO-1", expected=seen_hash(found)))
    statuses = {it.id: it.status for it in retailer.world.consignments}
    assert statuses == {own: "CANCELLED", twin: "RECEIVED"}
    order = await retailer.order()
    assert (order.consignment_id, order.state) == (twin, OrderState.RECEIVED)
    assert order.sync_state is SyncState.SYNCED
    assert order.received == order.ordered
    async with retailer.database.read() as tx:
        seen = await receipts.of_order(tx, stored_id(order))
    assert sum(it.received_after - it.received_before for it in seen) == order.ordered


async def test_what_no_call_can_mend_is_left_to_a_person(sent: Retailer) -> None:
    (consignment,) = sent.world.consignments
    await sent.receive(consignment.id)
    done(await sent.pull())
    reopened = remote(sent)
    sent.world.consignments.put(replace(reopened, status="SENT"))
    done(await sent.pull())
    repair = repair_of(await compared(sent))
    assert repair.steps == ()
    (left,) = repair.by_hand
    assert "Receive nothing on it again" in left


async def test_a_change_that_came_too_late_is_left_to_a_person(sent: Retailer) -> None:
    await sent.receive(remote(sent).id, lines={}, finish=False)
    done(await sent.pull())
    first, *rest = order_lines(len(list(remote(sent).lines)))
    await rewrite(sent, (replace(first, quantity=Decimal(70)), *rest))
    done(await sent.push())
    repair = repair_of(await compared(sent))
    assert repair.steps == ()
    assert "Lightspeed takes no more changes" in repair.by_hand[0]


async def test_a_deleted_consignment_is_replaced_under_the_next_reference(sent: Retailer) -> None:
    sent.world.consignments.remove(remote(sent).id)
    done(await sent.pull())
    assert (await sent.order()).sync_state is SyncState.DRIFTED
    assert repair_of(await compared(sent)).renews
    done(await repair_order(sent.engine, "PO-1"))
    assert [it.reference for it in sent.world.consignments] == ["PO-1/2"]
    assert held(sent) == await ordered(sent)
    order = await sent.order()
    assert (order.state, order.sync_state) == (OrderState.SUBMITTED, SyncState.SYNCED)
    assert order.consignment_id == remote(sent).id


async def test_what_was_received_is_never_removed(sent: Retailer) -> None:
    disturb(sent)
    await sent.receive(remote(sent).id, lines={}, finish=False)
    done(await sent.pull())
    repair = repair_of(await compared(sent))
    assert repair.steps == ()
    before = held(sent)
    done(await repair_order(sent.engine, "PO-1"))
    assert held(sent) == before


async def test_an_unknown_order_cannot_be_repaired(retailer: Retailer) -> None:
    assert await compare_order(retailer.engine, "NO-SUCH") is None
    assert isinstance(await repair_order(retailer.engine, "NO-SUCH"), Dead)


def orphan(retailer: Retailer, name: str = "orphan", **changes: object) -> Consignment:
    """A consignment of the order's number that no poll has seen."""
    made = replace(remote(retailer), id=name, **changes)  # type: ignore[arg-type]  # its fields
    retailer.world.consignments.put(made)
    return made


async def test_an_orphan_takes_the_place_of_a_deleted_consignment(sent: Retailer) -> None:
    gone = remote(sent)
    orphan(sent)
    sent.world.consignments.remove(gone.id)
    found = await compared(sent)
    assert [it.consignment_id for it in found.orphans] == ["orphan"]
    assert [step.step for step in repair_of(found).steps] == ["adopt"]
    done(await repair_order(sent.engine, "PO-1", expected=seen_hash(found)))
    order = await sent.order()
    assert (order.consignment_id, order.sync_state) == ("orphan", SyncState.SYNCED)
    assert len(list(sent.world.consignments)) == 1
    assert (await compared(sent)).orphans == ()


async def test_an_adopted_orphan_gets_the_orders_lines(sent: Retailer) -> None:
    gone = remote(sent)
    orphan(sent)
    sent.world.consignments.remove(gone.id)
    disturb(sent)
    done(await repair_order(sent.engine, "PO-1"))
    assert held(sent) == await ordered(sent)
    assert (await sent.order()).sync_state is SyncState.SYNCED


async def test_an_order_that_lost_its_records_adopts_and_creates_nothing(
    retailer: Retailer,
) -> None:
    """The consignment is there, its number is known, and no push is on record."""
    await retailer.approve(lines=3)
    done(await retailer.push())
    made = remote(retailer)
    await retailer.lose_all_records()
    await retailer.open()
    await retailer.approve(lines=3)
    found = await compared(retailer)
    assert [it.consignment_id for it in found.orphans] == [made.id]
    done(await repair_order(retailer.engine, "PO-1", expected=seen_hash(found)))
    assert [it.id for it in retailer.world.consignments] == [made.id]
    assert (await retailer.order()).consignment_id == made.id
    assert (await retailer.order()).state is OrderState.SUBMITTED


async def test_an_orphan_beside_the_orders_consignment_is_cancelled(sent: Retailer) -> None:
    own = remote(sent).id
    orphan(sent)
    found = await compared(sent)
    assert [step.step for step in repair_of(found).steps] == ["cancel"]
    done(await repair_order(sent.engine, "PO-1", expected=seen_hash(found)))
    statuses = {it.id: it.status for it in sent.world.consignments}
    assert statuses == {own: "SENT", "orphan": "CANCELLED"}
    order = await sent.order()
    assert (order.consignment_id, order.sync_state) == (own, SyncState.SYNCED)


async def test_an_order_cancelled_here_is_cancelled_there_by_a_repair(sent: Retailer) -> None:
    async with sent.database.write() as tx:
        order = await orders.find(tx, "PO-1")
        assert order is not None
        await orders.set_state(tx, order, state=OrderState.CANCELLED, now=sent.clock())
    orphan(sent)
    assert [step.step for step in repair_of(await compared(sent)).steps] == ["cancel", "cancel"]
    done(await repair_order(sent.engine, "PO-1"))
    assert {it.status for it in sent.world.consignments} == {"CANCELLED"}


async def test_an_order_never_pushed_is_for_a_sync(retailer: Retailer) -> None:
    await retailer.approve()
    repair = repair_of(await compared(retailer))
    assert (repair.steps, len(repair.by_hand)) == ((), 1)
