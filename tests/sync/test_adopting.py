"""Taking over an older integration's links: checked first, and never created a second time."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text

from lsync.core.domain.adoption import Link, LinkState
from lsync.core.domain.order import OrderState, SyncState
from lsync.core.domain.records import MappingKind, MappingSource
from lsync.core.lightspeed import ConsignmentDraft, LightspeedError
from lsync.core.lightspeed.models import LineDraft
from lsync.core.store import mappings
from lsync.core.store.database import Database
from lsync.core.store.foreign_links import UnreadableTable, read_links
from lsync.core.sync import holding
from lsync.core.sync.adopting import adopt, plan_adoption
from lsync.core.sync.approving import ApprovalRules
from tests.sync.retailer import Retailer, StillClock, done, order_lines, orderable
from tests.sync.test_push_edits import rewrite

L = LinkState


async def older_consignment(retailer: Retailer, reference: str, *, sent: bool = True) -> str:
    """What the older integration has made: the order's three lines, sent."""
    suppliers = await retailer.client.suppliers.pages(page_size=50).__anext__()
    outlets = await retailer.client.outlets.pages(page_size=50).__anext__()
    made = await retailer.client.consignments.create(
        ConsignmentDraft(
            name=reference,
            reference=reference,
            outlet_id=next(it.id for it in outlets.items if it.name == "Main Street"),
            supplier_id=next(it.id for it in suppliers.items if it.name.startswith("Northwind")),
        )
    )
    products = {row.fields["sku"]: row.id for row in retailer.world.products}
    drafts = [
        LineDraft(
            product_id=products[sku], count=Decimal(place % 7 + 1), cost=Decimal(place + 10) / 4
        )
        for place, sku in enumerate(orderable(3), start=1)
    ]
    await retailer.client.consignments.add_lines_bulk(made.id, drafts)
    if sent:
        await retailer.client.consignments.send(made.id)
    return made.id


async def states(retailer: Retailer, *links: Link) -> dict[str, LinkState]:
    plan = await plan_adoption(retailer.engine, links)
    return {it.link.order_number: it.state for it in plan.links}


async def test_a_table_is_read_checked_and_taken_over(either: Database, clock: StillClock) -> None:
    retailer = Retailer(either, clock=clock, products=60)
    await retailer.open()
    await retailer.approve()
    consignment = await older_consignment(retailer, "OLD-1")
    async with either.write() as tx:
        await tx.execute(text("CREATE TABLE old_links (po VARCHAR(50), vend VARCHAR(50))"))
        await tx.execute(
            text("INSERT INTO old_links VALUES (:po, :vend), ('PO-2', NULL), ('', 'x')"),
            {"po": " PO-1 ", "vend": consignment},
        )
    try:
        async with either.read() as tx:
            links = await read_links(tx, "old_links", order_column="po", consignment_column="vend")
        assert links == [Link(order_number="PO-1", consignment_id=consignment)]
        before = await retailer.ledger()
        plan = await plan_adoption(retailer.engine, links)
        assert [it.state for it in plan.links] == [L.ADOPT]
        assert "its reference is OLD-1" in plan.links[0].remark
        assert (await retailer.order()).consignment_id is None, "a dry run writes nothing"
        adoption = await adopt(retailer.engine, links, expected=plan.state_hash, by="ada")
        assert adoption.adopted == 1
        await retailer.run_jobs()
        done(await retailer.push())
        order = await retailer.order()
        assert (order.consignment_id, order.state) == (consignment, OrderState.SUBMITTED)
        assert order.sync_state is SyncState.SYNCED
        assert await retailer.ledger() == before, "nothing was written to Lightspeed"
        assert await states(retailer, *links) == {"PO-1": L.KNOWN}
        async with either.read() as tx:
            (mapping,) = await mappings.of_local(tx, MappingKind.ORDER, local_id="PO-1")
        assert mapping.source is MappingSource.ADOPTED
    finally:
        async with either.write() as tx:
            await tx.execute(text("DROP TABLE old_links"))


async def taken_over(retailer: Retailer, reference: str = "OLD-1") -> str:
    """An order that was taken over; return its consignment."""
    consignment = await older_consignment(retailer, reference)
    links = [Link(order_number="PO-1", consignment_id=consignment)]
    plan = await plan_adoption(retailer.engine, links)
    await adopt(retailer.engine, links, expected=plan.state_hash, by="ada")
    await retailer.run_jobs()
    return consignment


async def test_an_edit_of_an_order_taken_over_goes_out(retailer: Retailer) -> None:
    await retailer.approve()
    consignment = await taken_over(retailer)
    first, *rest = order_lines(4)
    await rewrite(retailer, (replace(first, quantity=Decimal(70)), *rest))
    done(await retailer.push())
    ledger = await retailer.ledger()
    assert list(ledger) == [consignment]
    assert ledger[consignment].reference == "OLD-1"
    quantities = {quantity for quantity, _ in ledger[consignment].lines.values()}
    assert len(ledger[consignment].lines) == 4
    assert Decimal(70) in quantities
    assert (await retailer.order()).sync_state is SyncState.SYNCED


