"""The client against the simulator, over a real socket and with a clock that sleeping moves."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from lsync.core.lightspeed import (
    ConsignmentChange,
    ConsignmentDraft,
    CountFilter,
    Invalid,
    LightspeedError,
    LineDraft,
    MemoryBudget,
    NotFound,
    StaticToken,
    Unauthorized,
    XSeries,
)
from lsync.simulator.config import SimulatorConfig
from lsync.simulator.faults import Fault, FaultName
from lsync.simulator.running import RunningSimulator

from .conftest import Clock

TOKEN = "simulator-token"


@pytest.fixture
async def simulator(clock: Clock) -> AsyncIterator[RunningSimulator]:
    config = SimulatorConfig(clock=clock, token=TOKEN, products=320)
    async with RunningSimulator(config) as running:
        yield running


@pytest.fixture
async def shop(simulator: RunningSimulator, clock: Clock) -> AsyncIterator[XSeries]:
    async with XSeries(
        base_url=simulator.base_url,
        token=StaticToken(TOKEN),
        budget=MemoryBudget(limit=350, clock=clock),
        clock=clock,
        sleep=clock.sleep,
    ) as client:
        yield client


async def order(shop: XSeries, reference: str) -> ConsignmentDraft:
    outlets = await shop.outlets.list()
    suppliers = await shop.suppliers.list()
    return ConsignmentDraft(
        name=reference,
        reference=reference,
        outlet_id=outlets[0].id,
        supplier_id=suppliers[0].id,
    )


def effects(simulator: RunningSimulator, reference: str) -> int:
    """How many consignments really carry the reference."""
    return sum(found.reference == reference for found in simulator.world.consignments)


async def test_a_clean_push_costs_four_calls(shop: XSeries, simulator: RunningSimulator) -> None:
    draft = await order(shop, "PO-1001")
    products = [product async for product in shop.products.iterate(page_size=50)][:40]
    before = simulator.world.calls.total
    created = await shop.consignments.create(draft)
    wanted = [
        LineDraft(product_id=product.id, count=Decimal(n + 1), cost=Decimal("2.5"))
        for n, product in enumerate(p for p in products if not p.is_composite)
    ]
    await shop.consignments.add_lines_bulk(created.id, wanted)
    lines = await shop.consignments.lines(created.id, expect=len(wanted))
    sent = await shop.consignments.send(created)
    assert simulator.world.calls.total - before == 4
    assert sent.status == "SENT"
    assert sent.reference == "PO-1001"
    assert {line.product_id: (line.count, line.cost) for line in lines} == {
        line.product_id: (line.count, line.cost) for line in wanted
    }


def live_products(simulator: RunningSimulator) -> int:
    return sum(product.deleted_at is None for product in simulator.world.products)


async def test_a_changed_note_leaves_everything_else_as_it_was(shop: XSeries) -> None:
    made = await shop.consignments.create(await order(shop, "PO-7"))
    line = LineDraft(product_id=await orderable(shop), count=Decimal(1))
    await shop.consignments.add_lines_bulk(made.id, [line])
    stale = await shop.consignments.get(made.id)
    await shop.consignments.send(stale)
    changed = await shop.consignments.update(stale, ConsignmentChange(name="Ring twice"))
    assert (changed.name, changed.status) == ("Ring twice", "SENT")
    assert (changed.reference, changed.supplier_id) == ("PO-7", stale.supplier_id)


async def test_the_catalogue_is_read_whole_and_from_any_cursor(
    shop: XSeries, simulator: RunningSimulator
) -> None:
    pages = [page async for page in shop.products.pages(page_size=100)]
    everything = [product.id for page in pages for product in page.items]
    assert len(everything) == len(set(everything)) == live_products(simulator)
    rest = [p.id async for p in shop.products.iterate(after=pages[0].cursor, page_size=90)]
    assert rest == everything[100:]


async def test_more_calls_than_two_windows_hold_never_meet_a_429(
    shop: XSeries, simulator: RunningSimulator, clock: Clock
) -> None:
    started = clock.now
    for _ in range(400):
        await shop.registers.list()
    assert simulator.world.budget.refused == 0
    assert (clock.now - started).total_seconds() < 1600


async def test_refusals_are_typed(shop: XSeries, simulator: RunningSimulator) -> None:
    with pytest.raises(NotFound):
        await shop.consignments.get("00000000-0000-0000-0000-000000000000")
    empty = await shop.consignments.create(await order(shop, "PO-1"))
    with pytest.raises(Invalid):
        await shop.consignments.send(empty)


async def test_a_wrong_token_is_named(simulator: RunningSimulator, clock: Clock) -> None:
    async with XSeries(
        base_url=simulator.base_url,
        token=StaticToken("wrong"),
        budget=MemoryBudget(limit=350, clock=clock),
    ) as client:
        with pytest.raises(Unauthorized, match="Check the token"):
            await client.ping()


async def test_ping_shows_the_budget_of_the_shop(shop: XSeries) -> None:
    ping = await shop.ping()
    assert ping.limit == 350
    assert ping.outlets


FAULTS: tuple[FaultName, ...] = (
    "429_storm",
    "5xx",
    "html200",
    "late_execution",
    "lost_reply",
    "reset",
    "truncated_json",
    "field_removed",
    "field_retyped",
)


@pytest.mark.parametrize("name", FAULTS)
async def test_what_the_client_says_of_a_write_is_true(
    shop: XSeries, simulator: RunningSimulator, clock: Clock, name: FaultName
) -> None:
    """Success means one consignment, a sure failure none, and nothing ever means two."""
    template = await order(shop, "x")
    simulator.world.faults.add(Fault(name=name, rate=0.4, method="POST"))
    outcomes: dict[str, LightspeedError | None] = {}
    for number in range(25):
        reference = f"PO-{number}"
        draft = template.model_copy(update={"reference": reference})
        try:
            await shop.consignments.create(draft)
        except LightspeedError as failed:
            outcomes[reference] = failed
        else:
            outcomes[reference] = None
    await clock.sleep(120)
    await shop.outlets.list()
    assert any(error is not None for error in outcomes.values()) or name == "429_storm"
    for reference, error in outcomes.items():
        count = effects(simulator, reference)
        assert count <= 1
        if error is None:
            assert count == 1
        elif not error.may_have_happened:
            assert count == 0


async def test_reads_survive_a_shop_in_trouble(shop: XSeries, simulator: RunningSimulator) -> None:
    for name in ("5xx", "html200", "lost_reply", "reset", "truncated_json"):
        simulator.world.faults.add(Fault(name=name, rate=0.06))
    everything = [product async for product in shop.products.iterate(page_size=20)]
    assert len(everything) == live_products(simulator)


async def orderable(shop: XSeries) -> str:
    found = [p async for p in shop.products.iterate() if p.active and not p.is_composite]
    return found[0].id


async def stock(shop: XSeries, product_id: str, outlet_id: str) -> Decimal | None:
    levels = [
        record async for page in shop.inventory.product_pages(product_id) for record in page.items
    ]
    return next(r.current_inventory_level for r in levels if r.outlet_id == outlet_id)


async def test_a_count_sets_the_stock_to_what_was_seen(shop: XSeries) -> None:
    outlet, product_id = (await shop.outlets.list())[0], await orderable(shop)
    held = await stock(shop, product_id, outlet.id) or Decimal(0)
    only = [CountFilter(type="product", value=product_id)]
    count = await shop.stock_takes.schedule(name="November", outlet_id=outlet.id, only=only)
    count = await shop.stock_takes.start(count)
    seen = held + 37
    await shop.stock_takes.record(count, product_id, seen=seen)
    (page,) = [page async for page in shop.stock_takes.line_pages(count)]
    assert [(line.expected, line.seen) for line in page.items] == [(held, seen)]
    count = await shop.stock_takes.process(count)
    count = await shop.stock_takes.complete(count)
    assert count.status == "STOCKTAKE_COMPLETE"
    assert (count.total_count_gain, count.total_count_loss) == (Decimal(37), Decimal(0))
    assert await stock(shop, product_id, outlet.id) == seen


async def test_a_count_of_some_leaves_the_stock_of_the_others(
    shop: XSeries, simulator: RunningSimulator
) -> None:
    outlet, product_id = (await shop.outlets.list())[0], await orderable(shop)
    before = {row.id: row.level for row in simulator.world.stock}
    only = [CountFilter(type="product", value=product_id)]
    count = await shop.stock_takes.schedule(name="One shelf", outlet_id=outlet.id, only=only)
    count = await shop.stock_takes.start(count)
    await shop.stock_takes.record(count, product_id, seen=Decimal(99_999))
    await shop.stock_takes.complete(await shop.stock_takes.process(count))
    changed = [row for row in simulator.world.stock if row.level != before[row.id]]
    assert [(row.product_id, row.level) for row in changed] == [(product_id, Decimal(99_999))]


async def test_a_transfer_moves_stock_from_one_outlet_to_the_other(shop: XSeries) -> None:
    here, there = (await shop.outlets.list())[:2]
    product_id = await orderable(shop)
    before = [await stock(shop, product_id, outlet.id) or 0 for outlet in (here, there)]
    moved = await shop.transfers.create(
        name="Move", from_outlet_id=here.id, to_outlet_id=there.id, reference="T-1"
    )
    lines = [LineDraft(product_id=product_id, count=Decimal(2))]
    assert [len(some) async for some in shop.transfers.add_lines(moved, lines)] == [1]
    moved = await shop.transfers.send(moved)
    moved = await shop.transfers.receive(moved, {product_id: Decimal(2)})
    after = [await stock(shop, product_id, outlet.id) or 0 for outlet in (here, there)]
    assert moved.status == "RECEIVED"
    assert [after[0] - before[0], after[1] - before[1]] == [-2, 2]
