"""Bringing back what the shop did with a consignment."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lsync.core.domain.consignment import ConsignmentView
from lsync.core.domain.order import OrderState, SyncState
from lsync.core.domain.outcome import Dead
from lsync.core.domain.problem import ProblemCode
from lsync.core.store import consignments, decisions, receipts
from lsync.core.store.orders import stored_id
from lsync.core.sync import linking
from lsync.core.sync.poll import poll_consignments
from lsync.core.sync.pull import pull_consignment
from lsync.simulator.entities import Consignment
from tests.sync.retailer import Retailer, done, orderable

S, Y, P = OrderState, SyncState, ProblemCode


@pytest.fixture
async def pushed(retailer: Retailer) -> Retailer:
    """A retailer with a sent order of three lines: 2, 3 and 4 pieces."""
    await retailer.approve()
    done(await retailer.push())
    return retailer


async def consignment_id(retailer: Retailer) -> str:
    found = (await retailer.order()).consignment_id
    assert found is not None
    return found


def remote(retailer: Retailer, place: int = 0) -> Consignment:
    return list(retailer.world.consignments)[place]


def touch(retailer: Retailer, consignment: Consignment, **changes: object) -> None:
    """Change a consignment as if somebody had, past the rules of the API."""
    retailer.world.consignments.put(replace(consignment, **changes))  # type: ignore[arg-type]  # its own fields


async def codes(retailer: Retailer) -> list[ProblemCode]:
    return [problem.code for problem in (await retailer.order()).problems]


async def standing(retailer: Retailer) -> tuple[OrderState, SyncState]:
    order = await retailer.order()
    return order.state, order.sync_state


async def received(retailer: Retailer) -> list[Decimal]:
    return [line.received for line in (await retailer.order()).lines]


async def test_a_full_receipt_is_brought_back_with_two_calls(pushed: Retailer) -> None:
    await pushed.receive(await consignment_id(pushed))
    before = pushed.calls
    done(await pushed.pull())
    assert pushed.calls - before == 2
    assert await standing(pushed) == (S.RECEIVED, Y.SYNCED)
    assert await received(pushed) == [2, 3, 4]
    assert await codes(pushed) == []


async def test_a_partial_count_is_kept_as_history_line_by_line(pushed: Retailer) -> None:
    first, second, _ = orderable(3)
    await pushed.receive(await consignment_id(pushed), lines={first: "1"}, finish=False)
    done(await pushed.pull())
    assert await standing(pushed) == (S.RECEIVING, Y.SYNCED)
    assert await received(pushed) == [1, 0, 0]
    amounts = {first: "2", second: "3"}
    await pushed.receive(await consignment_id(pushed), lines=amounts, finish=False)
    done(await pushed.pull())
    done(await pushed.pull())
    order = await pushed.order()
    assert order.id is not None
    async with pushed.database.read() as tx:
        history = await receipts.of_order(tx, order.id)
    changes = [(it.line_no, int(it.received_before), int(it.received_after)) for it in history]
    assert changes == [(1, 0, 1), (1, 1, 2), (2, 0, 3)]


async def test_a_short_receipt_is_synced_with_a_problem(pushed: Retailer) -> None:
    first, *_ = orderable(3)
    await pushed.receive(await consignment_id(pushed), lines={first: "2"})
    done(await pushed.pull())
    assert await standing(pushed) == (S.RECEIVED, Y.SYNCED)
    assert await codes(pushed) == [ProblemCode.SHORT_RECEIPT, ProblemCode.SHORT_RECEIPT]


async def test_an_over_receipt_is_accepted_and_flagged(pushed: Retailer) -> None:
    first, second, third = orderable(3)
    amounts = {first: "5", second: "3", third: "4"}
    await pushed.receive(await consignment_id(pushed), lines=amounts)
    done(await pushed.pull())
    assert await standing(pushed) == (S.RECEIVED, Y.SYNCED)
    assert await codes(pushed) == [ProblemCode.OVER_RECEIPT]


async def test_what_was_split_off_joins_the_family(pushed: Retailer) -> None:
    first, *_ = orderable(3)
    answer = await pushed.receive(
        await consignment_id(pushed), lines={first: "1"}, create_new_order=True
    )
    done(await pushed.pull())
    assert await standing(pushed) == (S.PARTIALLY_RECEIVED, Y.SYNCED)
    assert await codes(pushed) == []
    await pushed.receive(answer["new_consignment_id"])
    done(await pushed.pull())
    assert await standing(pushed) == (S.RECEIVED, Y.SYNCED)
    assert await received(pushed) == [2, 3, 4]


async def test_what_a_split_off_splits_off_joins_too(pushed: Retailer) -> None:
    first, second, _ = orderable(3)
    answer = await pushed.receive(
        await consignment_id(pushed), lines={first: "1"}, create_new_order=True
    )
    done(await pushed.pull())
    again = answer["new_consignment_id"]
    last = await pushed.receive(again, lines={second: "1"}, create_new_order=True)
    done(await pushed.pull())
    assert await standing(pushed) == (S.PARTIALLY_RECEIVED, Y.SYNCED)
    assert await codes(pushed) == []
    await pushed.receive(last["new_consignment_id"])
    done(await pushed.pull())
    assert await standing(pushed) == (S.RECEIVED, Y.SYNCED)
    assert await received(pushed) == [2, 3, 4]


async def test_a_split_off_of_another_reference_joins_the_family(pushed: Retailer) -> None:
    """Nobody says which reference it gets; without it the rest of the goods would be lost."""
    first, *_ = orderable(3)
    answer = await pushed.receive(
        await consignment_id(pushed),
        lines={first: "1"},
        create_new_order=True,
        new_reference="OTHER-77",
    )
    done(await pushed.pull())
    assert await standing(pushed) == (S.PARTIALLY_RECEIVED, Y.SYNCED)
    assert await codes(pushed) == []
    await pushed.receive(answer["new_consignment_id"])
    done(await poll_consignments(pushed.engine))
    await pushed.run_jobs()
    assert await standing(pushed) == (S.RECEIVED, Y.SYNCED)
    assert await received(pushed) == [2, 3, 4]


@pytest.mark.parametrize("odd", ["more", "another order's", "another supplier", "two of them"])
async def test_a_stranger_that_may_not_be_the_rest_is_left_alone(
    pushed: Retailer, odd: str
) -> None:
    first, *_ = orderable(3)
    answer = await pushed.receive(
        await consignment_id(pushed),
        lines={first: "1"},
        create_new_order=True,
        new_reference="OTHER-77",
    )
    rest = next(it for it in pushed.world.consignments if it.id == answer["new_consignment_id"])
    match odd:
        case "more":
            line = next(iter(rest.lines))
            rest.lines.put(replace(line, count=line.count + 1))
        case "another order's":
            await pushed.approve("OTHER-77")
        case "another supplier":
            touch(pushed, rest, supplier_id="else")
        case _:
            pushed.world.consignments.put(replace(rest, id="again", reference="OTHER-78"))
    done(await pushed.pull())
    assert (await standing(pushed))[0] is S.RECEIVED
    async with pushed.database.read() as tx:
        family = await consignments.family(tx, stored_id(await pushed.order()))
    assert len(family) == 1


async def test_a_split_off_is_found_when_it_is_seen_before_its_parent(pushed: Retailer) -> None:
    first, *_ = orderable(3)
    await pushed.receive(await consignment_id(pushed), lines={first: "1"}, create_new_order=True)
    done(await pull_consignment(pushed.engine, remote(pushed, 1).id))
    assert await standing(pushed) == (S.PARTIALLY_RECEIVED, Y.SYNCED)


@pytest.mark.parametrize(("ends", "came"), [("received", [2, 3, 4]), ("CANCELLED", [1, 0, 0])])
async def test_a_split_off_that_shows_late_is_said_until_it_is_settled(
    pushed: Retailer, ends: str, came: list[int]
) -> None:
    first, *_ = orderable(3)
    answer = await pushed.receive(
        await consignment_id(pushed), lines={first: "1"}, create_new_order=True
    )
    rest = next(it for it in pushed.world.consignments if it.id == answer["new_consignment_id"])
    pushed.world.consignments.remove(rest.id)
    done(await pushed.pull())
    assert (await standing(pushed))[0] is S.RECEIVED
    pushed.world.consignments.put(rest)
    done(await pull_consignment(pushed.engine, rest.id))
    assert await standing(pushed) == (S.RECEIVED, Y.DRIFTED)
    (problem,) = [it for it in (await pushed.order()).problems if it.code is P.FLIPPED_BACK]
    assert problem.fix.startswith("Receive the rest when it comes")
    if ends == "received":
        await pushed.receive(rest.id)
    else:
        touch(pushed, rest, status=ends)
    done(await pull_consignment(pushed.engine, rest.id))
    assert await standing(pushed) == (S.RECEIVED, Y.SYNCED)
    assert await received(pushed) == came


async def test_another_consignment_of_the_same_number_is_a_duplicate(pushed: Retailer) -> None:
    twin = replace(remote(pushed), id="twin", status="OPEN")
    pushed.world.consignments.put(twin)
    done(await pull_consignment(pushed.engine, "twin"))
    assert await standing(pushed) == (S.SUBMITTED, Y.DRIFTED)
    assert await codes(pushed) == [ProblemCode.DUPLICATE_CONSIGNMENT]
    touch(pushed, twin, status="CANCELLED")
    done(await pull_consignment(pushed.engine, "twin"))
    assert await standing(pushed) == (S.SUBMITTED, Y.SYNCED)


async def test_an_unknown_status_changes_nothing_and_is_reported(pushed: Retailer) -> None:
    touch(pushed, remote(pushed), status="ON_ITS_WAY")
    done(await pushed.pull())
    assert await standing(pushed) == (S.SUBMITTED, Y.DRIFTED)
    assert await codes(pushed) == [ProblemCode.UNKNOWN_STATUS]


async def test_a_status_that_goes_back_is_drift_until_it_is_right_again(pushed: Retailer) -> None:
    await pushed.receive(await consignment_id(pushed))
    done(await pushed.pull())
    touch(pushed, remote(pushed), status="SENT")
    done(await pushed.pull())
    done(await pushed.pull())
    assert await standing(pushed) == (S.RECEIVED, Y.DRIFTED)
    assert await codes(pushed) == [ProblemCode.FLIPPED_BACK]
    touch(pushed, remote(pushed), status="RECEIVED")
    done(await pushed.pull())
    assert await standing(pushed) == (S.RECEIVED, Y.SYNCED)


async def test_a_consignment_cancelled_in_lightspeed_cancels_the_order_and_says_so(
    pushed: Retailer,
) -> None:
    touch(pushed, remote(pushed), status="CANCELLED")
    done(await pushed.pull())
    assert await standing(pushed) == (S.CANCELLED, Y.DRIFTED)
    (problem,) = (await pushed.order()).problems
    assert problem.code is ProblemCode.CANCELLED_REMOTELY
    assert "`lsync sync po` settles it" in problem.fix
    done(await pushed.push())
    assert await standing(pushed) == (S.CANCELLED, Y.SYNCED)
    assert await codes(pushed) == []


async def test_a_deleted_consignment_is_reported(pushed: Retailer) -> None:
    pushed.world.consignments.remove(remote(pushed).id)
    done(await pushed.pull())
    assert await standing(pushed) == (S.SUBMITTED, Y.DRIFTED)
    assert await codes(pushed) == [ProblemCode.CONSIGNMENT_MISSING]


async def test_a_link_to_nothing_is_reported_and_no_line_is_asked_about(
    retailer: Retailer,
) -> None:
    """An older integration's id that Lightspeed does not have: its lines were never taken out."""
    await retailer.approve()
    nothing = ConsignmentView(consignment_id="never-was", status="OPEN", version=0)
    async with retailer.database.write() as tx:
        await linking.link(tx, await retailer.order(), nothing, now=retailer.clock())
    done(await retailer.pull())
    assert ProblemCode.CONSIGNMENT_MISSING in await codes(retailer)
    async with retailer.database.read() as tx:
        assert await decisions.listing(tx) == []