async def test_a_push_that_had_begun_creates_nothing_after_a_take_over(retailer: Retailer) -> None:
    await retailer.approve()
    await retailer.fault("429_storm", method="POST", path="consignments")
    with pytest.raises(LightspeedError):
        await retailer.push()
    await retailer.clear_faults()
    consignment = await taken_over(retailer)
    done(await retailer.push())
    assert list(await retailer.ledger()) == [consignment]


async def test_what_cannot_be_trusted_is_reported_and_left_alone(retailer: Retailer) -> None:
    for number in ("PO-1", "PO-2", "PO-3", "PO-4", "PO-5"):
        await retailer.approve(number)
    first = await older_consignment(retailer, "PO-1")
    second = await older_consignment(retailer, "PO-1/old")
    shared = await older_consignment(retailer, "PO-2")
    done(await retailer.push("PO-5"))
    links = [
        Link(order_number="PO-1", consignment_id=first),
        Link(order_number="PO-1", consignment_id=second),
        Link(order_number="PO-1", consignment_id=first),
        Link(order_number="PO-2", consignment_id=shared),
        Link(order_number="PO-3", consignment_id=shared),
        Link(order_number="PO-4", consignment_id="never-was"),
        Link(order_number="PO-9", consignment_id=second + "x"),
        Link(order_number="PO-5", consignment_id="other"),
    ]
    plan = await plan_adoption(retailer.engine, links)
    assert [it.state for it in plan.links] == [
        L.TWICE,
        L.TWICE,
        L.TWICE,
        L.TWICE,
        L.GONE,
        L.NO_ORDER,
        L.CONFLICT,
    ]
    assert "2 consignments" in plan.links[0].remark
    assert "2 orders" in plan.links[2].remark
    adoption = await adopt(retailer.engine, links, expected=plan.state_hash, by="ada")
    assert adoption.adopted == 0
    assert (await retailer.order("PO-1")).consignment_id is None


async def test_an_order_whose_links_contradict_is_not_created_until_it_is_released(
    retailer: Retailer,
) -> None:
    for number in ("PO-1", "PO-2", "PO-3", "PO-4"):
        await retailer.approve(number)
    first = await older_consignment(retailer, "OLD-1")
    links = [
        Link(order_number="PO-1", consignment_id=first),
        Link(order_number="PO-2", consignment_id=first),
        Link(order_number="PO-3", consignment_id="never-was"),
    ]
    unsure = ("PO-1", "PO-2", "PO-3")
    plan = await plan_adoption(retailer.engine, links)
    assert plan.held == unsure
    assert not (await retailer.order("PO-1")).held, "a dry run writes nothing"
    adoption = await adopt(retailer.engine, links, expected=plan.state_hash, by="ada")
    assert adoption.held == unsure
    for number in ("PO-1", "PO-2", "PO-3", "PO-4"):
        await retailer.push(number)
    made = {consignment.reference for consignment in (await retailer.ledger()).values()}
    assert made == {"OLD-1", "PO-4"}

    links = links[:1]
    again = await plan_adoption(retailer.engine, links)
    await adopt(retailer.engine, links, expected=again.state_hash, by="ada")
    async with retailer.database.write() as tx:
        rules = ApprovalRules(auto_queue=False, max_attempts=4)
        await holding.release(tx, await retailer.order("PO-1"), rules=rules)
    done(await retailer.push("PO-1"))
    assert (await retailer.order("PO-1")).consignment_id == first
    assert len(await retailer.ledger()) == 2


async def test_a_consignment_of_another_order_here_is_a_conflict(retailer: Retailer) -> None:
    await retailer.approve("PO-1")
    await retailer.approve("PO-2")
    done(await retailer.push("PO-1"))
    taken = (await retailer.order("PO-1")).consignment_id or ""
    link = Link(order_number="PO-2", consignment_id=taken)
    assert await states(retailer, link) == {"PO-2": L.CONFLICT}


async def test_nothing_is_done_if_something_changed_since_the_dry_run(retailer: Retailer) -> None:
    await retailer.approve()
    consignment = await older_consignment(retailer, "PO-1", sent=False)
    links = [Link(order_number="PO-1", consignment_id=consignment)]
    plan = await plan_adoption(retailer.engine, links)
    await retailer.client.consignments.send(consignment)
    adoption = await adopt(retailer.engine, links, expected=plan.state_hash, by="ada")
    assert (adoption.adopted, adoption.state_hash == plan.state_hash) == (0, False)
    again = await adopt(retailer.engine, links, expected=adoption.state_hash, by="ada")
    assert again.adopted == 1
    receipts = replace(again, adopted=0)
    assert receipts.links == adoption.links


@pytest.mark.parametrize("column", ["no_such_column", "po; DROP TABLE x"])
async def test_a_wrong_name_is_explained_and_runs_nothing(either: Database, column: str) -> None:
    for table in ("no_such_table", "purchase_orders"):
        async with either.read() as tx:
            with pytest.raises(UnreadableTable, match=f"{table} cannot be read"):
                await read_links(tx, table, order_column=column, consignment_column="id")
