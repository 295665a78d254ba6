"""An order cancelled here is cancelled in Lightspeed, as far as nothing was received."""

import pytest

from lsync.core.domain.order import OrderState, SyncState
from lsync.core.domain.outcome import Snooze
from lsync.core.domain.problem import ProblemCode
from lsync.core.lightspeed import LightspeedError
from lsync.core.store import orders
from lsync.core.store.database import Database
from tests.sync.retailer import QUIET, After, Retailer, StillClock, done, orderable


async def cancel(retailer: Retailer) -> None:
    async with retailer.database.write() as tx:
        order = await orders.find(tx, "PO-1")
        assert order is not None
        await orders.set_state(tx, order, state=OrderState.CANCELLED, now=retailer.clock())


async def statuses(retailer: Retailer) -> list[str]:
    return [it.status for it in (await retailer.ledger()).values()]


async def assert_settled(retailer: Retailer) -> None:
    order = await retailer.order()
    assert (order.state, order.sync_state) == (OrderState.CANCELLED, SyncState.SYNCED)
    assert order.problems == ()


async def test_an_order_that_never_reached_lightspeed_costs_no_call(retailer: Retailer) -> None:
    await retailer.approve()
    await cancel(retailer)
    before = retailer.calls
    done(await retailer.push())
    assert retailer.calls == before
    await assert_settled(retailer)


async def test_a_sent_order_is_cancelled_there(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.push()
    await cancel(retailer)
    done(await retailer.push())
    assert await statuses(retailer) == ["CANCELLED"]
    await assert_settled(retailer)
    before = retailer.calls
    done(await retailer.push())
    assert retailer.calls - before <= 2


async def test_an_empty_consignment_is_deleted(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.fault("429_storm", method="POST", path="bulk")
    with pytest.raises(LightspeedError):
        await retailer.push()
    await cancel(retailer)
    done(await retailer.push_to_the_end())
    assert await statuses(retailer) == []
    await assert_settled(retailer)
    assert (await retailer.order()).consignment_id is None


async def test_a_create_that_is_executed_late_is_cancelled_when_it_shows(
    retailer: Retailer,
) -> None:
    await retailer.approve()
    await retailer.fault("late_execution", count=1, method="POST", seconds=300)
    assert isinstance(await retailer.push(), Snooze)
    await cancel(retailer)
    waiting = await retailer.push()
    assert isinstance(waiting, Snooze)
    retailer.clock.move(waiting.until - retailer.clock())
    done(await retailer.push())
    assert await statuses(retailer) == []
    await assert_settled(retailer)


async def test_a_create_that_never_happened_is_given_up_after_the_quiet_period(
    retailer: Retailer,
) -> None:
    await retailer.approve()
    await retailer.fault("5xx", count=1, method="POST")
    assert isinstance(await retailer.push(), Snooze)
    await cancel(retailer)
    retailer.clock.move(QUIET)
    done(await retailer.push())
    await assert_settled(retailer)


async def test_a_lost_answer_is_settled_by_the_next_run(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.push()
    await cancel(retailer)
    await retailer.fault("lost_reply", count=1, method="PUT")
    with pytest.raises(LightspeedError):
        await retailer.push()
    done(await retailer.push())
    assert await statuses(retailer) == ["CANCELLED"]
    await assert_settled(retailer)


async def test_after_a_part_receipt_only_the_rest_is_cancelled(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.push()
    (consignment,) = retailer.world.consignments
    await retailer.receive(consignment.id, lines={orderable(1)[0]: "1"}, create_new_order=True)
    done(await retailer.pull())
    await cancel(retailer)
    done(await retailer.push())
    assert sorted(it.status for it in retailer.world.consignments) == ["CANCELLED", "RECEIVED"]
    await assert_settled(retailer)


async def test_goods_that_are_being_received_stay_and_it_is_said(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.push()
    (consignment,) = retailer.world.consignments
    await retailer.receive(consignment.id, lines={orderable(1)[0]: "1"}, finish=False)
    done(await retailer.pull())
    await cancel(retailer)
    done(await retailer.push())
    assert consignment.status == "DISPATCHED"
    order = await retailer.order()
    assert order.sync_state is SyncState.DRIFTED
    assert [problem.code for problem in order.problems] == [ProblemCode.FLIPPED_BACK]


async def test_an_order_cancelled_in_the_middle_of_its_push_is_withdrawn(
    sqlite: Database, clock: StillClock
) -> None:
    """Between two steps the state is looked at again: no line goes out any more."""

    async def run() -> None:
        await cancel(retailer)

    retailer = Retailer(sqlite, clock=clock, transport=lambda it: After(it, "POST", run))
    await retailer.approve()
    assert isinstance(await retailer.push(), Snooze)
    assert await statuses(retailer) == ["OPEN"]
    done(await retailer.push_to_the_end())
    assert await statuses(retailer) == []
    await assert_settled(retailer)