async def test_lines_changed_in_lightspeed_are_drift_and_the_order_keeps_its_own(
    pushed: Retailer,
) -> None:
    lines = remote(pushed).lines
    one, two, three = list(lines)
    lines.put(replace(one, count=one.count * 2))
    lines.put(replace(two, cost=Decimal(99)))
    lines.remove(three.product_id)
    lines.put(replace(three, id="other", product_id="other", sku="OTHER"))
    done(await pushed.pull())
    assert await standing(pushed) == (S.SUBMITTED, Y.DRIFTED)
    assert await codes(pushed) == [
        ProblemCode.QUANTITY_DOUBLED,
        ProblemCode.COST_DIFFERS,
        ProblemCode.LINE_MISSING,
        ProblemCode.LINE_EXTRA,
    ]
    assert [line.quantity for line in (await pushed.order()).lines] == [2, 3, 4]


async def test_an_older_version_changes_nothing(pushed: Retailer) -> None:
    first, *_ = orderable(3)
    await pushed.receive(await consignment_id(pushed), lines={first: "2"}, finish=False)
    done(await pushed.pull())
    (consignment,) = pushed.world.consignments
    stale = replace(consignment, status="SENT")
    stale.version = 1
    pushed.world.consignments._rows[consignment.id] = stale
    done(await pushed.pull())
    assert await standing(pushed) == (S.RECEIVING, Y.SYNCED)
    order = await pushed.order()
    assert order.id is not None
    async with pushed.database.read() as tx:
        (member,) = await consignments.family(tx, order.id)
    assert member.view.status == "DISPATCHED"


async def test_an_order_without_a_consignment_has_nothing_to_pull(retailer: Retailer) -> None:
    await retailer.approve()
    before = retailer.calls
    done(await retailer.pull())
    assert retailer.calls == before
    assert isinstance(await retailer.pull("NO-SUCH"), Dead)
