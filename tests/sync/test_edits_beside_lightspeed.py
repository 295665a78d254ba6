"""An edit of a sent order goes out; what the shop changed meanwhile is not undone or hidden."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from lsync.core.domain.decision import DecisionKind, DecisionState
from lsync.core.domain.order import OrderLine, SyncState
from lsync.core.domain.outcome import Dead, Snooze
from lsync.core.domain.problem import ProblemCode
from lsync.core.domain.remote_change import Policy
from lsync.core.lightspeed import LightspeedError
from lsync.core.store import decisions
from tests.sync.retailer import Retailer, assert_exactly_once, done, order_lines
from tests.sync.test_policies import Shop
from tests.sync.test_push_edits import rewrite

K, S = DecisionKind, DecisionState
D = Decimal


@pytest.fixture
async def shop(retailer: Retailer) -> Shop:
    """One sent order of five lines; the shop changes the second and takes out the third."""
    await retailer.approve(lines=5)
    done(await retailer.push())
    shop = Shop(retailer)
    await shop.change(1, count=D(70), cost=D("1.25"))
    await shop.retailer.client.consignments.delete_line(await shop.consignment(), shop.product(2))
    return shop


def there(shop: Shop) -> dict[str, tuple[Decimal, Decimal | None]]:
    """Count and cost of each line at Lightspeed, by SKU."""
    (consignment,) = shop.retailer.world.consignments
    skus = {product: sku for sku, product in shop.products.items()}
    return {skus[it.product_id]: (it.count, it.cost) for it in consignment.lines}


def edited(place: int = 0, quantity: int = 99) -> tuple[OrderLine, ...]:
    lines = list(order_lines(5))
    lines[place] = replace(lines[place], quantity=D(quantity))
    return tuple(lines)


async def test_only_the_lines_of_the_edit_are_written(shop: Shop) -> None:
    before = there(shop)
    await rewrite(shop.retailer, edited())
    done(await shop.retailer.push())
    assert there(shop) == before | {shop.skus[0]: (D(99), before[shop.skus[0]][1])}
    order = await shop.retailer.order()
    assert order.sync_state is SyncState.DRIFTED
    assert [problem.code for problem in order.problems] == [
        ProblemCode.QUANTITY_DIFFERS,
        ProblemCode.COST_DIFFERS,
        ProblemCode.LINE_MISSING,
    ]


async def test_a_changed_due_date_goes_out_and_leaves_the_lines(shop: Shop) -> None:
    before = there(shop)
    await rewrite(shop.retailer, due_date=date(2026, 12, 24))
    done(await shop.retailer.push())
    assert there(shop) == before
    (consignment,) = shop.retailer.world.consignments
    assert str(consignment.due_at).startswith("2026-12-2")


async def test_what_the_shop_changed_is_asked_about_after_the_edit(shop: Shop) -> None:
    await rewrite(shop.retailer, edited())
    done(await shop.retailer.push())
    done(await shop.retailer.pull())
    assert [it.kind for it in await shop.open()] == [K.QUANTITY, K.COST, K.LINE_REMOVED]


async def test_an_edit_keeps_answers_that_were_given(shop: Shop) -> None:
    done(await shop.retailer.pull())
    for question in await shop.open():
        await shop.answer(question, S.REJECTED)
    before = there(shop)
    await rewrite(shop.retailer, due_date=date(2026, 12, 24))
    done(await shop.retailer.push())
    done(await shop.retailer.pull())
    assert there(shop) == before
    async with shop.retailer.database.read() as tx:
        assert {it.state for it in await decisions.listing(tx)} == {S.REJECTED}


async def test_the_policy_apply_takes_over_what_an_edit_left(shop: Shop) -> None:
    shop.follow(Policy.APPLY, Policy.APPLY)
    await rewrite(shop.retailer, edited())
    done(await shop.retailer.push())
    done(await shop.retailer.pull())
    order = await shop.retailer.order()
    assert [line.quantity for line in order.lines][:2] == [D(99), D(70)]
    assert len(order.lines) == 4
    assert order.sync_state is SyncState.SYNCED


async def test_a_line_that_both_sides_changed_is_a_question(shop: Shop) -> None:
    before = there(shop)
    await rewrite(shop.retailer, edited(place=1, quantity=33))
    done(await shop.retailer.push())
    done(await shop.retailer.pull())
    assert there(shop) == before
    question = next(it for it in await shop.open() if it.kind is K.QUANTITY)
    assert (question.ours, question.theirs) == (D(33), D(70))


async def test_a_repair_after_the_edit_sets_everything(shop: Shop) -> None:
    await rewrite(shop.retailer, edited())
    done(await shop.retailer.push())
    done(await shop.retailer.push(repairing=frozenset()))
    await assert_exactly_once(shop.retailer, "PO-1")


@pytest.mark.parametrize("fault", ["lost_reply", "late_execution", "5xx", "lost_request"])
async def test_lines_that_an_edit_adds_are_there_once_whatever_happens(
    retailer: Retailer, fault: str
) -> None:
    await retailer.approve(lines=5)
    done(await retailer.push())
    options = {"seconds": 30} if fault == "late_execution" else {}
    await retailer.fault(fault, count=1, path="bulk", **options)
    await rewrite(retailer, order_lines(8))
    done(await retailer.push_to_the_end())
    await assert_exactly_once(retailer, "PO-1")


async def test_an_edit_goes_out_after_one_that_was_cut_short(retailer: Retailer) -> None:
    await retailer.approve(lines=5)
    done(await retailer.push())
    stops = iter([None, Snooze(until=retailer.clock(), reason="stopping")])
    await rewrite(retailer, edited(quantity=99), due_date=date(2026, 12, 24))
    assert isinstance(await retailer.push(interrupted=lambda: next(stops)), Snooze)
    (consignment,) = retailer.world.consignments
    assert D(99) in {line.count for line in consignment.lines}
    await rewrite(retailer, edited(quantity=120))
    done(await retailer.push_to_the_end())
    await assert_exactly_once(retailer, "PO-1")


async def test_an_announced_line_that_never_came_is_no_question(retailer: Retailer) -> None:
    await retailer.approve(lines=5)
    done(await retailer.push())
    await retailer.fault("late_execution", count=1, path="bulk", seconds=300)
    await rewrite(retailer, order_lines(6))
    await retailer.push()
    done(await retailer.pull())
    assert await Shop(retailer).open() == []


async def test_a_look_leaves_an_edit_that_failed_as_it_is(retailer: Retailer) -> None:
    await retailer.approve(lines=2)
    done(await retailer.push())
    one, two = order_lines(2)
    unknown = OrderLine(line_no=3, sku="NOPE-7", quantity=D(3), unit_cost=D(1))
    await rewrite(retailer, (replace(one, quantity=D(9)), two, unknown))
    assert isinstance(await retailer.push(), Dead)
    done(await retailer.pull())
    order = await retailer.order()
    assert order.sync_state is SyncState.FAILED
    assert [problem.code for problem in order.problems] == [ProblemCode.UNKNOWN_SKU]


async def test_a_look_leaves_an_edit_that_waits_as_it_is(retailer: Retailer) -> None:
    await retailer.approve(lines=2)
    done(await retailer.push())
    one, two = order_lines(2)
    await rewrite(retailer, (replace(one, quantity=D(9)), two), sync_state="queued")
    done(await retailer.pull())
    assert (await retailer.order()).sync_state is SyncState.QUEUED


@pytest.mark.parametrize("seed", range(8))
async def test_edits_one_after_the_other_end_as_ordered_whatever_is_cut_short(
    retailer: Retailer, seed: int
) -> None:
    rng = Random(seed)
    await retailer.approve(lines=6)
    done(await retailer.push())
    for number in range(1, 6):
        chosen = sorted(rng.sample(range(12), rng.randint(3, 9)))
        lines = order_lines(12)
        await rewrite(
            retailer,
            tuple(
                replace(lines[place], quantity=D(100 * number + place), unit_cost=D(number))
                for place in chosen
            ),
        )
        fault = rng.choice(["lost_reply", "lost_request", "late_execution", "5xx"])
        options = {"seconds": 30} if fault == "late_execution" else {}
        method = rng.choice(["PUT", "POST", "DELETE"])
        await retailer.fault(fault, count=1, method=method, **options)
        stops = iter([*[None] * rng.randint(0, 4), Snooze(until=retailer.clock(), reason="stop")])
        with suppress(LightspeedError):
            await retailer.push(interrupted=lambda stops=stops: next(stops, None))
    await retailer.clear_faults()
    done(await retailer.push_to_the_end())
    await assert_exactly_once(retailer, "PO-1")
    assert (await retailer.order()).sync_state is SyncState.SYNCED
