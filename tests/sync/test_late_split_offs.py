"""Split-offs of another reference that Lightspeed makes after their parent was pulled."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from lsync.core.domain.order import OrderState, SyncState
from lsync.core.domain.outcome import Outcome
from lsync.core.domain.problem import ProblemCode
from lsync.core.domain.records import LogStatus
from lsync.core.queue import NewJob
from lsync.core.store import consignments, orders, sync_log
from lsync.core.store.database import Database
from lsync.core.store.orders import stored_id
from lsync.core.store.sync_log import LogFilter
from lsync.core.sync.poll import poll_consignments
from lsync.core.sync.proving import prove_order
from lsync.simulator.entities import Consignment
from tests.sync.retailer import Retailer, StillClock, done, orderable
from tests.sync.test_gaps import deliver

S, Y, P = OrderState, SyncState, ProblemCode
FIRST, *_ = orderable(3)


@pytest.fixture
async def retailer(either: Database, clock: StillClock) -> Retailer:
    """A retailer on a database of each kind, whose poll has seen everything there is."""
    made = Retailer(either, clock=clock, products=20)
    await made.open()
    return made


async def come_short(retailer: Retailer, number: str = "PO-1") -> Consignment:
    """Push an order, receive one piece of it and pull that; return what is split off later.

    Lightspeed does not have it yet.
    """
    await retailer.approve(number)
    done(await retailer.push(number))
    parent = (await retailer.order(number)).consignment_id
    assert parent is not None
    answer = await retailer.receive(
        parent, lines={FIRST: "1"}, create_new_order=True, new_reference=f"OTHER-{number}"
    )
    rest = next(it for it in retailer.world.consignments if it.id == answer["new_consignment_id"])
    retailer.world.consignments.remove(rest.id)
    done(await poll_consignments(retailer.engine))
    await retailer.run_jobs()
    assert await standing(retailer, number) == (S.RECEIVED, Y.SYNCED)
    retailer.clock.move(timedelta(hours=1))
    return replace(rest, created_at=retailer.world.timestamp())


def appear(retailer: Retailer, consignment: Consignment) -> None:
    retailer.world.consignments.put(consignment)


async def poll(retailer: Retailer) -> dict[str, object]:
    return done(await poll_consignments(retailer.engine)).result


async def poll_and_pull(retailer: Retailer) -> list[tuple[str, Outcome]]:
    await poll(retailer)
    return await retailer.run_jobs()


async def standing(retailer: Retailer, number: str = "PO-1") -> tuple[OrderState, SyncState]:
    order = await retailer.order(number)
    return order.state, order.sync_state


async def codes(retailer: Retailer, number: str = "PO-1") -> set[ProblemCode]:
    return {problem.code for problem in (await retailer.order(number)).problems}


async def family(retailer: Retailer, number: str = "PO-1") -> list[str]:
    """The parts that its consignments play, the first one first."""
    async with retailer.database.read() as tx:
        order_id = stored_id(await retailer.order(number))
        return [member.role for member in await consignments.family(tx, order_id)]


async def warnings(retailer: Retailer, number: str) -> list[str]:
    matching = LogFilter(order=number, operations=("pull",), statuses=(LogStatus.WARNING,))
    async with retailer.database.read() as tx:
        return [entry.message for entry in await sync_log.search(tx, matching=matching)]


async def test_it_is_found_by_the_poll_with_two_calls(retailer: Retailer) -> None:
    rest = await come_short(retailer)
    appear(retailer, rest)
    before = retailer.calls
    assert await poll(retailer) == {"changed": 1, "queued": 1, "calls": 2}
    polled = retailer.calls
    await retailer.run_jobs()
    assert (polled - before, retailer.calls - polled) == (2, 2)
    assert await family(retailer) == ["primary", "split"]
    assert P.FLIPPED_BACK in await codes(retailer)
    await retailer.receive(rest.id)
    await poll_and_pull(retailer)
    order = await retailer.order()
    assert [int(line.received) for line in order.lines] == [2, 3, 4]
    assert (order.state, order.sync_state, order.problems) == (S.RECEIVED, Y.SYNCED, ())
    proof = await prove_order(retailer.engine, "PO-1")
    assert proof is not None
    assert "1 split off from it" in proof.sentence


async def test_a_webhook_finds_it_with_two_calls_and_the_poll_adds_none(
    retailer: Retailer,
) -> None:
    rest = await come_short(retailer)
    appear(retailer, rest)
    before = retailer.calls
    await deliver(retailer, "consignment.updated", json.dumps({"id": rest.id}))
    retailer.clock.move(timedelta(seconds=3))
    await retailer.run_jobs()
    assert retailer.calls - before == 2
    assert await family(retailer) == ["primary", "split"]
    assert [kind for kind, _ in await poll_and_pull(retailer)] == []


async def test_the_sweep_finds_what_the_poll_saw_too_early(retailer: Retailer) -> None:
    """The poll took the page after the parent was read, and before it was recorded as short."""
    rest = await come_short(retailer)
    appear(retailer, rest)
    order_id = stored_id(await retailer.order())
    async with retailer.database.write() as tx:
        order = await orders.find_by_id(tx, order_id)
        assert order is not None
        await orders.set_state(tx, order, state=S.CLOSED, now=retailer.clock())
    assert (await poll(retailer))["queued"] == 0
    async with retailer.database.write() as tx:
        table = tx.tables.purchase_orders
        await tx.execute(table.update().where(table.c.id == order_id).values(state="received"))
    await retailer.queue(NewJob(type="sync.sweep"))
    await retailer.run_jobs()
    assert await family(retailer) == ["primary", "split"]


def more(retailer: Retailer, rest: Consignment) -> Consignment:
    line = next(iter(rest.lines))
    rest.lines.put(replace(line, count=line.count + 1))
    return rest


def another_product(retailer: Retailer, rest: Consignment) -> Consignment:
    line = next(iter(rest.lines))
    rest.lines.remove(line.product_id)
    rest.lines.put(replace(line, id="else", product_id="else"))
    return rest


def made_before(retailer: Retailer, rest: Consignment) -> Consignment:
    earlier = retailer.clock() - timedelta(hours=2)
    return replace(rest, created_at=earlier.isoformat())


UNFIT: dict[str, tuple[Callable[[Retailer, Consignment], Consignment], int]] = {
    "more": (more, 2),
    "another product": (another_product, 2),
    "another supplier": (lambda _, rest: replace(rest, supplier_id="else"), 0),
    "another outlet": (lambda _, rest: replace(rest, outlet_id="else"), 0),
    "cancelled": (lambda _, rest: replace(rest, status="CANCELLED"), 0),
    "older than the receipt": (made_before, 0),
}


@pytest.mark.parametrize("odd", UNFIT)
async def test_what_does_not_fit_is_left_alone_and_looked_at_once(
    retailer: Retailer, odd: str
) -> None:
    change, calls = UNFIT[odd]
    rest = change(retailer, await come_short(retailer))
    before = await retailer.order()
    appear(retailer, rest)
    await poll(retailer)
    polled = retailer.calls
    await retailer.run_jobs()
    assert retailer.calls - polled == calls
    assert await retailer.order() == before
    assert await family(retailer) == ["primary"]
    await retailer.queue(NewJob(type="sync.sweep"))
    swept = [kind for kind, _ in await retailer.run_jobs()]
    assert swept == ["sync.sweep"]
    await deliver(retailer, "consignment.updated", json.dumps({"id": rest.id}))
    retailer.clock.move(timedelta(seconds=3))
    before_hint = retailer.calls
    await retailer.run_jobs()
    assert retailer.calls - before_hint == 1


async def test_a_stranger_costs_nothing_where_no_order_is_short(retailer: Retailer) -> None:
    rest = await come_short(retailer)
    await retailer.approve("PO-2")
    done(await retailer.push("PO-2"))
    await retailer.receive((await retailer.order("PO-2")).consignment_id or "")
    appear(retailer, rest)
    await poll_and_pull(retailer)
    again = replace(rest, id="again", reference="AGAIN")
    appear(retailer, again)
    assert (await poll(retailer))["queued"] == 0
    before = retailer.calls
    assert await poll(retailer) == {"changed": 0, "queued": 0, "calls": 1}
    assert retailer.calls - before == 1
    assert await family(retailer) == ["primary", "split"]


async def test_an_order_closed_by_hand_awaits_nothing(retailer: Retailer) -> None:
    rest = await come_short(retailer)
    async with retailer.database.write() as tx:
        await orders.set_state(tx, await retailer.order(), state=S.CLOSED, now=retailer.clock())
    appear(retailer, rest)
    assert (await poll(retailer))["queued"] == 0


async def test_a_receipt_long_ago_awaits_nothing(retailer: Retailer) -> None:
    rest = await come_short(retailer)
    retailer.clock.move(timedelta(days=31))
    appear(retailer, rest)
    assert (await poll(retailer))["queued"] == 0


async def test_two_orders_that_it_fits_are_both_asked_about(retailer: Retailer) -> None:
    rest = await come_short(retailer)
    await come_short(retailer, "PO-2")
    appear(retailer, replace(rest, created_at=retailer.world.timestamp()))
    await poll_and_pull(retailer)
    for number, other in (("PO-1", "PO-2"), ("PO-2", "PO-1")):
        assert await family(retailer, number) == ["primary"]
        assert await standing(retailer, number) == (S.RECEIVED, Y.SYNCED)
        order = await retailer.order(number)
        (asked,) = [it for it in order.problems if it.code is P.POSSIBLE_SPLIT_OFF]
        assert f"order {other} lacks the same" in asked.message
        assert "reference" in asked.fix
        assert len(await warnings(retailer, number)) == 1
    appear(
        retailer,
        replace(
            next(it for it in retailer.world.consignments if it.id == rest.id), reference="PO-2"
        ),
    )
    await poll_and_pull(retailer)
    assert await family(retailer, "PO-2") == ["primary", "split"]
    assert P.POSSIBLE_SPLIT_OFF not in await codes(retailer, "PO-2")
    await retailer.pull("PO-1")
    assert P.POSSIBLE_SPLIT_OFF not in await codes(retailer, "PO-1")


async def test_of_two_alike_none_is_taken_until_one_is_gone(retailer: Retailer) -> None:
    rest = await come_short(retailer)
    twin = replace(rest, id="twin", reference="TWIN")
    for each in (rest, twin):
        appear(retailer, each)
    await poll(retailer)
    before = retailer.calls
    await retailer.run_jobs()
    assert retailer.calls - before == 4
    assert await family(retailer) == ["primary"]
    assert P.POSSIBLE_SPLIT_OFF in await codes(retailer)
    assert len(await warnings(retailer, "PO-1")) == 2
    appear(retailer, replace(twin, status="CANCELLED"))
    await poll_and_pull(retailer)
    assert await family(retailer) == ["primary", "split"]
    assert await codes(retailer) == {P.FLIPPED_BACK, P.SHORT_RECEIPT}


async def test_the_first_to_come_is_taken_and_a_second_one_left_alone(retailer: Retailer) -> None:
    rest = await come_short(retailer)
    appear(retailer, rest)
    await poll_and_pull(retailer)
    appear(retailer, replace(rest, id="again", reference="AGAIN"))
    assert (await poll(retailer))["queued"] == 0
    assert await family(retailer) == ["primary", "split"]


async def test_one_that_is_filled_later_is_found_by_its_next_version(retailer: Retailer) -> None:
    rest = await come_short(retailer)
    lines = list(rest.lines)
    for line in lines[1:]:
        rest.lines.remove(line.product_id)
    appear(retailer, rest)
    await poll_and_pull(retailer)
    assert await family(retailer) == ["primary"]
    for line in lines[1:]:
        rest.lines.put(line)
    appear(retailer, rest)
    await poll_and_pull(retailer)
    assert await family(retailer) == ["primary", "split"]


async def test_a_process_that_ends_between_poll_and_pull_loses_nothing(
    retailer: Retailer,
) -> None:
    rest = await come_short(retailer)
    appear(retailer, rest)
    await poll(retailer)
    await retailer.fault("truncated_json", count=9, method="GET", path="products$")
    await retailer.run_jobs()
    assert await family(retailer) == ["primary"]
    await retailer.clear_faults()
    retailer.clock.move(timedelta(minutes=10))
    await retailer.twin().run_jobs()
    assert await family(retailer) == ["primary", "split"]


async def test_a_rest_of_a_rest_is_found_late_too(retailer: Retailer) -> None:
    first = await come_short(retailer)
    appear(retailer, first)
    await poll_and_pull(retailer)
    second = orderable(2)[1]
    answer = await retailer.receive(
        first.id, lines={second: "1"}, create_new_order=True, new_reference="LAST"
    )
    last = next(it for it in retailer.world.consignments if it.id == answer["new_consignment_id"])
    retailer.world.consignments.remove(last.id)
    await poll_and_pull(retailer)
    retailer.clock.move(timedelta(hours=1))
    appear(retailer, replace(last, created_at=retailer.world.timestamp()))
    await poll_and_pull(retailer)
    assert await family(retailer) == ["primary", "split", "split"]
    await retailer.receive(last.id)
    await poll_and_pull(retailer)
    assert await standing(retailer) == (S.RECEIVED, Y.SYNCED)
    assert [int(it.received) for it in (await retailer.order()).lines] == [2, 3, 4]


async def test_an_order_is_no_longer_short_after_a_cancelled_rest(retailer: Retailer) -> None:
    rest = await come_short(retailer)
    appear(retailer, rest)
    await poll_and_pull(retailer)
    appear(retailer, replace(rest, status="CANCELLED"))
    await poll_and_pull(retailer)
    appear(retailer, replace(rest, id="again", reference="AGAIN"))
    assert (await poll(retailer))["queued"] == 0
