"""What a cost or line changed at Lightspeed does to the order: applied, proposed or reported."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lsync.core.domain.decision import Decision, DecisionKind, DecisionState
from lsync.core.domain.order import OrderState, SyncState
from lsync.core.domain.outcome import Dead, Retry
from lsync.core.domain.problem import ProblemCode
from lsync.core.domain.remote_change import Policy
from lsync.core.lightspeed.models import LineDraft
from lsync.core.store import decisions, orders
from lsync.core.store.database import Database
from lsync.core.store.decisions import DecisionConflict
from lsync.core.sync.deciding import Answer, decide
from lsync.core.sync.engine import SyncRules
from lsync.core.sync.pricing import price_at, update_price
from tests.sync.retailer import QUIET, Retailer, StillClock, done, orderable

K, S = DecisionKind, DecisionState
D = Decimal


class Shop:
    """A retailer with one sent order of three lines, and a buyer who changes it over there."""

    def __init__(self, retailer: Retailer) -> None:
        self.retailer = retailer
        self.products = {row.fields["sku"]: row.id for row in retailer.world.products}
        self.skus = orderable(6)

    def follow(self, cost: Policy, line: Policy) -> None:
        rules = SyncRules(quiet=QUIET, cost_policy=cost, line_policy=line)
        self.retailer.engine = replace(self.retailer.engine, rules=rules)

    async def change(self, place: int, **values: Decimal) -> None:
        await self.retailer.client.consignments.set_line(
            await self.consignment(), self.product(place), **values
        )

    async def consignment(self) -> str:
        found = (await self.retailer.order()).consignment_id
        assert found is not None
        return found

    def product(self, place: int) -> str:
        return self.products[self.skus[place]]

    async def open(self) -> list[Decision]:
        async with self.retailer.database.read() as tx:
            found = await decisions.listing(tx)
        return [it for it in reversed(found) if it.state is S.OPEN]

    async def answer(self, decision: Decision, state: DecisionState) -> None:
        async def work(tx: object) -> None:
            await decide(self.retailer.engine, tx, decision, Answer(state=state, by="ada"))  # type: ignore[arg-type]  # a Transaction

        await self.retailer.database.run(work)

    async def codes(self) -> list[ProblemCode]:
        return [problem.code for problem in (await self.retailer.order()).problems]

    async def supplier_price(self, place: int) -> Decimal | None:
        product = await self.retailer.client.products.get(self.product(place))
        suppliers = await self.retailer.client.suppliers.pages(page_size=50).__anext__()
        northwind = next(it.id for it in suppliers.items if it.name == "Northwind Wholesale")
        return price_at(product, northwind)


@pytest.fixture
async def shop(retailer: Retailer) -> Shop:
    await retailer.approve()
    done(await retailer.push())
    return Shop(retailer)


@pytest.fixture
async def shop_anywhere(either: Database, clock: StillClock) -> Shop:
    """The same on a database of each kind."""
    retailer = Retailer(either, clock=clock, products=60)
    await retailer.open()
    await retailer.approve()
    done(await retailer.push())
    return Shop(retailer)


async def test_an_accepted_cost_reaches_order_and_supplier_price(shop_anywhere: Shop) -> None:
    shop, retailer = shop_anywhere, shop_anywhere.retailer
    await shop.change(0, cost=D("4.25"))
    done(await retailer.pull())
    (asked,) = await shop.open()
    assert (asked.kind, asked.ours, asked.theirs) == (K.COST, D("2.75"), D("4.25"))
    assert await shop.codes() == [ProblemCode.COST_DIFFERS]
    (problem,) = (await retailer.order()).problems
    assert f"lsync decide accept {asked.id}" in problem.fix
    await shop.answer(asked, S.ACCEPTED)
    order = await retailer.order()
    assert order.lines[0].unit_cost == D("4.25")
    assert (order.sync_state, await shop.codes()) == (SyncState.SYNCED, [])
    ((kind, outcome),) = await retailer.run_jobs()
    assert kind == "price.update"
    done(outcome)
    assert await shop.supplier_price(0) == D("4.25")
    assert await shop.open() == []


async def test_after_taking_over_nothing_is_pushed_and_nothing_asked_again(shop: Shop) -> None:
    retailer = shop.retailer
    await shop.change(0, cost=D(9), count=D(1))
    done(await retailer.pull())
    for asked in await shop.open():
        await shop.answer(asked, S.ACCEPTED)
    await retailer.run_jobs()
    before = await retailer.ledger()
    async with retailer.database.read() as tx:
        assert await orders.approved_unqueued(tx, 10) == []
    done(await retailer.push())
    done(await retailer.pull())
    assert await shop.open() == []
    assert await retailer.ledger() == before
    assert (await retailer.order()).sync_state is SyncState.SYNCED


async def test_a_rejected_change_stays_drift_and_is_not_asked_again(shop: Shop) -> None:
    await shop.change(0, count=D(1))
    done(await shop.retailer.pull())
    (asked,) = await shop.open()
    offered = (await shop.retailer.order()).problems[0].fix
    assert "decide accept" in offered
    assert "`lsync sync repair` sets Lightspeed back" in offered
    await shop.answer(asked, S.REJECTED)
    assert "ada rejected it" in (await shop.retailer.order()).problems[0].fix, "said at once"
    done(await shop.retailer.pull())
    assert await shop.open() == []
    order = await shop.retailer.order()
    assert (order.lines[0].quantity, order.sync_state) == (D(2), SyncState.DRIFTED)
    assert "ada rejected it" in order.problems[0].fix
    await shop.change(0, count=D(5))
    done(await shop.retailer.pull())
    (again,) = await shop.open()
    assert again.theirs == 5


async def test_a_rejection_may_be_thought_over(shop: Shop) -> None:
    await shop.change(0, count=D(1))
    done(await shop.retailer.pull())
    (asked,) = await shop.open()
    await shop.answer(asked, S.REJECTED)
    async with shop.retailer.database.read() as tx:
        rejected = await decisions.find(tx, asked.id or 0)
    assert rejected is not None
    await shop.answer(rejected, S.ACCEPTED)
    assert (await shop.retailer.order()).lines[0].quantity == 1


async def test_a_difference_that_went_away_is_no_longer_asked(shop: Shop) -> None:
    await shop.change(0, count=D(1))
    done(await shop.retailer.pull())
    (asked,) = await shop.open()
    await shop.change(0, count=D(2))
    done(await shop.retailer.pull())
    assert await shop.open() == []
    with pytest.raises(DecisionConflict):
        await shop.answer(asked, S.ACCEPTED)


async def test_an_answer_to_a_question_that_has_changed_is_refused(shop: Shop) -> None:
    await shop.change(0, count=D(1))
    done(await shop.retailer.pull())
    (asked,) = await shop.open()
    order = await shop.retailer.order()
    edited = replace(order.lines[0], quantity=D(7))
    async with shop.retailer.database.write() as tx:
        await orders.adapt(tx, order, line=edited, now=shop.retailer.clock())
    with pytest.raises(DecisionConflict, match="was not carried out"):
        await shop.answer(asked, S.ACCEPTED)
    assert (await shop.retailer.order()).lines[0].quantity == 7


async def test_lines_added_and_removed_over_there_are_taken_over(shop: Shop) -> None:
    retailer = shop.retailer
    consignment = await shop.consignment()
    await retailer.client.consignments.delete_line(consignment, shop.product(1))
    await retailer.client.consignments.add_line(
        consignment, LineDraft(product_id=shop.product(4), count=D(6), cost=D("1.5"))
    )
    done(await retailer.pull())
    asked = await shop.open()
    assert {it.kind for it in asked} == {K.LINE_REMOVED, K.LINE_ADDED}
    (added,) = [it for it in asked if it.kind is K.LINE_ADDED]
    assert added.question.startswith(f"{shop.skus[4]}: 6 were added")
    for each in asked:
        await shop.answer(each, S.ACCEPTED)
    order = await retailer.order()
    lines = [(line.label, line.quantity, line.unit_cost) for line in order.lines]
    assert (shop.skus[4], D(6), D("1.5")) in lines
    assert shop.skus[1] not in [label for label, _, _ in lines]
    assert order.sync_state is SyncState.SYNCED
    done(await retailer.pull())
    assert await shop.open() == []


async def test_the_last_line_is_not_taken_out_of_an_order(retailer: Retailer) -> None:
    await retailer.approve(lines=1)
    done(await retailer.push())
    shop = Shop(retailer)
    shop.follow(Policy.PROPOSE, Policy.APPLY)
    consignment = await shop.consignment()
    await retailer.client.consignments.add_line(
        consignment, LineDraft(product_id=shop.product(4), count=D(6))
    )
    await retailer.client.consignments.delete_line(consignment, shop.product(0))
    retailer.engine = replace(
        retailer.engine, rules=SyncRules(quiet=QUIET, line_policy=Policy.PROPOSE)
    )
    done(await retailer.pull())
    removed = next(it for it in await shop.open() if it.kind is K.LINE_REMOVED)
    with pytest.raises(DecisionConflict):
        await shop.answer(removed, S.ACCEPTED)
    assert removed in await shop.open()
    assert len((await retailer.order()).lines) == 1


async def test_the_policy_apply_takes_changes_over_at_once(shop: Shop) -> None:
    shop.follow(Policy.APPLY, Policy.APPLY)
    await shop.change(0, cost=D(5), count=D(3))
    done(await shop.retailer.pull())
    order = await shop.retailer.order()
    assert (order.lines[0].quantity, order.lines[0].unit_cost) == (D(3), D(5))
    assert order.sync_state is SyncState.SYNCED
    assert await shop.open() == []
    async with shop.retailer.database.read() as tx:
        found = await decisions.listing(tx)
    assert {(it.state, it.decided_by) for it in found} == {(S.ACCEPTED, "lsync")}
    assert [kind for kind, _ in await shop.retailer.run_jobs()] == ["price.update"]


async def test_a_doubled_quantity_waits_for_a_person_even_then(shop: Shop) -> None:
    shop.follow(Policy.APPLY, Policy.APPLY)
    await shop.change(0, count=D(4))
    done(await shop.retailer.pull())
    (asked,) = await shop.open()
    assert "exactly twice" in asked.question
    assert (await shop.retailer.order()).lines[0].quantity == 2


async def test_the_policy_report_asks_nothing_and_shows_drift(shop: Shop) -> None:
    shop.follow(Policy.REPORT, Policy.REPORT)
    await shop.change(0, cost=D(5), count=D(3))
    done(await shop.retailer.pull())
    assert await shop.open() == []
    assert set(await shop.codes()) == {ProblemCode.COST_DIFFERS, ProblemCode.QUANTITY_DIFFERS}


async def test_an_edit_of_ours_that_waits_is_no_question(shop: Shop) -> None:
    order = await shop.retailer.order()
    edited = replace(order.lines[0], quantity=D(9))
    async with shop.retailer.database.write() as tx:
        await orders.adapt(tx, order, line=edited, now=shop.retailer.clock())
        await orders.mark_pushed(tx, order.id or 0, revision=1, now=shop.retailer.clock())
    done(await shop.retailer.pull())
    assert await shop.open() == []


async def test_a_received_order_takes_its_final_cost_over(shop: Shop) -> None:
    await shop.change(0, cost=D(8))
    await shop.retailer.receive(await shop.consignment())
    done(await shop.retailer.pull())
    (asked,) = await shop.open()
    await shop.answer(asked, S.ACCEPTED)
    order = await shop.retailer.order()
    assert (order.state, order.lines[0].unit_cost) == (OrderState.RECEIVED, D(8))


async def test_a_price_survives_a_lost_answer_and_keeps_other_suppliers(shop: Shop) -> None:
    before = await shop.retailer.client.products.get(shop.product(1))
    others = {it.supplier_id: it.price for it in before.suppliers}
    await shop.change(1, cost=D("6.5"))
    done(await shop.retailer.pull())
    (asked,) = await shop.open()
    await shop.answer(asked, S.ACCEPTED)
    await shop.retailer.fault("lost_reply", count=1, method="PUT", path="products/")
    ((_, lost),) = await shop.retailer.run_jobs()
    assert isinstance(lost, Retry)
    shop.retailer.clock.now = shop.retailer.clock.now.replace(hour=12)
    ((_, again),) = await shop.retailer.run_jobs()
    done(again)
    assert await shop.supplier_price(1) == D("6.5")
    after = await shop.retailer.client.products.get(shop.product(1))
    assert others.items() <= {it.supplier_id: it.price for it in after.suppliers}.items()


async def test_the_price_of_a_product_that_is_gone_ends_with_a_reason(shop: Shop) -> None:
    from lsync.core.store import supplier_prices

    async with shop.retailer.database.write() as tx:
        now = shop.retailer.clock()
        await supplier_prices.want(tx, "gone", supplier_id="s", price=D(1), now=now)
    outcome = await update_price(shop.retailer.engine, "gone", supplier_id="s")
    assert isinstance(outcome, Dead)
    assert "no longer has product gone" in outcome.error
